/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One storm from its beginning to its verdict: arms and heals what the plan
 * says, keeps up the load, and then holds the invariants against what is left:
 *
 *   good before, no Secret lost or altered, everything heals, nothing left
 *   armed, no process ended but by a fault, no growth
 *
 * Every CHECK_EVERY_MS of calm the apiserver starts anew and reads all, so
 * that what is lost is seen soon.
 */
#ifndef STORM_BLOW_H
#define STORM_BLOW_H

#include "storm/tale.h"

extern const char blow_secrets[]; /* the invariant's name */

/*
 * Fills in *tale and *load, which are initialised. A status other than
 * STATUS_OK says that the storm itself could not be had (memory, a program
 * that is missing, STATUS_CANCELLED: an interrupt), with a line in *problem.
 */
MUST_USE enum status blow(const struct workspace *workspace,
    const struct plan *plan, struct tale *tale, struct load *load,
    struct buf *problem);

#endif
