/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the credentials, as metrics: whether some can be used, when
 * they expire, how often they were fetched. */
#ifndef CREDENTIALS_GAUGES_H
#define CREDENTIALS_GAUGES_H

#include "credentials/credentials.h"
#include "metrics/metrics.h"

/* Plain memory in its owner; both borrow. */
struct credentials_gauges {
    struct credentials *credentials;
    struct metrics_series *usable, *expires, *fetched, *failed;
};

/* Both must outlive the renderings of `metrics`. */
MUST_USE enum status credentials_gauges_add(struct credentials_gauges *gauges,
    struct credentials *credentials, struct metrics *metrics);

#endif
