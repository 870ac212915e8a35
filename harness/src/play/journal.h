/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened in a run, as it is written to journal.json (format
 * kmslab-journal/1). Lists are kept as JSON that grows; what changes later
 * (faults, phases) as values. Times are the cluster's. Where memory is short
 * entries are lost, and journal_write says so. Used by one thread.
 */
#ifndef PLAY_JOURNAL_H
#define PLAY_JOURNAL_H

#include "base/json_writer.h"

enum journal_list {
    JOURNAL_PHASES,
    JOURNAL_FAULTS,
    JOURNAL_STEPS,
    JOURNAL_EVENTS,
    JOURNAL_STATES,
    JOURNAL_EXPECTATIONS,
    JOURNAL_LOAD,
    JOURNAL_INVARIANTS,
    JOURNAL_LOGS,
    JOURNAL_LIST_COUNT,
};

enum journal_verdict {
    JOURNAL_PASSED,
    JOURNAL_FAILED,
    JOURNAL_SKIPPED,
    JOURNAL_INTERRUPTED,
    JOURNAL_ERROR,
};
extern const char *const journal_verdict_names[];

struct journal {
    struct buf lists[JOURNAL_LIST_COUNT]; /* items with commas between */
    enum status status;                   /* the first that went wrong */
    enum journal_verdict verdict;
    struct buf cause;
};

void journal_reset(struct journal *journal);

/* A new item of a list: write its members, then end it. */
struct json_writer journal_item(
    struct journal *journal, enum journal_list list);
void journal_item_end(struct journal *journal, struct json_writer *w);

/* The first cause stays; an error is more than a failure. */
void journal_fail(struct journal *journal, enum journal_verdict verdict,
    const char *format, ...) PRINTF_LIKE(3, 4);

struct journal_event {
    int64_t at_ms;
    const char *lane;  /* kms, plugin, apiserver, client, harness */
    const char *level; /* info, warn, error */
    const char *text;
};
void journal_event(struct journal *journal, const struct journal_event *event);

struct journal_expectation {
    int line;
    const char *layer, *what, *expected, *got;
    bool passed;
};
void journal_expectation(
    struct journal *journal, const struct journal_expectation *expectation);

void journal_invariant(
    struct journal *journal, const char *name, bool passed, const char *detail);

/* Writes all lists as members of an object. */
void journal_write_lists(const struct journal *journal, struct json_writer *w);

#endif
