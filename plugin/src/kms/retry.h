/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trying again, in the AWS SDKs' standard mode: what is worth another try, how
 * long to wait before it, and a bucket of tokens that stops retries when most
 * calls fail. Pure: time is the caller's, randomness is handed in.
 */
#ifndef KMS_RETRY_H
#define KMS_RETRY_H

#include "base/random.h"
#include "kms/kms.h"

enum {
    RETRY_ATTEMPTS = 3, /* with the first */
    RETRY_TOKENS = 500,
    RETRY_COST = 5,
    RETRY_TIMEOUT_COST = 10,
    RETRY_DELAY_MAX_MS = 20 * 1000,
    RETRY_HINT_EXTRA_MS = 5 * 1000, /* what a server may add to a delay */
};

/*
 * Whether what an attempt came to is worth another: connections that broke,
 * attempts that took too long, HTTP 500, 502, 503 and 504, and the SDKs' codes
 * of throttling and of request timeouts. A code counts before a status.
 */
bool retry_is_worth(const struct kms_result *result);

/* By its code: KMS says that the account asks too much. */
bool retry_is_throttled(const struct kms_result *result);

/*
 * How long to wait before the nth retry, from 1: a random part of 2^n seconds
 * of at most RETRY_DELAY_MAX_MS. hint_ms is what x-amz-retry-after asked for,
 * negative where it asked for nothing: it lengthens the delay, by
 * RETRY_HINT_EXTRA_MS at most.
 */
int64_t retry_delay_ms(
    unsigned nth, int64_t hint_ms, const struct random *random);

/* Tokens that retries take. Belongs to one thread. */
struct retry_bucket {
    int64_t tokens, capacity;
    int64_t cost, timeout_cost;
};

/* Full. A capacity of 0: RETRY_TOKENS. A cost of 0: RETRY_COST, and
 * RETRY_TIMEOUT_COST after a timeout; else it is that of each retry. */
void retry_bucket_init(
    struct retry_bucket *bucket, int64_t capacity, int64_t cost);

/* Whether there is enough for a retry. */
bool retry_bucket_has(const struct retry_bucket *bucket, bool after_timeout);

/* Takes what a retry costs; *taken is for retry_bucket_give. False, with
 * nothing taken, where there is not enough. */
bool retry_bucket_take(
    struct retry_bucket *bucket, bool after_timeout, int64_t *taken);

/* After a call that succeeded: what its last retry took, or 0 if it needed
 * none, which is worth one token. */
void retry_bucket_give(struct retry_bucket *bucket, int64_t taken);

#endif
