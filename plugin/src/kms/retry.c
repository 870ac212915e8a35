/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/retry.h"

#include "fetch/retryable.h"

bool
retry_is_throttled(const struct kms_result *result)
{
    return retryable_throttle(result->error_type);
}

bool
retry_is_worth(const struct kms_result *result)
{
    switch (result->failure) {
    case KMS_FAILURE_ANSWER:
        return retryable_code(result->error_type) ||
               retryable_status(result->http_status);
    case KMS_FAILURE_BAD_ANSWER:
        return retryable_status(result->http_status);
    case KMS_FAILURE_TRANSPORT:
    case KMS_FAILURE_TIMEOUT:
        return true;
    case KMS_FAILURE_NONE:
    case KMS_FAILURE_CANCELLED:
    case KMS_FAILURE_CREDENTIALS:
    case KMS_FAILURE_INTERNAL:
        break;
    }
    return false;
}

/* From 0 to max; max where there is no randomness. */
static int64_t
random_part(int64_t max, const struct random *random)
{
    uint32_t word = UINT32_MAX;
    if (random_fill(random, (uint8_t *)&word, sizeof(word)) != STATUS_OK)
        return max;
    return max * (int64_t)word / UINT32_MAX;
}

int64_t
retry_delay_ms(unsigned nth, int64_t hint_ms, const struct random *random)
{
    int64_t max_ms = 1000;
    for (unsigned i = 0; i < nth && max_ms < RETRY_DELAY_MAX_MS; i++)
        max_ms *= 2;
    if (max_ms > RETRY_DELAY_MAX_MS)
        max_ms = RETRY_DELAY_MAX_MS;
    int64_t delay_ms = random_part(max_ms, random);
    if (hint_ms <= delay_ms)
        return delay_ms;
    return hint_ms < delay_ms + RETRY_HINT_EXTRA_MS
               ? hint_ms
               : delay_ms + RETRY_HINT_EXTRA_MS;
}

void
retry_bucket_init(struct retry_bucket *bucket, int64_t capacity, int64_t cost)
{
    bucket->capacity = capacity > 0 ? capacity : RETRY_TOKENS;
    bucket->tokens = bucket->capacity;
    bucket->cost = cost > 0 ? cost : RETRY_COST;
    bucket->timeout_cost = cost > 0 ? cost : RETRY_TIMEOUT_COST;
}

static int64_t
cost_of(const struct retry_bucket *bucket, bool after_timeout)
{
    return after_timeout ? bucket->timeout_cost : bucket->cost;
}

bool
retry_bucket_has(const struct retry_bucket *bucket, bool after_timeout)
{
    return cost_of(bucket, after_timeout) <= bucket->tokens;
}

bool
retry_bucket_take(
    struct retry_bucket *bucket, bool after_timeout, int64_t *taken)
{
    int64_t cost = cost_of(bucket, after_timeout);
    if (!retry_bucket_has(bucket, after_timeout))
        return false;
    bucket->tokens -= cost;
    *taken = cost;
    return true;
}

void
retry_bucket_give(struct retry_bucket *bucket, int64_t taken)
{
    bucket->tokens += taken > 0 ? taken : 1;
    if (bucket->tokens > bucket->capacity)
        bucket->tokens = bucket->capacity;
}
