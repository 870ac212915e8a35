/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of faults that a storm draws from: those after which nothing may
 * be lost and all must heal. */
#ifndef STORM_PLAN_KINDS_H
#define STORM_PLAN_KINDS_H

#include "storm/plan.h"

struct plan_kind {
    const char *name;
    enum plan_place place;
    const char *action; /* the rule's "do"; NULL: of a process */
    enum plan_harm harm;
    bool whole; /* takes no chance or count: every time */
};

extern const struct plan_kind plan_kinds[];
extern const size_t plan_kind_count;

#endif
