/* SPDX-License-Identifier: Apache-2.0 */
/* Which key an ARN means, and how a request names it in another Region. */
#include "kms/key_arn.h"
#include "kms/request.h"
#include "test/check.h"

#define HOME "arn:aws:kms:eu-west-1:111122223333:"
#define AWAY "arn:aws:kms:us-east-1:111122223333:"

static void
multi_region_keys_are_known_by_their_id(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is;
    } cases[] = {
        { HOME "key/mrk-1234", true },
        { "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1", true },
        { HOME "key/1234abcd", false },
        { HOME "alias/mrk-1", false },
        { "arn:aws:s3:eu-west-1:111122223333:key/mrk-1", false },
        { "mrk-1234", false },
        { "", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (key_arn_is_multi_region(span_text(cases[i].text)) != cases[i].is)
            fail_msg("%s", cases[i].text);
}

static void
an_arn_is_moved_to_another_region(void **state)
{
    (void)state;
    struct buf out = { 0 };
    assert_ok(key_arn_in_region(
        SPAN_LITERAL(HOME "key/mrk-1"), SPAN_LITERAL("us-east-1"), &out));
    assert_string_equal(buf_text(&out), AWAY "key/mrk-1");
    assert_int_equal(
        key_arn_in_region(SPAN_LITERAL("mrk-1"), SPAN_LITERAL("x"), &out),
        STATUS_INVALID);
    assert_string_equal(buf_text(&out), AWAY "key/mrk-1");
    buf_reset(&out);
}

static void
an_answer_is_of_the_key_that_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *named;
        bool answers;
    } cases[] = {
        { HOME "key/1", HOME "key/1", true },
        { HOME "key/1", HOME "key/2", false },
        { HOME "key/1", AWAY "key/1", false },
        { HOME "key/1", "arn:aws:kms:eu-west-1:999999999999:key/1", false },
        { HOME "key/1", "key/1", false },
        { HOME "key/1", "", false },
        { HOME "key/mrk-1", HOME "key/mrk-1", true },
        { HOME "key/mrk-1", AWAY "key/mrk-1", true },
        { HOME "key/mrk-1", AWAY "key/mrk-2", false },
        { "1234", HOME "key/1234", true },
        { "1234", HOME "key/12345", false },
        { "1234", HOME "alias/1234", false },
        { "1234", "1234", false },
        { "alias/a", HOME "key/1", true },
        { HOME "alias/a", HOME "key/1", true },
        { "", HOME "key/1", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (key_arn_answers(span_text(cases[i].asked),
                span_text(cases[i].named)) != cases[i].answers)
            fail_msg("%s, %s", cases[i].asked, cases[i].named);
}

static void
a_body_names_the_key_that_it_is_given(void **state)
{
    (void)state;
    const struct kms_context_pair pair = { SPAN_LITERAL("KeyId"),
        SPAN_LITERAL("\"") };
    const struct kms_input input = {
        .operation = KMS_ENCRYPT,
        .key_id = SPAN_LITERAL(HOME "key/mrk-1"),
        .bytes = SPAN_LITERAL("seed"),
        .context = &pair,
        .context_count = 1,
    };
    struct buf body = { 0 }, moved = { 0 };
    assert_ok(request_body(&input, &body));
    assert_span_text(request_key(buf_span(&body)), HOME "key/mrk-1");
    assert_ok(request_with_key(
        buf_span(&body), SPAN_LITERAL(AWAY "key/mrk-1"), &moved));
    assert_string_equal(buf_text(&moved),
        "{\"KeyId\":\"" AWAY "key/mrk-1\",\"Plaintext\":\"c2VlZA==\","
        "\"EncryptionContext\":{\"KeyId\":\"\\\"\"}}");
    /* Again, over what is there. */
    assert_ok(request_with_key(buf_span(&body), SPAN_LITERAL("other"), &moved));
    assert_string_equal(buf_text(&moved),
        "{\"KeyId\":\"other\",\"Plaintext\":\"c2VlZA==\","
        "\"EncryptionContext\":{\"KeyId\":\"\\\"\"}}");
    buf_reset(&body);
    buf_reset(&moved);
}

static void
a_decrypt_names_no_key(void **state)
{
    (void)state;
    const struct kms_input input = {
        .operation = KMS_DECRYPT,
        .key_id = SPAN_LITERAL(HOME "key/mrk-1"),
        .bytes = SPAN_LITERAL("sealed"),
    };
    struct buf body = { 0 };
    assert_ok(request_body(&input, &body));
    assert_int_equal(request_key(buf_span(&body)).len, 0);
    buf_reset(&body);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multi_region_keys_are_known_by_their_id),
        cmocka_unit_test(an_arn_is_moved_to_another_region),
        cmocka_unit_test(an_answer_is_of_the_key_that_was_asked_for),
        cmocka_unit_test(a_body_names_the_key_that_it_is_given),
        cmocka_unit_test(a_decrypt_names_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
