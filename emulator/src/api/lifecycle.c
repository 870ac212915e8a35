/* SPDX-License-Identifier: Apache-2.0 */
/* EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion. */
#include "api/operation.h"
#include "aws/validate.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static enum kms_error
set_state(struct call *call, enum key_state state)
{
    struct key *key = &call->key.own;
    if (key->state == state)
        return KMS_ERROR_NONE;
    key->state = state;
    call_put_key(call, key);
    return KMS_ERROR_NONE;
}

enum kms_error
lifecycle_enable(struct call *call)
{
    return set_state(call, KEY_STATE_ENABLED);
}

enum kms_error
lifecycle_disable(struct call *call)
{
    return set_state(call, KEY_STATE_DISABLED);
}

enum kms_error
lifecycle_schedule_deletion(struct call *call)
{
    struct key *key = &call->key.own;
    const struct json *window = call_member(call, "PendingWindowInDays");
    int64_t days =
        window == NULL ? LIMITS_PENDING_DAYS_DEFAULT : validate_int(window);
    if (days < LIMITS_PENDING_DAYS_MIN || days > LIMITS_PENDING_DAYS_MAX)
        return call_fail(call, KMS_ERROR_VALIDATION,
            "PendingWindowInDays must be between %d and %d inclusive.",
            LIMITS_PENDING_DAYS_MIN, LIMITS_PENDING_DAYS_MAX);
    key->deletion_ms = call->now_ms + days * DAY_MS;
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_text(&w, "KeyId", key->arn);
    json_write_key(&w, "DeletionDate");
    json_write_timestamp_ms(&w, key->deletion_ms);
    json_write_key_text(
        &w, "KeyState", key_state_text(KEY_STATE_PENDING_DELETION));
    json_write_key_int(&w, "PendingWindowInDays", days);
    json_write_object_end(&w);
    enum kms_error error = set_state(call, KEY_STATE_PENDING_DELETION);
    return error == KMS_ERROR_NONE ? call_answered(call, &w) : error;
}

/* A key comes back disabled. */
enum kms_error
lifecycle_cancel_deletion(struct call *call)
{
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_text(&w, "KeyId", call->key.own.arn);
    json_write_object_end(&w);
    enum kms_error error = set_state(call, KEY_STATE_DISABLED);
    return error == KMS_ERROR_NONE ? call_answered(call, &w) : error;
}
