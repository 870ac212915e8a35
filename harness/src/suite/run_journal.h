/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUITE_RUN_JOURNAL_H
#define SUITE_RUN_JOURNAL_H

#include "play/engine.h"
#include "suite/run.h"
#include "testbed/kind_site.h"

/* What the engine does not know of a run. */
struct run_facts {
    const struct run_options *options;
    int64_t started_ms;           /* since 1970 */
    int64_t wall_ms;              /* its length */
    const struct kind_site *site; /* NULL: not on kind */
};

/* Appends the journal of a run that is over: kmslab-journal/1. */
MUST_USE enum status run_journal_write(
    struct engine *engine, const struct run_facts *facts, struct buf *out);

#endif
