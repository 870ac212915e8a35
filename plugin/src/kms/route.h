/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which place an attempt goes to. The first place is home. A call that any
 * Region can serve (a Decrypt, or an Encrypt under a multi-Region key) goes to
 * the first that is well and that it has not tried; others stay at home.
 */
#ifndef KMS_ROUTE_H
#define KMS_ROUTE_H

#include "kms/client.h"

/* Sets the call's place, and marks it as tried. */
void route_choose(
    struct kms_client *client, struct kms_call *call, int64_t now_ms);

/* Whether another place, not yet tried, would take the call. */
bool route_has_other(const struct kms_client *client,
    const struct kms_call *call, int64_t now_ms);

/* Before a retry: places that were tried may be tried again; but one that is
 * to blame only when each has been tried, also those that are left alone. */
void route_start_over(
    const struct kms_client *client, struct kms_call *call, bool is_to_blame);

/* Tells the place how the attempt fared. */
void route_leave(struct kms_client *client, struct kms_call *call,
    int64_t now_ms, enum breaker_verdict verdict);

/* The body as the call's place wants it: it names the key in that Region.
 * Borrows from the call. */
MUST_USE enum status route_body(
    const struct kms_client *client, struct kms_call *call, struct span *body);

/* Names the place that answered, and a multi-Region key by its ARN at home.
 * *result borrows from the client. */
void route_finish(const struct kms_client *client, const struct kms_call *call,
    struct kms_result *result);

#endif
