/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/next.h"

#include "base/num.h"
#include "kms/route.h"
#include "kms/skew.h"

static const char *const refused_codes[] = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
};

bool
next_blames_place(const struct kms_result *result)
{
    return result->failure == KMS_FAILURE_TRANSPORT ||
           result->failure == KMS_FAILURE_TIMEOUT ||
           (result->http_status >= 500 && retry_is_worth(result) &&
               !retry_is_throttled(result));
}

static bool
is_other_set(const struct credentials_set *a, const struct credentials_set *b)
{
    return !span_equal(
               buf_span(&a->access_key_id), buf_span(&b->access_key_id)) ||
           !span_equal(
               buf_span(&a->session_token), buf_span(&b->session_token));
}

/* By now. */
static bool
has_other_credentials(
    struct kms_client *client, const struct credentials_set *used)
{
    struct credentials_set now = { 0 };
    struct buf problem = { 0 };
    bool other =
        credentials_get(client->credentials, &now, &problem) == STATUS_OK &&
        is_other_set(&now, used);
    credentials_set_reset(&now);
    buf_reset(&problem);
    return other;
}

static bool
are_refused(const struct kms_result *result)
{
    for (size_t i = 0; i < ARRAY_LEN(refused_codes); i++)
        if (span_equal_text(result->error_type, refused_codes[i]))
            return true;
    return false;
}

/* change_ms: what was learnt since the request was signed. */
static bool
is_skewed(const struct kms_result *result, int64_t change_ms)
{
    enum { SECOND_MS = 1000 }; /* as fine as a Date is */
    int64_t off_ms = change_ms < 0 ? -change_ms : change_ms;
    return (skew_is_told(result) && off_ms > SECOND_MS) ||
           (skew_is_suspected(result) && off_ms > SKEW_TOLERATED_MS);
}

/* The source is to hear of refused credentials in any case. */
static enum next
renew_credentials(struct kms_client *client, struct kms_call *call,
    const struct kms_result *result)
{
    const struct credentials_set *used = &call->transfer->credentials;
    if (!are_refused(result))
        return NEXT_END;
    bool coming = credentials_refused(client->credentials, used);
    enum next next = coming ? NEXT_NEWS : NEXT_END;
    if (has_other_credentials(client, used))
        next = NEXT_NOW;
    if (call->credentials_retried)
        return NEXT_END;
    call->credentials_retried = next != NEXT_END;
    return next;
}

/* Mistakes that are known now, and corrected: each once in a call. NEXT_END:
 * there are none. */
static enum next
correct(struct kms_client *client, struct kms_call *call,
    const struct kms_result *result)
{
    int64_t change_ms = client->places[call->place].skew_ms - call->skew_ms;
    if (!call->skew_retried && is_skewed(result, change_ms)) {
        call->skew_retried = true;
        return NEXT_NOW;
    }
    return renew_credentials(client, call, result);
}

/* What x-amz-retry-after says; -1: nothing. */
static int64_t
hint_ms(const struct transfer *transfer)
{
    int64_t ms;
    struct span text = buf_span(&transfer->answer.headers[ANSWER_RETRY_AFTER]);
    return num_parse(text, 0, INT32_MAX, &ms) == STATUS_OK ? ms : -1;
}

/* Whether the call may pause and be tried again, and until when it pauses. */
static bool
may_retry(struct kms_client *client, struct kms_call *call,
    const struct kms_result *result, int64_t *until_ms)
{
    struct retry_bucket *bucket = &client->lanes[call->lane].bucket;
    const struct transfer *transfer = call->transfer;
    if (transfer->is_hopeless || !retry_is_worth(result))
        return false;
    /* The clock has dropped a part of a millisecond: the pause is not to be
     * shorter than what KMS asked for. */
    int64_t end_ms =
        clock_ms(&client->clock) + 1 +
        retry_delay_ms(call->attempts, hint_ms(transfer), &client->random);
    if (end_ms >= call->deadline_ms)
        return false;
    bool late = transfer->timed_out || result->failure == KMS_FAILURE_TIMEOUT;
    if (!retry_bucket_take(bucket, late, &call->retry_cost))
        return false;
    *until_ms = end_ms;
    return true;
}

enum next
next_of(struct kms_client *client, struct kms_call *call,
    const struct kms_result *result, int64_t *until_ms)
{
    if (result->failure == KMS_FAILURE_NONE) {
        retry_bucket_give(&client->lanes[call->lane].bucket, call->retry_cost);
        return NEXT_END;
    }
    if (next_blames_place(result) &&
        route_has_other(client, call, clock_ms(&client->clock)))
        return NEXT_NOW;
    enum next corrected = correct(client, call, result);
    if (call->attempts >= client->attempts_max)
        return NEXT_END;
    if (corrected != NEXT_END) {
        call->tried &= ~(1u << call->place);
        return corrected;
    }
    return may_retry(client, call, result, until_ms) ? NEXT_LATER : NEXT_END;
}
