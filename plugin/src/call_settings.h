/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How calls to KMS are made: what the flags say, else the environment as the
 * AWS SDKs read it, else the client's defaults.
 */
#ifndef CALL_SETTINGS_H
#define CALL_SETTINGS_H

#include "options/options.h"

struct call_settings {
    unsigned max_attempts; /* what follows: 0 for the client's default */
    int64_t retry_tokens, retry_cost;
    int64_t connection_max_age_ms;
    struct buf endpoint; /* of the first place */
    struct buf ca_file;  /* empty: the system's */
    struct kms_place failovers[KMS_PLACES_MAX];
    struct buf failover_endpoints[KMS_PLACES_MAX]; /* they borrow from these */
    size_t failover_count;
};

/* Borrows Regions from the options. STATUS_INVALID, and *problem, for a
 * variable or a setting of the profile that is none. *out is empty before, and
 * after a failure. */
MUST_USE enum status call_settings_read(const struct options *options,
    struct span region, struct call_settings *out, struct buf *problem);
void call_settings_reset(struct call_settings *settings);

#endif
