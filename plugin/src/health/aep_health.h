/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kubernetes-sigs/aws-encryption-provider knows of health, for
 * --compat aep: one result for all keys and both APIs that counts for 30 s,
 * whether good or bad. A real call that fails makes it bad, unless a Decrypt
 * met bytes that are no ciphertext; one that succeeds changes nothing. When
 * the result is old, who asks waits for a probe: of v1 an Encrypt of "foo", of
 * v2 also a Decrypt of what that gave, with five seconds for the two.
 *
 * Thread-safe; takes no other lock.
 */
#ifndef HEALTH_AEP_HEALTH_H
#define HEALTH_AEP_HEALTH_H

#include "health/health.h"

enum { AEP_HEALTH_AGE_MS = 30 * 1000, AEP_HEALTH_PROBE_MS = 5000 };
#define AEP_HEALTH_PROBE_TEXT "foo"

MUST_USE enum status aep_health_new(struct aep_health **out);
void aep_health_free(struct aep_health *aep);

/* The result from now on; `text` is copied. */
void aep_health_record(struct aep_health *aep, const struct failure *failure,
    struct span text, int64_t now_ms);

bool aep_health_is_fresh(struct aep_health *aep, int64_t now_ms);

/* HEALTH_UNKNOWN before anything was recorded. The view's text is appended to
 * *text and borrows it. */
MUST_USE enum status aep_health_view(
    struct aep_health *aep, struct buf *text, struct health_view *view);

#endif
