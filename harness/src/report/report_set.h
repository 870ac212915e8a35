/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run on disk: run.json and the journals that it names, or one journal.json
 * alone. A journal that is not there or no journal is an entry without one,
 * with the reason as its cause: reports are wanted most of runs that broke.
 */
#ifndef REPORT_REPORT_SET_H
#define REPORT_REPORT_SET_H

#include "report/report_journal.h"

struct report_entry {
    struct span name, path; /* of run.json; borrowed from the set. Without a
                               path it was skipped before it began */
    int verdict;            /* enum report_verdict */
    struct span cause;
    struct report_journal *journal; /* owned; NULL: see cause */
    struct buf broken;              /* why there is none */
};

struct report_set {
    struct json_doc *doc; /* owns text; NULL for a lone journal */
    struct span format, command, started;
    int64_t wall_ms;
    struct field_list entries; /* struct report_entry */
};

/* Fails only where there is neither a good run.json nor a journal.json, or
 * memory is short; *problem then has a line that names the file. */
MUST_USE enum status report_set_load(
    const char *folder, struct report_set *out, struct buf *problem);

/* Parses the text of a run.json; the entries have no journals yet. */
MUST_USE enum status report_set_parse(
    struct span text, struct report_set *out, struct buf *problem);

void report_set_reset(struct report_set *set);

/* How many entries have each verdict. */
void report_set_count(
    const struct report_set *set, size_t counts[REPORT_VERDICT_COUNT]);

/*
 * The entries' indices, worst first: errors, failures (the more that did not
 * hold, the worse), interrupted, skipped, passed; else in the run's order.
 * `order` has room for all.
 */
void report_set_order(const struct report_set *set, size_t *order);

#endif
