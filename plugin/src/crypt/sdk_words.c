/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/sdk_words.h"

#include "crypt/failure.h"
#include "redact/redact.h"

/* Errors of the service model have a Go type and print by their name; all
 * others are "api error NAME". */
static bool
is_modelled(struct span type)
{
    static const char *const names[] = { "DependencyTimeoutException",
        "DisabledException", "DryRunOperationException",
        "IncorrectKeyException", "InvalidCiphertextException",
        "InvalidGrantTokenException", "InvalidKeyUsageException",
        "KeyUnavailableException", "KMSInternalException",
        "KMSInvalidStateException", "NotFoundException" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_equal_text(type, names[i]))
            return true;
    return false;
}

static enum status
append_answer(const struct kms_result *result, struct buf *out)
{
    enum status st =
        buf_printf(out, "https response error StatusCode: %u, RequestID: ",
            result->http_status);
    if (st == STATUS_OK)
        st = redact_print(out, result->request_id);
    if (st == STATUS_OK)
        st = buf_append_text(
            out, is_modelled(result->error_type) ? ", " : ", api error ");
    if (st == STATUS_OK)
        st = redact_print(out, result->error_type.len > 0
                                   ? result->error_type
                                   : SPAN_LITERAL("UnknownError"));
    if (st == STATUS_OK)
        st = buf_append_text(out, ": ");
    return st == STATUS_OK ? redact_append(out, result->message) : st;
}

static enum status
append_cause(const struct kms_result *result, struct buf *out)
{
    static const char *const before[] = {
        [KMS_FAILURE_NONE] = "",
        [KMS_FAILURE_ANSWER] = "",
        [KMS_FAILURE_TRANSPORT] =
            "https response error StatusCode: 0, RequestID: , request send "
            "failed, ",
        [KMS_FAILURE_TIMEOUT] =
            "https response error StatusCode: 0, RequestID: , canceled, "
            "context deadline exceeded",
        [KMS_FAILURE_CANCELLED] =
            "https response error StatusCode: 0, RequestID: , canceled, "
            "context canceled",
        [KMS_FAILURE_CREDENTIALS] =
            "get identity: get credentials: failed to refresh cached "
            "credentials, ",
        [KMS_FAILURE_BAD_ANSWER] = "",
        [KMS_FAILURE_INTERNAL] = "",
    };
    if (result->failure == KMS_FAILURE_ANSWER ||
        result->failure == KMS_FAILURE_BAD_ANSWER)
        return append_answer(result, out);
    enum status st = buf_append_text(out, before[result->failure]);
    bool complete = result->failure == KMS_FAILURE_TIMEOUT ||
                    result->failure == KMS_FAILURE_CANCELLED;
    if (st == STATUS_OK && !complete)
        st = redact_append(out, result->message);
    return st;
}

enum status
sdk_words_describe(const struct kms_result *result,
    enum kms_operation operation, struct buf *out)
{
    struct buf text = { 0 };
    enum status st = buf_printf(&text, "failed to %s operation error KMS: %s, ",
        failure_operation_name(operation),
        operation == KMS_ENCRYPT ? "Encrypt" : "Decrypt");
    if (st == STATUS_OK && result->used_up)
        st = buf_printf(&text, "exceeded maximum number of attempts, %u, ",
            result->attempts);
    if (st == STATUS_OK)
        st = append_cause(result, &text);
    failure_cut_text(&text, FAILURE_TEXT_MAX);
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&text));
    buf_reset(&text);
    return st;
}
