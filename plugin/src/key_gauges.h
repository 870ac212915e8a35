/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a key can be used, for each API, as metrics: 1, 0, or -1 where that
 * is not known. Rendering asks KMS nothing. */
#ifndef KEY_GAUGES_H
#define KEY_GAUGES_H

#include "health/health.h"

/* Plain memory in its owner; borrows. */
struct key_gauges {
    struct health *health;
    struct metrics_series *usable[METRICS_VERSION_COUNT];
};

/* Both must outlive the renderings of `metrics`, which may be NULL. */
MUST_USE enum status key_gauges_add(struct key_gauges *gauges,
    struct health *health, struct span key_id, struct metrics *metrics);

#endif
