/* SPDX-License-Identifier: Apache-2.0 */
/* How long a latency is. Nothing is kept. */
#ifndef FAULTS_WAIT_H
#define FAULTS_WAIT_H

#include "fault/draw.h"
#include "faults/action.h"

/* Milliseconds, at most a day; the same for the same draw, but for a ramp,
 * which goes by the monotonic clock: the rule was armed at armed_ms. */
int64_t wait_of(const struct action *action, const struct fault_draw *draw,
    int64_t armed_ms);

#endif
