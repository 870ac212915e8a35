/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/validate.h"
#include "base/file.h"
#include "test/check.h"

/* Validates and compares with what AWS says; message NULL: all is well. */
static void
check_node(const char *operation, const struct json *body,
    enum kms_error expected, const char *message)
{
    enum kms_error error = KMS_ERROR_COUNT;
    struct buf said = { 0 };
    const struct kms_operation *found = kms_model_find(span_text(operation));
    assert_non_null(found);
    assert_ok(validate_request(found->input, body, &error, &said));
    assert_string_equal(buf_text(&said), message);
    assert_int_equal(error, expected);
    buf_reset(&said);
}

static void
check(const char *operation, const char *body, enum kms_error expected,
    const char *message)
{
    struct json_doc *doc;
    assert_ok(json_parse(span_text(body), &doc, NULL));
    check_node(operation, json_root(doc), expected, message);
    json_doc_free(doc);
}

static void
check_good(const char *operation, const char *body)
{
    check(operation, body, KMS_ERROR_NONE, "");
}

#define FAULT(n, s) #n " validation error" s " detected: "

static void
validation(const char *operation, const char *body, const char *message)
{
    check(operation, body, KMS_ERROR_VALIDATION, message);
}

static void
serialization(const char *operation, const char *body, const char *message)
{
    check(operation, body, KMS_ERROR_SERIALIZATION, message);
}

/* A recorded list of enum values is the beginning of ours: AWS has added
 * values since. All else must be the same. */
static void
check_recording(const struct json *recording)
{
    enum kms_error error = KMS_ERROR_NONE;
    struct buf said = { 0 };
    const struct kms_operation *operation =
        kms_model_find(json_get_string(json_member(recording, "operation")));
    assert_non_null(operation);
    assert_ok(validate_request(
        operation->input, json_member(recording, "request"), &error, &said));
    assert_int_equal(error,
        kms_error_from_type(json_get_string(json_member(recording, "type"))));
    struct span expected = json_get_string(json_member(recording, "message"));
    if (span_ends_with(expected, SPAN_LITERAL("]"))) {
        expected.len--;
        struct span rest = span_skip(buf_span(&said), expected.len);
        assert_true(span_equal_text(rest, "]") ||
                    span_starts_with(rest, SPAN_LITERAL(", ")));
        buf_truncate(&said, expected.len);
    }
    assert_true(span_equal(buf_span(&said), expected));
    buf_reset(&said);
}

static void
every_recorded_fault_is_told_in_the_same_words(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct json_doc *doc;
    assert_ok(file_read("fixtures/aws-kms/validation.json", 1 << 20, &text));
    assert_ok(json_parse_strict(buf_span(&text), &doc, NULL));
    assert_true(json_count(json_root(doc)) >= 10);
    for (size_t i = 0; i < json_count(json_root(doc)); i++)
        check_recording(json_at(json_root(doc), i));
    json_doc_free(doc);
    buf_reset(&text);
}

static void
good_requests_pass(void **state)
{
    (void)state;
    check_good("Encrypt",
        "{\"KeyId\":\"alias/a\",\"Plaintext\":\"aGk=\","
        "\"EncryptionContext\":{\"a\":\"b\"},\"GrantTokens\":[],"
        "\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"DryRun\":false}");
    check_good("ListKeys", "{}");
    check_good("ListKeys", "{\"Limit\":null,\"Marker\":null}");
    check_good("ListKeys", "{\"Limit\":1.5}");
    check_good("ListKeys", "{\"Unknown\":{\"deep\":[1,true]},\"Limit\":1}");
    check_good("CreateKey", "{\"Policy\":\"{\\n}\",\"Tags\":"
                            "[{\"TagKey\":\"k\",\"TagValue\":\"\"}]}");
}

static void
missing_members_are_null(void **state)
{
    (void)state;
    validation("DescribeKey", "{}",
        FAULT(1, "") "Value null at 'keyId' failed to satisfy constraint: "
                     "Member must not be null");
    validation("DescribeKey", "{\"KeyId\":null}",
        FAULT(1, "") "Value null at 'keyId' failed to satisfy constraint: "
                     "Member must not be null");
    validation("CreateKey", "{\"Tags\":[{\"TagValue\":\"v\"}]}",
        FAULT(1, "") "Value null at 'tags.1.member.tagKey' failed to satisfy "
                     "constraint: Member must not be null");
}

static void
all_faults_are_told_at_once(void **state)
{
    (void)state;
    validation("Encrypt", "{}",
        FAULT(2, "s") "Value null at 'keyId' failed to satisfy constraint: "
                      "Member must not be null; Value null at 'plaintext' "
                      "failed to satisfy constraint: Member must not be null");
    validation("CreateAlias", "{\"AliasName\":\"\",\"TargetKeyId\":\"k\"}",
        FAULT(2, "s") "Value '' at 'aliasName' failed to satisfy constraint: "
                      "Member must have length greater than or equal to 1; "
                      "Value '' at 'aliasName' failed to satisfy constraint: "
                      "Member must satisfy regular expression pattern: "
                      "^[a-zA-Z0-9:/_-]+$");
}

static void
secret_values_are_not_told(void **state)
{
    (void)state;
    validation("Encrypt", "{\"KeyId\":\"k\",\"Plaintext\":\"\"}",
        FAULT(1, "") "Value at 'plaintext' failed to satisfy constraint: "
                     "Member must have length greater than or equal to 1");
    serialization("Encrypt", "{\"KeyId\":\"k\",\"Plaintext\":\"c2VjcmV0!\"}",
        "Value can not be converted to a Blob: Base64 encoded length is "
        "expected a multiple of 4 bytes but found: 9");
}

static void
lists_of_plain_values_have_one_fault(void **state)
{
    (void)state;
    validation("UntagResource", "{\"KeyId\":\"k\",\"TagKeys\":[\"ok\",\"\"]}",
        FAULT(1, "") "Value '[ok, ]' at 'tagKeys' failed to satisfy "
                     "constraint: Member must satisfy constraint: [Member "
                     "must have length less than or equal to 128, Member "
                     "must have length greater than or equal to 1]");
}

static void
list_lengths_are_checked(void **state)
{
    (void)state;
    validation("Encrypt",
        "{\"KeyId\":\"k\",\"Plaintext\":\"aGk=\",\"GrantTokens\":[\"1\","
        "\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]}",
        FAULT(1, "") "Value '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]' at "
                     "'grantTokens' failed to satisfy constraint: Member must "
                     "have length less than or equal to 10");
}

static void
lengths_count_characters(void **state)
{
    (void)state;
    struct buf body = { 0 };
    assert_ok(buf_append_text(&body, "{\"Tags\":[{\"TagKey\":\""));
    for (int i = 0; i < 128; i++)
        assert_ok(buf_append_text(&body, "\xc3\xa4"));
    assert_ok(buf_append_text(&body, "\",\"TagValue\":\"v\"}]}"));
    check_good("CreateKey", buf_text(&body));
    buf_reset(&body);
}

static void
ten_faults_are_enough(void **state)
{
    (void)state;
    struct buf body = { 0 }, said = { 0 };
    struct json_doc *doc;
    enum kms_error error = KMS_ERROR_NONE;
    assert_ok(buf_append_text(&body, "{\"Tags\":[{}"));
    for (int i = 0; i < 1000; i++)
        assert_ok(buf_append_text(&body, ",{}"));
    assert_ok(buf_append_text(&body, "]}"));
    assert_ok(json_parse(buf_span(&body), &doc, NULL));
    assert_ok(validate_request(kms_model_find(SPAN_LITERAL("CreateKey"))->input,
        json_root(doc), &error, &said));
    assert_int_equal(error, KMS_ERROR_VALIDATION);
    assert_true(
        span_starts_with(buf_span(&said), SPAN_LITERAL(FAULT(10, "s"))));
    json_doc_free(doc);
    buf_reset(&body);
    buf_reset(&said);
}

static void
kinds_are_told_as_measured(void **state)
{
    (void)state;
    static const char list[] = "Start of list found where not expected";
    static const char object[] =
        "Start of structure or map found where not expected.";
    static const char *const rows[][3] = {
        { "ListKeys", "{\"Limit\":\"1\"}",
            "STRING_VALUE can not be converted to an Integer" },
        { "ListKeys", "{\"Limit\":true}",
            "TRUE_VALUE can not be converted to an Integer" },
        { "ListKeys", "{\"Limit\":[]}", list },
        { "ListKeys", "{\"Limit\":{}}", object },
        { "ListKeys", "{\"Marker\":1}",
            "NUMBER_VALUE can not be converted to a String" },
        { "ListKeys", "{\"Marker\":1.5}",
            "NUMBER_VALUE can not be converted to a String" },
        { "ListKeys", "{\"Marker\":false}",
            "FALSE_VALUE can not be converted to a String" },
        { "Encrypt", "{\"DryRun\":1}",
            "NUMBER_VALUE can not be converted to a Boolean" },
        { "Encrypt", "{\"DryRun\":\"yes\"}",
            "STRING_VALUE can not be converted to an Boolean" },
        { "Encrypt", "{\"Plaintext\":1}",
            "NUMBER_VALUE can not be converted to a Blob" },
        { "Encrypt", "{\"GrantTokens\":\"x\"}", "Expected list or null" },
        { "Encrypt", "{\"GrantTokens\":{}}", object },
        { "Encrypt", "{\"GrantTokens\":[1]}",
            "NUMBER_VALUE can not be converted to a String" },
        { "Encrypt", "{\"EncryptionContext\":\"x\"}", "Expected map or null" },
        { "Encrypt", "{\"EncryptionContext\":[]}", list },
        { "Encrypt", "{\"EncryptionContext\":{\"a\":1}}",
            "NUMBER_VALUE can not be converted to a String" },
        { "CreateKey", "{\"Tags\":[1]}", "Expected null" },
        { "CreateKey", "{\"Tags\":[[]]}", list },
        { "ListKeys", "[]", list },
        { "ListKeys", "\"x\"", "" },
        { "ListKeys", "null", "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        serialization(rows[i][0], rows[i][1], rows[i][2]);
    check_node("ListKeys", NULL, KMS_ERROR_SERIALIZATION, "");
}

static void
kinds_come_before_constraints(void **state)
{
    (void)state;
    serialization("Encrypt", "{\"DryRun\":1}",
        "NUMBER_VALUE can not be converted to a Boolean");
    serialization("ListKeys", "{\"Limit\":0,\"Marker\":1}",
        "NUMBER_VALUE can not be converted to a String");
}

static void
base64_must_be_canonical(void **state)
{
    (void)state;
    static const char *const bad[] = { "=", "a", "ab", "abc",
        "a===", "====", "ab!=", "ab==ab==", "ab=c", "ab\\n=", "-_-_",
        "YR==", "YWJ=" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct buf body = { 0 }, said = { 0 };
        struct json_doc *doc;
        enum kms_error error = KMS_ERROR_NONE;
        assert_ok(buf_printf(
            &body, "{\"KeyId\":\"k\",\"Plaintext\":\"%s\"}", bad[i]));
        assert_ok(json_parse(buf_span(&body), &doc, NULL));
        assert_ok(
            validate_request(kms_model_find(SPAN_LITERAL("Encrypt"))->input,
                json_root(doc), &error, &said));
        assert_int_equal(error, KMS_ERROR_SERIALIZATION);
        struct buf blob = { 0 };
        assert_int_equal(
            validate_blob(json_member(json_root(doc), "Plaintext"), &blob),
            STATUS_INVALID);
        assert_int_equal(blob.len, 0);
        buf_reset(&blob);
        json_doc_free(doc);
        buf_reset(&body);
        buf_reset(&said);
    }
}

static void
numbers_out_of_range_are_faults(void **state)
{
    (void)state;
    validation("ListKeys", "{\"Limit\":99999999999}",
        FAULT(1, "") "Value '99999999999' at 'limit' failed to satisfy "
                     "constraint: Member must have value less than or equal "
                     "to 1000");
    validation("ListKeys", "{\"Limit\":-1e300}",
        FAULT(1, "") "Value '-9223372036854775808' at 'limit' failed to "
                     "satisfy constraint: Member must have value greater than "
                     "or equal to 1");
}

static void
accessors_read_what_was_validated(void **state)
{
    (void)state;
    struct json_doc *doc;
    struct buf blob = { 0 };
    assert_ok(json_parse(
        SPAN_LITERAL("{\"B\":\"aGk=\",\"N\":null,\"R\":7.9,\"I\":-3}"), &doc,
        NULL));
    const struct json *root = json_root(doc);
    assert_ok(validate_blob(json_member(root, "B"), &blob));
    assert_span_text(buf_span(&blob), "hi");
    assert_ok(validate_blob(json_member(root, "N"), &blob));
    assert_ok(validate_blob(json_member(root, "missing"), &blob));
    assert_span_text(buf_span(&blob), "hi");
    assert_int_equal(validate_int(json_member(root, "R")), 7);
    assert_int_equal(validate_int(json_member(root, "I")), -3);
    assert_int_equal(validate_int(json_member(root, "N")), 0);
    assert_int_equal(validate_int(NULL), 0);
    buf_reset(&blob);
    json_doc_free(doc);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recorded_fault_is_told_in_the_same_words),
        cmocka_unit_test(good_requests_pass),
        cmocka_unit_test(missing_members_are_null),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(secret_values_are_not_told),
        cmocka_unit_test(lists_of_plain_values_have_one_fault),
        cmocka_unit_test(list_lengths_are_checked),
        cmocka_unit_test(lengths_count_characters),
        cmocka_unit_test(ten_faults_are_enough),
        cmocka_unit_test(kinds_are_told_as_measured),
        cmocka_unit_test(kinds_come_before_constraints),
        cmocka_unit_test(base64_must_be_canonical),
        cmocka_unit_test(numbers_out_of_range_are_faults),
        cmocka_unit_test(accessors_read_what_was_validated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
