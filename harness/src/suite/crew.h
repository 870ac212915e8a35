/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many runs of scenarios, each in a process of its own (this program with
 * "run --child"), a number of them at a time. Used by one thread.
 */
#ifndef SUITE_CREW_H
#define SUITE_CREW_H

#include "base/buf.h"

struct crew_run {
    struct buf name; /* of its folder in `out` */
    struct buf file;
    uint64_t seed;
    struct buf verdict; /* filled in */
    struct buf cause;
    int64_t wall_ms;
    bool ran; /* else it has no journal: an interrupt came before */
};

struct crew_options { /* borrowed */
    const char *out;  /* folder, there already */
    int64_t jobs;
    /* Handed on to each run; ends in NULL. */
    const char *const *arguments;
    bool quiet; /* no lines on stdout */
};

struct crew {
    struct crew_run *runs;
    size_t count;
    size_t apiservers; /* the most that one of them wants */
};

void crew_reset(struct crew *crew);

/* Adds one. Copies. */
MUST_USE enum status crew_add(
    struct crew *crew, const char *name, const char *file, uint64_t seed);

/*
 * Runs them all, and says on stdout what became of each. STATUS_CANCELLED when
 * interrupted: those that ran have ended and say so, the others are skipped;
 * *problem says how many ran.
 */
MUST_USE enum status crew_run(
    struct crew *crew, const struct crew_options *options, struct buf *problem);

/* Takes verdict and cause from DIR/NAME/journal.json. */
void crew_read(struct crew_run *run, const char *out);

/* Appends run.json. */
MUST_USE enum status crew_report(const struct crew *crew, const char *command,
    int64_t started_ms, int64_t wall_ms, struct buf *json);

/* 0 all passed, 1, 77 all were skipped. */
int crew_exit_code(const struct crew *crew);

#endif
