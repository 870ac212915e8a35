/* SPDX-License-Identifier: Apache-2.0 */
/* After the storm: its verdict is told, journal and reports are written, and
 * where it failed, the faults that are enough for that are looked for. */
#ifndef STORM_CALM_H
#define STORM_CALM_H

#include "storm/plan.h"

struct calm_options {
    const char *out;   /* folder; NULL: nothing is written */
    const char *from;  /* the plan's file, where it was read; NULL: drawn */
    int64_t shrink_ms; /* 0: no search */
};

/*
 * Runs the plan. *good: all invariants held. Prints on stdout one line for the
 * verdict and, after a failure, the seed, the command that repeats it and the
 * faults that are enough. On another status *problem has a line; the journal
 * is written even so.
 */
MUST_USE enum status calm(const struct plan *plan,
    const struct calm_options *options, bool *good, struct buf *problem);

#endif
