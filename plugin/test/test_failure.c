/* SPDX-License-Identifier: Apache-2.0 */
/* Classes as in aws-encryption-provider's ParseError, and our gRPC codes. */
#include "base/utf8.h"
#include "crypt/failure.h"
#include "test/check.h"

static struct kms_result
answer(const char *type, const char *message, unsigned status)
{
    return (struct kms_result){ .failure = KMS_FAILURE_ANSWER,
        .http_status = status,
        .error_type = span_text(type),
        .message = span_text(message),
        .request_id = SPAN_LITERAL("1234-5678") };
}

#define XKS_SILENT                                                             \
    "AWS KMS rejected the request because the external key store proxy did "   \
    "not respond in time. Retry the request. If you see this error "           \
    "repeatedly, report it to your external key store proxy administrator"

static void
each_error_of_kms_has_its_class_and_code(void **state)
{
    (void)state;
    static const struct {
        const char *type, *message;
        enum failure_kind kind;
        enum grpc_code code;
    } rows[] = {
        { "ThrottlingException", "", FAILURE_THROTTLED,
            GRPC_CODE_RESOURCE_EXHAUSTED },
        { "Throttling", "", FAILURE_THROTTLED, GRPC_CODE_RESOURCE_EXHAUSTED },
        { "LimitExceededException", "", FAILURE_THROTTLED,
            GRPC_CODE_RESOURCE_EXHAUSTED },
        { "SlowDown", "", FAILURE_THROTTLED, GRPC_CODE_RESOURCE_EXHAUSTED },
        { "DisabledException", "", FAILURE_USER,
            GRPC_CODE_FAILED_PRECONDITION },
        { "KMSInvalidStateException", "", FAILURE_USER,
            GRPC_CODE_FAILED_PRECONDITION },
        { "KeyUnavailableException", "", FAILURE_USER, GRPC_CODE_UNAVAILABLE },
        { "InvalidArnException", "", FAILURE_USER, GRPC_CODE_INVALID_ARGUMENT },
        { "InvalidGrantIdException", "", FAILURE_USER,
            GRPC_CODE_INVALID_ARGUMENT },
        { "InvalidGrantTokenException", "", FAILURE_USER,
            GRPC_CODE_INVALID_ARGUMENT },
        { "InvalidCiphertextException", "", FAILURE_CORRUPTION,
            GRPC_CODE_INVALID_ARGUMENT },
        { "AccessDeniedException", "the key does not exist in this Region",
            FAILURE_USER, GRPC_CODE_PERMISSION_DENIED },
        { "AccessDeniedException",
            "with an explicit deny in a resource control policy", FAILURE_USER,
            GRPC_CODE_PERMISSION_DENIED },
        { "AccessDeniedException", "not authorized", FAILURE_OTHER,
            GRPC_CODE_PERMISSION_DENIED },
        { "KMSInternalException", XKS_SILENT ".", FAILURE_USER,
            GRPC_CODE_UNAVAILABLE },
        { "KMSInternalException",
            "AWS KMS cannot communicate with the external key store proxy.",
            FAILURE_USER, GRPC_CODE_UNAVAILABLE },
        { "KMSInternalException", "", FAILURE_OTHER, GRPC_CODE_UNAVAILABLE },
        { "NotFoundException", "", FAILURE_OTHER,
            GRPC_CODE_FAILED_PRECONDITION },
        { "IncorrectKeyException", "", FAILURE_OTHER,
            GRPC_CODE_INVALID_ARGUMENT },
        { "InvalidKeyUsageException", "", FAILURE_OTHER,
            GRPC_CODE_FAILED_PRECONDITION },
        { "DependencyTimeoutException", "", FAILURE_OTHER,
            GRPC_CODE_UNAVAILABLE },
        { "ValidationException", "", FAILURE_OTHER,
            GRPC_CODE_INVALID_ARGUMENT },
        { "ExpiredTokenException", "", FAILURE_OTHER,
            GRPC_CODE_UNAUTHENTICATED },
        { "UnrecognizedClientException", "", FAILURE_OTHER,
            GRPC_CODE_UNAUTHENTICATED },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct kms_result result = answer(rows[i].type, rows[i].message, 400);
        struct failure failure = failure_of(&result);
        assert_int_equal(failure.kind, rows[i].kind);
        assert_int_equal(failure.code, rows[i].code);
        assert_true(strlen(failure.advice) > 0);
    }
}

static void
an_error_nobody_knows_goes_by_its_http_status(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        enum failure_kind kind;
        enum grpc_code code;
    } rows[] = {
        { 400, FAILURE_OTHER, GRPC_CODE_INTERNAL },
        { 401, FAILURE_OTHER, GRPC_CODE_UNAUTHENTICATED },
        { 403, FAILURE_OTHER, GRPC_CODE_PERMISSION_DENIED },
        { 429, FAILURE_THROTTLED, GRPC_CODE_RESOURCE_EXHAUSTED },
        { 500, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE },
        { 503, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE },
        { 200, FAILURE_OTHER, GRPC_CODE_INTERNAL },
        { 0, FAILURE_OTHER, GRPC_CODE_INTERNAL },
        { 12345, FAILURE_OTHER, GRPC_CODE_INTERNAL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct kms_result result =
            answer("BrandNewException", "", rows[i].status);
        assert_int_equal(failure_of(&result).kind, rows[i].kind);
        assert_int_equal(failure_of(&result).code, rows[i].code);
        result.failure = KMS_FAILURE_BAD_ANSWER;
        assert_int_equal(failure_of(&result).code, rows[i].code);
    }
}

static void
what_kms_did_not_answer_has_codes_too(void **state)
{
    (void)state;
    static const struct {
        enum kms_failure failure;
        enum failure_kind kind;
        enum grpc_code code;
    } rows[] = {
        { KMS_FAILURE_NONE, FAILURE_NONE, GRPC_CODE_OK },
        { KMS_FAILURE_TRANSPORT, FAILURE_OTHER, GRPC_CODE_UNAVAILABLE },
        { KMS_FAILURE_TIMEOUT, FAILURE_OTHER, GRPC_CODE_DEADLINE_EXCEEDED },
        { KMS_FAILURE_CANCELLED, FAILURE_USER, GRPC_CODE_CANCELLED },
        { KMS_FAILURE_CREDENTIALS, FAILURE_OTHER, GRPC_CODE_UNAUTHENTICATED },
        { KMS_FAILURE_INTERNAL, FAILURE_OTHER, GRPC_CODE_INTERNAL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct kms_result result = { .failure = rows[i].failure };
        assert_int_equal(failure_of(&result).kind, rows[i].kind);
        assert_int_equal(failure_of(&result).code, rows[i].code);
    }
}

static void
the_words_say_what_on_what_why_and_what_to_do(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct kms_result result =
        answer("NotFoundException", "Alias is not found.", 400);
    struct failure failure = failure_of(&result);
    assert_ok(failure_describe(
        &failure, &result, KMS_ENCRYPT, SPAN_LITERAL("alias/a"), &text));
    assert_string_equal(buf_text(&text),
        "failed to encrypt with key alias/a: NotFoundException: Alias is not "
        "found. (KMS request 1234-5678); check --key and --region");
    buf_clear(&text);
    result = (struct kms_result){ .failure = KMS_FAILURE_TIMEOUT };
    failure = failure_of(&result);
    assert_ok(failure_describe(
        &failure, &result, KMS_DECRYPT, SPAN_LITERAL("k"), &text));
    assert_string_equal(buf_text(&text),
        "failed to decrypt with key k: KMS did not answer in time; check the "
        "network; the deadline is the caller's");
    buf_reset(&text);
}

static void
hostile_words_stay_one_bounded_printable_line(void **state)
{
    (void)state;
    static char flood[8192];
    for (size_t i = 0; i + 3 < sizeof(flood); i += 3)
        memcpy(flood + i, "\xe2\x82\xac", 3);
    static const char *const messages[] = { "\xff\xfe\x80", "a\r\nb\tc\x1b[0m",
        "\xe2\x82", "\xc0\xaf", flood };
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        struct buf text = { 0 };
        struct kms_result result = answer(messages[i], messages[i], 400);
        result.request_id = span_text(messages[i]);
        struct failure failure = failure_of(&result);
        assert_ok(failure_describe(
            &failure, &result, KMS_DECRYPT, span_text(messages[i]), &text));
        assert_true(text.len > 0 && text.len <= FAILURE_TEXT_MAX);
        assert_true(utf8_valid(buf_span(&text)));
        for (size_t j = 0; j < text.len; j++)
            assert_true(text.ptr[j] >= 0x20 && text.ptr[j] != 0x7f);
        buf_reset(&text);
    }
}

static void
a_clock_that_is_wrong_is_not_blamed_on_the_credentials(void **state)
{
    (void)state;
    static const char *const messages[] = {
        "Signature expired: 20261122T100000Z is now earlier than "
        "20261122T100500Z (20261122T102000Z - 15 min.)",
        "Signature not yet current: 20261122T104000Z is still later than "
        "20261122T103500Z (20261122T102000Z + 15 min.)",
    };
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        const struct kms_result result = { .failure = KMS_FAILURE_ANSWER,
            .http_status = 400,
            .error_type = SPAN_LITERAL("InvalidSignatureException"),
            .message = span_text(messages[i]) };
        struct failure failure = failure_of(&result);
        assert_int_equal(failure.kind, FAILURE_OTHER);
        assert_int_equal(failure.code, GRPC_CODE_UNAUTHENTICATED);
        assert_non_null(strstr(failure.advice, "clock"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_clock_that_is_wrong_is_not_blamed_on_the_credentials),
        cmocka_unit_test(each_error_of_kms_has_its_class_and_code),
        cmocka_unit_test(an_error_nobody_knows_goes_by_its_http_status),
        cmocka_unit_test(what_kms_did_not_answer_has_codes_too),
        cmocka_unit_test(the_words_say_what_on_what_why_and_what_to_do),
        cmocka_unit_test(hostile_words_stay_one_bounded_printable_line),
    };
    return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
