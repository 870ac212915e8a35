/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log lines of a run's daemons, each with the cluster's time at which the
 * run first saw it: their own clocks know nothing of a model's time. The last
 * ones of each daemon are kept. Used by one thread.
 */
#ifndef PLAY_LOGS_H
#define PLAY_LOGS_H

#include "play/journal.h"

enum { LOGS_SOURCES = 3, LOGS_LINES = 200 /* of each */ };

struct logs_line {
    int64_t at_ms;
    struct buf text;
};

struct logs {
    struct buf folder; /* where the logs are; empty: nowhere yet */
    struct {
        int64_t offset; /* in its file: what stands before has been seen */
        struct logs_line lines[LOGS_LINES]; /* a ring */
        size_t count;                       /* of lines that came in all */
    } sources[LOGS_SOURCES];
};

/* Follows the logs of this folder from now on. */
MUST_USE enum status logs_begin(struct logs *logs, const char *folder);
void logs_reset(struct logs *logs);

/* Takes the lines that have come. What cannot be read has not come. */
void logs_look(struct logs *logs, int64_t now_ms);

/* Writes what is kept as the journal's logs. */
void logs_write(const struct logs *logs, struct journal *journal);

/* Copies the whole logs to another folder, which is made. */
void logs_copy(const struct logs *logs, const char *to);

#endif
