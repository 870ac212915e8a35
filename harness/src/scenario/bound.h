/* SPDX-License-Identifier: Apache-2.0 */
/* "3", ">= 1", "< 20", "2..4", "<= 30s": what a number must be. Durations are
 * milliseconds. Plain value. */
#ifndef SCENARIO_BOUND_H
#define SCENARIO_BOUND_H

#include "base/span.h"
#include "base/status.h"

struct bound {
    int64_t least, most;
};

/* STATUS_INVALID for other text. */
MUST_USE enum status bound_parse(struct span text, struct bound *out);
bool bound_holds(const struct bound *bound, int64_t value);

/* A duration in nominal milliseconds ("2m50s"). STATUS_INVALID for others and
 * negative ones. */
MUST_USE enum status bound_duration(struct span text, int64_t *ms);

#endif
