/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/failure.h"

#include "redact/redact.h"

#include <limits.h>

/* Advice that several rows give. */
#define ADVICE_THROTTLED                                                       \
    "KMS throttles this account: raise its quota or call less often"
#define ADVICE_KEY_STATE "enable the key, or cancel its deletion"
#define ADVICE_CREDENTIALS "check the credentials of the plugin"
#define ADVICE_CLOCK "set the clock of this machine"
#define ADVICE_POLICY                                                          \
    "allow kms:Encrypt and kms:Decrypt in the key's policy and in IAM"
#define ADVICE_REFERENCE "check --key and --region"
#define ADVICE_LATER "KMS has trouble: it is worth trying again"
#define ADVICE_STORE "check the custom key store behind the key"
#define ADVICE_GRANT "check the grant"
#define ADVICE_ENDPOINT "check that --kms-endpoint is AWS KMS"

#define XKS_SILENT                                                             \
    "AWS KMS rejected the request because the external key store proxy did "   \
    "not respond in time. Retry the request. If you see this error "           \
    "repeatedly, report it to your external key store proxy administrator"
#define XKS_APART "AWS KMS cannot communicate with the external key store proxy"

/* The first row that fits counts. */
static const struct answer_row {
    const char *type;
    const char *says; /* NULL, or what the message must contain */
    enum failure_kind kind;
    enum grpc_code code;
    const char *advice;
} answer_rows[] = {
#define THROTTLES(type)                                                        \
    {                                                                          \
        type, NULL, FAILURE_THROTTLED, GRPC_CODE_RESOURCE_EXHAUSTED,           \
            ADVICE_THROTTLED                                                   \
    }
    THROTTLES("Throttling"),
    THROTTLES("ThrottlingException"),
    THROTTLES("ThrottledException"),
    THROTTLES("RequestThrottledException"),
    THROTTLES("TooManyRequestsException"),
    THROTTLES("ProvisionedThroughputExceededException"),
    THROTTLES("TransactionInProgressException"),
    THROTTLES("RequestLimitExceeded"),
    THROTTLES("BandwidthLimitExceeded"),
    THROTTLES("LimitExceededException"),
    THROTTLES("RequestThrottled"),
    THROTTLES("SlowDown"),
    THROTTLES("PriorRequestNotComplete"),
    THROTTLES("EC2ThrottledException"),
#undef THROTTLES
    { "DisabledException", NULL, FAILURE_USER, GRPC_CODE_FAILED_PRECONDITION,
        ADVICE_KEY_STATE },
    { "KMSInvalidStateException", NULL, FAILURE_USER,
        GRPC_CODE_FAILED_PRECONDITION, ADVICE_KEY_STATE },
    { "KeyUnavailableException", NULL, FAILURE_USER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "InvalidArnException", NULL, FAILURE_USER, GRPC_CODE_INVALID_ARGUMENT,
        ADVICE_REFERENCE },
    { "InvalidGrantIdException", NULL, FAILURE_USER, GRPC_CODE_INVALID_ARGUMENT,
        ADVICE_GRANT },
    { "InvalidGrantTokenException", NULL, FAILURE_USER,
        GRPC_CODE_INVALID_ARGUMENT, ADVICE_GRANT },
    { "InvalidCiphertextException", NULL, FAILURE_CORRUPTION,
        GRPC_CODE_INVALID_ARGUMENT,
        "the stored data is damaged, or was sealed with another encryption "
        "context" },
    { "AccessDeniedException", "does not exist", FAILURE_USER,
        GRPC_CODE_PERMISSION_DENIED, ADVICE_POLICY },
    { "AccessDeniedException", "explicit deny in a resource control policy",
        FAILURE_USER, GRPC_CODE_PERMISSION_DENIED, ADVICE_POLICY },
    { "AccessDeniedException", NULL, FAILURE_OTHER, GRPC_CODE_PERMISSION_DENIED,
        ADVICE_POLICY },
    { "KMSInternalException", XKS_SILENT, FAILURE_USER, GRPC_CODE_UNAVAILABLE,
        ADVICE_STORE },
    { "KMSInternalException", XKS_APART, FAILURE_USER, GRPC_CODE_UNAVAILABLE,
        ADVICE_STORE },
    { "KMSInternalException", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "DependencyTimeoutException", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "NotFoundException", NULL, FAILURE_OTHER, GRPC_CODE_FAILED_PRECONDITION,
        ADVICE_REFERENCE },
    { "InvalidKeyUsageException", NULL, FAILURE_OTHER,
        GRPC_CODE_FAILED_PRECONDITION,
        "use a key whose usage is ENCRYPT_DECRYPT" },
    { "IncorrectKeyException", NULL, FAILURE_OTHER, GRPC_CODE_INVALID_ARGUMENT,
        "the data was sealed with another key" },
    { "ValidationException", NULL, FAILURE_OTHER, GRPC_CODE_INVALID_ARGUMENT,
        ADVICE_REFERENCE },
    { "RequestEntityTooLargeException", NULL, FAILURE_OTHER,
        GRPC_CODE_INVALID_ARGUMENT, "KMS encrypts 4096 bytes at most" },
    { "UnsupportedOperationException", NULL, FAILURE_OTHER,
        GRPC_CODE_FAILED_PRECONDITION,
        "use a symmetric key whose usage is ENCRYPT_DECRYPT" },
    /* Not an error of Encrypt in the model, but what stands behind one. */
    { "CloudHsmClusterNotActiveException", NULL, FAILURE_OTHER,
        GRPC_CODE_UNAVAILABLE, ADVICE_STORE },
    { "CustomKeyStoreInvalidStateException", NULL, FAILURE_OTHER,
        GRPC_CODE_UNAVAILABLE, ADVICE_STORE },
    { "ServiceUnavailable", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "ServiceUnavailableException", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "InternalFailure", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "RequestTimeout", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "RequestTimeoutException", NULL, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
        ADVICE_LATER },
    { "AccessDenied", NULL, FAILURE_OTHER, GRPC_CODE_PERMISSION_DENIED,
        ADVICE_POLICY },
    { "NotAuthorized", NULL, FAILURE_OTHER, GRPC_CODE_PERMISSION_DENIED,
        ADVICE_POLICY },
    { "NotAuthorizedException", NULL, FAILURE_OTHER,
        GRPC_CODE_PERMISSION_DENIED, ADVICE_POLICY },
    { "OptInRequired", NULL, FAILURE_OTHER, GRPC_CODE_PERMISSION_DENIED,
        "sign the account up for KMS, or enable its Region" },
    { "SerializationException", NULL, FAILURE_OTHER, GRPC_CODE_INTERNAL,
        ADVICE_ENDPOINT },
    { "UnknownOperationException", NULL, FAILURE_OTHER, GRPC_CODE_INTERNAL,
        ADVICE_ENDPOINT },
    { "DryRunOperationException", NULL, FAILURE_OTHER, GRPC_CODE_INTERNAL,
        ADVICE_ENDPOINT },
#define REFUSES(type)                                                          \
    {                                                                          \
        type, NULL, FAILURE_OTHER, GRPC_CODE_UNAUTHENTICATED,                  \
            ADVICE_CREDENTIALS                                                 \
    }
    { "InvalidSignatureException", "Signature expired", FAILURE_OTHER,
        GRPC_CODE_UNAUTHENTICATED, ADVICE_CLOCK },
    { "InvalidSignatureException", "Signature not yet current", FAILURE_OTHER,
        GRPC_CODE_UNAUTHENTICATED, ADVICE_CLOCK },
    REFUSES("UnrecognizedClientException"),
    REFUSES("InvalidClientTokenId"),
    REFUSES("InvalidSignatureException"),
    REFUSES("SignatureDoesNotMatch"),
    REFUSES("IncompleteSignatureException"),
    REFUSES("IncompleteSignature"),
    REFUSES("MissingAuthenticationTokenException"),
    REFUSES("MissingAuthenticationToken"),
    { "RequestTimeTooSkewed", NULL, FAILURE_OTHER, GRPC_CODE_UNAUTHENTICATED,
        ADVICE_CLOCK },
    REFUSES("ExpiredTokenException"),
    REFUSES("ExpiredToken"),
    REFUSES("RequestExpired"),
#undef REFUSES
};

/* For errors that no row names. */
static const struct http_row {
    unsigned from, to;
    struct failure failure;
} http_rows[] = {
    { 401, 401,
        { FAILURE_OTHER, GRPC_CODE_UNAUTHENTICATED, ADVICE_CREDENTIALS } },
    { 403, 403, { FAILURE_OTHER, GRPC_CODE_PERMISSION_DENIED, ADVICE_POLICY } },
    { 429, 429,
        { FAILURE_THROTTLED, GRPC_CODE_RESOURCE_EXHAUSTED, ADVICE_THROTTLED } },
    { 500, 599, { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE, ADVICE_LATER } },
    { 0, UINT_MAX, { FAILURE_OTHER, GRPC_CODE_INTERNAL, ADVICE_ENDPOINT } },
};

/* For calls that KMS did not answer with an error of its own. */
static const struct local_row {
    const char *what;
    struct failure failure;
} local_rows[] = {
    [KMS_FAILURE_NONE] = { "", { FAILURE_NONE, GRPC_CODE_OK, "" } },
    [KMS_FAILURE_ANSWER] = { "KMS refused",
        { FAILURE_NONE, GRPC_CODE_OK, "" } },
    [KMS_FAILURE_TRANSPORT] = { "KMS cannot be reached",
        { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
            "check the network, --kms-endpoint and --region" } },
    [KMS_FAILURE_TIMEOUT] = { "KMS did not answer in time",
        { FAILURE_OTHER, GRPC_CODE_DEADLINE_EXCEEDED,
            "check the network; the deadline is the caller's" } },
    [KMS_FAILURE_CANCELLED] = { "the caller cancelled",
        { FAILURE_USER, GRPC_CODE_CANCELLED, "nothing is to be done" } },
    [KMS_FAILURE_CREDENTIALS] = { "there are no credentials",
        { FAILURE_OTHER, GRPC_CODE_UNAUTHENTICATED, ADVICE_CREDENTIALS } },
    [KMS_FAILURE_BAD_ANSWER] = { "the answer is not one of KMS",
        { FAILURE_NONE, GRPC_CODE_OK, "" } },
    [KMS_FAILURE_INTERNAL] = { "the plugin failed",
        { FAILURE_OTHER, GRPC_CODE_INTERNAL, "see the plugin's log" } },
};

static bool
row_fits(const struct answer_row *row, const struct kms_result *result)
{
    size_t at;
    return span_equal_text(result->error_type, row->type) &&
           (row->says == NULL ||
               span_search(result->message, span_text(row->says), &at));
}

static struct failure
by_http_status(unsigned status)
{
    size_t i = 0;
    while (status < http_rows[i].from || status > http_rows[i].to)
        i++; /* the last row takes all */
    return http_rows[i].failure;
}

struct failure
failure_of(const struct kms_result *result)
{
    if (result->failure == KMS_FAILURE_BAD_ANSWER)
        return by_http_status(result->http_status);
    if (result->failure != KMS_FAILURE_ANSWER)
        return local_rows[result->failure].failure;
    for (size_t i = 0; i < ARRAY_LEN(answer_rows); i++) {
        const struct answer_row *row = &answer_rows[i];
        if (row_fits(row, result))
            return (struct failure){ row->kind, row->code, row->advice };
    }
    return by_http_status(result->http_status);
}

enum grpc_code
failure_plain_code(const struct failure *failure)
{
    bool of_context = failure->code == GRPC_CODE_CANCELLED ||
                      failure->code == GRPC_CODE_DEADLINE_EXCEEDED;
    return of_context ? failure->code : GRPC_CODE_UNKNOWN;
}

const char *
failure_class_name(enum failure_kind kind)
{
    static const char *const names[] = { [FAILURE_NONE] = "",
        [FAILURE_USER] = "user-induced",
        [FAILURE_THROTTLED] = "throttled",
        [FAILURE_CORRUPTION] = "corruption",
        [FAILURE_OTHER] = "other" };
    return names[kind];
}

void
failure_cut_text(struct buf *text, size_t max)
{
    if (text->len <= max)
        return;
    while (max > 0 && (text->ptr[max] & 0xc0) == 0x80)
        max--;
    buf_truncate(text, max);
}

enum { MESSAGE_MAX = 512, KEY_MAX = 256, ID_MAX = 64, TYPE_MAX = 64 };

typedef enum status append_fn(struct buf *out, struct span text);

static enum status
append_part(struct buf *out, const char *before, struct span part, size_t max,
    append_fn *append)
{
    struct buf clean = { 0 };
    if (part.len == 0)
        return STATUS_OK;
    enum status st = append(&clean, part);
    if (st == STATUS_OK) {
        failure_cut_text(&clean, max);
        st = buf_append_text(out, before);
    }
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&clean));
    buf_reset(&clean);
    return st;
}

enum status
failure_describe(const struct failure *failure, const struct kms_result *result,
    enum kms_operation operation, struct span key_id, struct buf *out)
{
    struct span what = result->error_type.len > 0
                           ? result->error_type
                           : span_text(local_rows[result->failure].what);
    bool request = result->request_id.len > 0;
    const struct part {
        const char *before;
        struct span text;
        size_t max;
        append_fn *append;
    } parts[] = {
        { "", SPAN_LITERAL("failed to "), ID_MAX, redact_print },
        { "", span_text(failure_operation_name(operation)), ID_MAX,
            redact_print },
        { " with key ", key_id, KEY_MAX, redact_print },
        { ": ", what, TYPE_MAX, redact_print },
        { ": ", result->message, MESSAGE_MAX, redact_append },
        { " (KMS request ", result->request_id, ID_MAX, redact_print },
        { "", request ? SPAN_LITERAL(")") : span_text(""), ID_MAX,
            redact_print },
        { "; ", span_text(failure->advice), MESSAGE_MAX, redact_print },
    };
    struct buf text = { 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(parts) && st == STATUS_OK; i++)
        st = append_part(&text, parts[i].before, parts[i].text, parts[i].max,
            parts[i].append);
    failure_cut_text(&text, FAILURE_TEXT_MAX);
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&text));
    buf_reset(&text);
    return st;
}

const char *
failure_operation_name(enum kms_operation operation)
{
    return operation == KMS_ENCRYPT ? "encrypt" : "decrypt";
}
