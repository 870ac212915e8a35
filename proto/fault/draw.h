/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chance that repeats: each draw is a keyed function of a seed, a rule's name,
 * a scope and the ordinal within that scope, so the same requests meet the
 * same faults on every run, whatever other scopes do meanwhile. Plain value.
 * Not for secrets.
 */
#ifndef FAULT_DRAW_H
#define FAULT_DRAW_H

#include "base/span.h"

struct fault_draw {
    uint64_t key;
};

struct fault_draw fault_draw_of(
    uint64_t seed, struct span rule, struct span scope, uint64_t ordinal);

/* The nth number of a draw: from 0 up to but not 1. Number 0 is the roll that
 * decides whether a rule fires; what the fault does takes the others. */
double fault_draw_unit(const struct fault_draw *draw, uint64_t nth);

#endif
