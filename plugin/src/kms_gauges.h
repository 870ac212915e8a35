/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the places where KMS is called, as metrics: whether calls
 * keep away from a Region, and how far the machine's clock is from KMS's. */
#ifndef KMS_GAUGES_H
#define KMS_GAUGES_H

#include "kms/kms.h"
#include "metrics/metrics.h"

/* Plain memory in its owner; both borrow. */
struct kms_gauges {
    const struct kms_client *client;
    struct metrics_series *open[KMS_PLACES_MAX], *offset[KMS_PLACES_MAX];
};

/* Both must outlive the renderings of `metrics`. */
MUST_USE enum status kms_gauges_add(struct kms_gauges *gauges,
    const struct kms_client *client, struct metrics *metrics);

#endif
