/* SPDX-License-Identifier: Apache-2.0 */
#include "api/call.h"

#include "api/operation.h"
#include "aws/kms_model.h"
#include "base/log.h"

void
lease_reset(struct lease *lease)
{
    object_unref(lease->cached);
    key_reset(&lease->own);
    *lease = (struct lease){ 0 };
}

void
call_reset(struct call *call)
{
    lease_reset(&call->key);
    changeset_reset(&call->changes);
    buf_reset(&call->answer);
    buf_reset(&call->message);
    call->stale = false;
    call->due = false;
}

const struct json *
call_member(const struct call *call, const char *name)
{
    const struct json *member = json_member(call->input, name);
    return json_kind(member) == JSON_KIND_NULL ? NULL : member;
}

struct span
call_text(const struct call *call, const char *name)
{
    return json_get_string(json_member(call->input, name));
}

enum kms_error
call_fail(struct call *call, enum kms_error error, const char *format, ...)
{
    va_list args;
    buf_clear(&call->message);
    va_start(args, format);
    enum status status = buf_vprintf(&call->message, format, args);
    va_end(args);
    return status == STATUS_OK ? error : KMS_ERROR_KMS_INTERNAL;
}

enum kms_error
call_refuse(struct call *call, enum kms_error error)
{
    return call_fail(call, error, "%s", kms_error_text(error));
}

enum kms_error
call_status(struct call *call, enum status status)
{
    if (status == STATUS_OK)
        return KMS_ERROR_NONE;
    log_event(LOG_ERROR, "operation failed",
        log_text("operation", kms_model_operation(call->operation->id)->name),
        log_text("cause", status_text(status)));
    if (status == STATUS_FULL)
        return call_fail(call, KMS_ERROR_KMS_INTERNAL,
            "The emulator's store has no space left.");
    return call_fail(call, KMS_ERROR_KMS_INTERNAL, "The emulator failed: %s.",
        status_text(status));
}

enum kms_error
call_stale(struct call *call)
{
    call->stale = true;
    return KMS_ERROR_KMS_INTERNAL;
}

enum kms_error
call_unsupported(struct call *call, const char *member)
{
    if (call_member(call, member) == NULL)
        return KMS_ERROR_NONE;
    return call_fail(call, KMS_ERROR_UNSUPPORTED_OPERATION,
        "%s is not supported by this emulator.", member);
}

enum kms_error
call_answered(struct call *call, struct json_writer *writer)
{
    return call_status(call, json_writer_end(writer));
}

void
call_put_key(struct call *call, const struct key *key)
{
    struct buf value = { 0 };
    struct store_key record = key_record(key);
    enum status status = key_encode(key, &value);
    if (status == STATUS_OK)
        changeset_put(&call->changes, &record, key->version, &value);
    changeset_fail(&call->changes, status);
    buf_reset(&value);
}
