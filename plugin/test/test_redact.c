/* SPDX-License-Identifier: Apache-2.0 */
/* Errors quote no plaintext, and say all the rest; the SDK's words. */
#include "base/encode.h"
#include "base/utf8.h"
#include "crypt/failure.h"
#include "crypt/sdk_words.h"
#include "redact/redact.h"
#include "test/check.h"

static void
base64_of_a_secret_is_left_out(void **state)
{
    (void)state;
    /* All plaintexts of 32 bytes i, i+1, …: the lengths that Kubernetes uses */
    for (unsigned i = 0; i < 224; i++) {
        uint8_t secret[32];
        for (size_t j = 0; j < sizeof(secret); j++)
            secret[j] = (uint8_t)(i * 7 + j * 37);
        struct buf quoted = { 0 }, text = { 0 };
        assert_ok(buf_append_text(&quoted, "Value '"));
        assert_ok(base64_encode(span_of(secret, sizeof(secret)), &quoted));
        assert_ok(buf_append_text(&quoted, "' at 'plaintext' is bad"));
        assert_ok(redact_append(&text, buf_span(&quoted)));
        assert_string_equal(
            buf_text(&text), "Value '[redacted]' at 'plaintext' is bad");
        buf_reset(&quoted);
        buf_reset(&text);
    }
}

static void
ids_and_arns_stay(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "arn:aws:kms:eu-west-1:111122223333:key/"
        "1234abcd-12ab-34cd-56ef-1234567890ab is disabled.",
        "User: arn:aws:sts::111122223333:assumed-role/"
        "KubernetesControlPlaneNodes1/i-0123456789abcdef0 is not authorized",
        "key/mrk-1234abcd12ab34cd56ef1234567890ab",
        "AKIAIOSFODNN7EXAMPLE",
        "https://kms.eu-west-1.amazonaws.com/Path1WithManyLettersAndDigits",
        "1 validation error detected: Value at 'keyId' failed to satisfy",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct buf text = { 0 };
        assert_ok(redact_append(&text, span_text(texts[i])));
        assert_string_equal(buf_text(&text), texts[i]);
        buf_reset(&text);
    }
}

static void
the_name_of_a_key_is_never_left_out(void **state)
{
    (void)state;
    struct buf text = { 0 };
    const struct kms_result result = { .failure = KMS_FAILURE_ANSWER,
        .http_status = 400,
        .error_type = SPAN_LITERAL("EC2ThrottledException") };
    struct failure failure = failure_of(&result);
    assert_ok(failure_describe(&failure, &result, KMS_ENCRYPT,
        SPAN_LITERAL("alias/MyClusterKeyNumber12345"), &text));
    assert_non_null(strstr(buf_text(&text), "alias/MyClusterKeyNumber12345"));
    assert_non_null(strstr(buf_text(&text), "EC2ThrottledException"));
    buf_reset(&text);
}

static void
the_sdk_has_words_for_each_kind_of_failure(void **state)
{
    (void)state;
    static const struct {
        struct kms_result result;
        const char *text;
    } rows[] = {
        { { .failure = KMS_FAILURE_ANSWER,
              .http_status = 400,
              .error_type = SPAN_INIT("DisabledException"),
              .message = SPAN_INIT("off"),
              .request_id = SPAN_INIT("r-1") },
            "https response error StatusCode: 400, RequestID: r-1, "
            "DisabledException: off" },
        { { .failure = KMS_FAILURE_ANSWER,
              .http_status = 400,
              .error_type = SPAN_INIT("ThrottlingException"),
              .message = SPAN_INIT("slow") },
            "https response error StatusCode: 400, RequestID: , api error "
            "ThrottlingException: slow" },
        { { .failure = KMS_FAILURE_BAD_ANSWER, .http_status = 502 },
            "https response error StatusCode: 502, RequestID: , api error "
            "UnknownError: " },
        { { .failure = KMS_FAILURE_TIMEOUT, .message = SPAN_INIT("x") },
            "https response error StatusCode: 0, RequestID: , canceled, "
            "context deadline exceeded" },
        { { .failure = KMS_FAILURE_CANCELLED },
            "https response error StatusCode: 0, RequestID: , canceled, "
            "context canceled" },
        { { .failure = KMS_FAILURE_TRANSPORT, .message = SPAN_INIT("refused") },
            "https response error StatusCode: 0, RequestID: , request send "
            "failed, refused" },
        { { .failure = KMS_FAILURE_CREDENTIALS, .message = SPAN_INIT("none") },
            "get identity: get credentials: failed to refresh cached "
            "credentials, none" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf text = { 0 };
        assert_ok(sdk_words_describe(&rows[i].result, KMS_DECRYPT, &text));
        assert_true(span_starts_with(buf_span(&text),
            SPAN_LITERAL("failed to decrypt operation error KMS: Decrypt, ")));
        assert_non_null(strstr(buf_text(&text), rows[i].text));
        buf_reset(&text);
    }
}

static void
a_plain_code_is_unknown_or_the_context_s(void **state)
{
    (void)state;
    for (int i = GRPC_CODE_CANCELLED; i <= GRPC_CODE_UNAUTHENTICATED; i++) {
        struct failure failure = { FAILURE_OTHER, (enum grpc_code)i, "" };
        bool kept =
            i == GRPC_CODE_CANCELLED || i == GRPC_CODE_DEADLINE_EXCEEDED;
        assert_int_equal(
            failure_plain_code(&failure), kept ? i : (int)GRPC_CODE_UNKNOWN);
    }
}

static void
hostile_words_stay_one_bounded_printable_line(void **state)
{
    (void)state;
    static char flood[8192];
    memset(flood, 'a', sizeof(flood) - 1);
    static const char *const messages[] = { "\xff\xfe\x80", "a\r\nb\tc\x1b[0m",
        "\xe2\x82", "\xc0\xaf", flood };
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        struct buf text = { 0 };
        const struct kms_result result = { .failure = KMS_FAILURE_ANSWER,
            .error_type = span_text(messages[i]),
            .message = span_text(messages[i]),
            .request_id = span_text(messages[i]) };
        assert_ok(sdk_words_describe(&result, KMS_ENCRYPT, &text));
        assert_true(text.len <= FAILURE_TEXT_MAX);
        assert_true(utf8_valid(buf_span(&text)));
        for (size_t j = 0; j < text.len; j++)
            assert_true(text.ptr[j] >= 0x20 && text.ptr[j] != 0x7f);
        buf_reset(&text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_a_secret_is_left_out),
        cmocka_unit_test(ids_and_arns_stay),
        cmocka_unit_test(the_name_of_a_key_is_never_left_out),
        cmocka_unit_test(the_sdk_has_words_for_each_kind_of_failure),
        cmocka_unit_test(a_plain_code_is_unknown_or_the_context_s),
        cmocka_unit_test(hostile_words_stay_one_bounded_printable_line),
    };
    return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
