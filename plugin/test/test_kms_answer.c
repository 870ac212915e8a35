/* SPDX-License-Identifier: Apache-2.0 */
/* What KMS, and what stands in its place, may answer. */
#include "base/encode.h"
#include "kms/answer.h"
#include "test/check.h"

#define JSON_TYPE "Content-Type: application/x-amz-json-1.1\r\n"

static const struct {
    const char *name;
    unsigned http_status;
    const char *headers;
    const char *body;
    enum kms_failure failure;
    const char *error_type, *message;
} cases[] = {
    { "bare type", 400, JSON_TYPE,
        "{\"__type\":\"NotFoundException\",\"message\":\"no\"}",
        KMS_FAILURE_ANSWER, "NotFoundException", "no" },
    { "type with namespace", 400, JSON_TYPE,
        "{\"__type\":\"com.amazonaws.kms#DisabledException\","
        "\"Message\":\"off\"}",
        KMS_FAILURE_ANSWER, "DisabledException", "off" },
    { "type in the header", 400,
        JSON_TYPE "X-Amzn-ErrorType: ThrottlingException:http://x/y#z\r\n",
        "{\"message\":\"slow\"}", KMS_FAILURE_ANSWER, "ThrottlingException",
        "slow" },
    { "header beats body", 400, JSON_TYPE "x-amzn-errortype: FromHeader\r\n",
        "{\"__type\":\"FromBody\"}", KMS_FAILURE_ANSWER, "FromHeader", "" },
    { "code instead of type", 400, JSON_TYPE,
        "{\"code\":\"AccessDeniedException\"}", KMS_FAILURE_ANSWER,
        "AccessDeniedException", "" },
    { "no message at all", 400, JSON_TYPE,
        "{\"__type\":\"InvalidCiphertextException\"}", KMS_FAILURE_ANSWER,
        "InvalidCiphertextException", "" },
    { "server's fault", 500, JSON_TYPE,
        "{\"__type\":\"KMSInternalException\",\"message\":\"oops\"}",
        KMS_FAILURE_ANSWER, "KMSInternalException", "oops" },
    { "error without content type", 400, "", "{\"__type\":\"X\"}",
        KMS_FAILURE_ANSWER, "X", "" },
    { "empty 500", 500, "", "", KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 500, not a JSON object" },
    { "empty 200", 200, JSON_TYPE, "", KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 200, not a JSON object" },
    { "a proxy's page", 502, "Content-Type: text/html; charset=utf-8\r\n",
        "<html>Bad gateway</html>", KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 502, not of a JSON content type" },
    { "a portal's page", 200, "Content-Type: text/html\r\n",
        "{\"CiphertextBlob\":\"AAAA\",\"KeyId\":\"k\"}", KMS_FAILURE_BAD_ANSWER,
        "", "HTTP status 200, not of a JSON content type" },
    { "a redirect", 302, "Location: http://other/\r\n", "{}",
        KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 302, without an error of KMS" },
    { "an array", 200, JSON_TYPE, "[]", KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 200, not a JSON object" },
    { "cut JSON", 200, JSON_TYPE, "{\"CiphertextBlob\":\"AA",
        KMS_FAILURE_BAD_ANSWER, "", "HTTP status 200, not a JSON object" },
    { "no blob", 200, JSON_TYPE, "{\"KeyId\":\"k\"}", KMS_FAILURE_BAD_ANSWER,
        "", "HTTP status 200, without what KMS answers" },
    { "no key", 200, JSON_TYPE, "{\"CiphertextBlob\":\"AAAA\"}",
        KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 200, without what KMS answers" },
    { "a blob that is a number", 200, JSON_TYPE,
        "{\"CiphertextBlob\":1,\"KeyId\":\"k\"}", KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 200, without what KMS answers" },
    { "the other operation's answer", 200, JSON_TYPE,
        "{\"Plaintext\":\"AAAA\",\"KeyId\":\"k\"}", KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 200, without what KMS answers" },
    { "bad base64 beside a material", 200, JSON_TYPE,
        "{\"CiphertextBlob\":\"AAA\",\"KeyId\":\"k\",\"KeyMaterialId\":\"m\"}",
        KMS_FAILURE_BAD_ANSWER, "",
        "HTTP status 200, bytes that are not base64" },
    { "bad base64", 200, JSON_TYPE,
        "{\"CiphertextBlob\":\"AAA\",\"KeyId\":\"k\"}", KMS_FAILURE_BAD_ANSWER,
        "", "HTTP status 200, bytes that are not base64" },
    { "success with another status", 201, JSON_TYPE,
        "{\"CiphertextBlob\":\"AAAA\",\"KeyId\":\"k\"}", KMS_FAILURE_BAD_ANSWER,
        "", "HTTP status 201, without an error of KMS" },
};

static void
add_lines(struct answer *answer, const char *lines)
{
    struct span rest = span_text(lines), line;
    while (span_cut(rest, '\n', &line, &rest))
        answer_add_line(answer, line);
}

static void
each_answer_has_its_failure(void **state)
{
    (void)state;
    struct answer answer = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct kms_result result;
        add_lines(&answer, "HTTP/1.1 999 Any\r\nx-amzn-RequestId: id\r\n");
        add_lines(&answer, cases[i].headers);
        add_lines(&answer, "\r\n");
        assert_true(answer_add_body(&answer, span_text(cases[i].body)));
        answer_read(&answer, KMS_ENCRYPT, cases[i].http_status, &result);
        if (result.failure != cases[i].failure)
            fail_msg("%s: failure %d", cases[i].name, (int)result.failure);
        assert_int_equal(result.http_status, cases[i].http_status);
        assert_span_text(result.error_type, cases[i].error_type);
        assert_span_text(result.message, cases[i].message);
        assert_span_text(result.request_id, "id");
        assert_true(result.bytes.ptr == NULL && result.key_arn.ptr == NULL);
        assert_null(result.key_material_id.ptr);
        answer_clear(&answer);
    }
    answer_reset(&answer);
}

static void
forget(struct kms_result *result)
{
    buf_reset(&result->bytes);
    buf_reset(&result->key_arn);
    buf_reset(&result->key_material_id);
}

static void
successes_are_read(void **state)
{
    (void)state;
    static const struct {
        enum kms_operation operation;
        const char *body, *material;
    } good[] = {
        { KMS_ENCRYPT, "{\"CiphertextBlob\":\"AQID\",\"KeyId\":\"arn:k\"}",
            "" },
        { KMS_DECRYPT, "{\"KeyId\":\"arn:k\",\"Plaintext\":\"AQID\",\"x\":1}",
            "" },
        { KMS_DECRYPT,
            "{\"KeyId\":\"arn:k\",\"Plaintext\":\"AQID\","
            "\"KeyMaterialId\":\"96083e4f\"}",
            "96083e4f" },
        { KMS_DECRYPT,
            "{\"KeyId\":\"arn:k\",\"Plaintext\":\"AQID\","
            "\"KeyMaterialId\":7}",
            "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct answer answer = { 0 };
        struct kms_result result;
        add_lines(&answer, "HTTP/1.1 200 OK\r\n\r\n");
        assert_true(answer_add_body(&answer, span_text(good[i].body)));
        answer_read(&answer, good[i].operation, 200, &result);
        assert_int_equal(result.failure, KMS_FAILURE_NONE);
        assert_int_equal(result.bytes.len, 3);
        assert_memory_equal(result.bytes.ptr, "\x01\x02\x03", 3);
        assert_string_equal(buf_text(&result.key_arn), "arn:k");
        assert_string_equal(
            buf_text(&result.key_material_id), good[i].material);
        forget(&result);
        answer_reset(&answer);
    }
}

static void
interim_answers_do_not_count(void **state)
{
    (void)state;
    struct answer answer = { 0 };
    struct kms_result result;
    add_lines(&answer, "HTTP/1.1 100 Continue\r\nx-amzn-errortype: Early\r\n"
                       "\r\nHTTP/1.1 400 Bad\r\n\r\n");
    assert_true(
        answer_add_body(&answer, SPAN_LITERAL("{\"__type\":\"Late\"}")));
    answer_read(&answer, KMS_DECRYPT, 400, &result);
    assert_span_text(result.error_type, "Late");
    answer_reset(&answer);
}

static void
a_header_without_its_end_is_a_torn_answer(void **state)
{
    (void)state;
    struct answer answer = { 0 };
    struct kms_result result;
    add_lines(&answer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
    answer_read(&answer, KMS_ENCRYPT, 200, &result);
    assert_int_equal(result.failure, KMS_FAILURE_TRANSPORT);
    assert_span_text(result.message, "the answer ended within its header");
    answer_reset(&answer);
}

static void
an_answer_above_the_limit_is_refused(void **state)
{
    (void)state;
    static const uint8_t zeros[ANSWER_MAX];
    struct answer answer = { 0 };
    struct kms_result result;
    add_lines(&answer, "HTTP/1.1 200 OK\r\n\r\n");
    assert_true(answer_add_body(&answer, span_of(zeros, ANSWER_MAX - 1)));
    assert_true(answer_add_body(&answer, span_of(zeros, 1)));
    assert_false(answer_add_body(&answer, span_of(zeros, 1)));
    answer_read(&answer, KMS_ENCRYPT, 200, &result);
    assert_int_equal(result.failure, KMS_FAILURE_BAD_ANSWER);
    assert_span_text(
        result.message, "HTTP status 200, an answer too large for KMS");
    answer_reset(&answer);
}

/* An Encrypt's answer with a blob of so many bytes. */
static void
read_blob(struct answer *answer, size_t len, struct kms_result *result)
{
    static const uint8_t zeros[ANSWER_BYTES_MAX + 1];
    struct buf body = { 0 };
    assert_ok(buf_append_text(&body, "{\"KeyId\":\"k\",\"CiphertextBlob\":\""));
    assert_ok(base64_encode(span_of(zeros, len), &body));
    assert_ok(buf_append_text(&body, "\"}"));
    add_lines(answer, "HTTP/1.1 200 OK\r\n\r\n");
    assert_true(answer_add_body(answer, buf_span(&body)));
    answer_read(answer, KMS_ENCRYPT, 200, result);
    buf_reset(&body);
}

static void
more_bytes_than_kms_gives_are_refused(void **state)
{
    (void)state;
    struct answer answer = { 0 };
    struct kms_result result;
    read_blob(&answer, ANSWER_BYTES_MAX, &result);
    assert_int_equal(result.failure, KMS_FAILURE_NONE);
    assert_int_equal(result.bytes.len, ANSWER_BYTES_MAX);
    forget(&result);
    answer_clear(&answer);
    read_blob(&answer, ANSWER_BYTES_MAX + 1, &result);
    assert_int_equal(result.failure, KMS_FAILURE_BAD_ANSWER);
    assert_null(result.bytes.ptr);
    assert_null(result.key_arn.ptr);
    assert_span_text(
        result.message, "HTTP status 200, more bytes than KMS gives");
    answer_reset(&answer);
}

static void
the_answer_of_another_key_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        enum kms_failure failure;
    } rows[] = {
        { "arn:aws:kms:eu-west-1:111122223333:key/1", KMS_FAILURE_NONE },
        { "1", KMS_FAILURE_NONE },
        { "alias/a", KMS_FAILURE_NONE },
        { "", KMS_FAILURE_NONE },
        { "arn:aws:kms:eu-west-1:111122223333:key/2", KMS_FAILURE_BAD_ANSWER },
        { "2", KMS_FAILURE_BAD_ANSWER },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct answer answer = { 0 };
        struct kms_result result;
        add_lines(&answer, "HTTP/1.1 200 OK\r\n\r\n");
        assert_true(answer_add_body(&answer,
            SPAN_LITERAL("{\"CiphertextBlob\":\"AQID\",\"KeyId\":"
                         "\"arn:aws:kms:eu-west-1:111122223333:key/1\"}")));
        answer_read(&answer, KMS_ENCRYPT, 200, &result);
        answer_check_key(&answer, span_text(rows[i].asked), &result);
        assert_int_equal(result.failure, rows[i].failure);
        bool good = rows[i].failure == KMS_FAILURE_NONE;
        assert_int_equal(result.bytes.len, good ? 3 : 0);
        assert_int_equal(result.key_arn.len > 0, good);
        if (!good)
            assert_span_text(result.message,
                "the answer is of another key: "
                "arn:aws:kms:eu-west-1:111122223333:key/1");
        forget(&result);
        answer_reset(&answer);
    }
}

static void
a_failure_stays_what_it_is_whatever_key_was_asked_for(void **state)
{
    (void)state;
    struct answer answer = { 0 };
    struct kms_result result = { .failure = KMS_FAILURE_TRANSPORT,
        .message = SPAN_LITERAL("reset") };
    answer_check_key(&answer, SPAN_LITERAL("1"), &result);
    assert_int_equal(result.failure, KMS_FAILURE_TRANSPORT);
    assert_span_text(result.message, "reset");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_has_its_failure),
        cmocka_unit_test(successes_are_read),
        cmocka_unit_test(interim_answers_do_not_count),
        cmocka_unit_test(a_header_without_its_end_is_a_torn_answer),
        cmocka_unit_test(an_answer_above_the_limit_is_refused),
        cmocka_unit_test(more_bytes_than_kms_gives_are_refused),
        cmocka_unit_test(the_answer_of_another_key_is_refused),
        cmocka_unit_test(a_failure_stays_what_it_is_whatever_key_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
