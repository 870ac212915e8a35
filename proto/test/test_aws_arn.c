/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/key_reference.h"
#include "test/check.h"

#define KEY_ID "1234abcd-12ab-34cd-56ef-1234567890ab"
#define MRK_ID "mrk-1234abcd12ab34cd56ef1234567890ab"
#define KEY_ARN "arn:aws:kms:eu-central-1:111122223333:key/"

static void
an_arn_is_parsed_and_printed_back(void **state)
{
    (void)state;
    static const char *const texts[] = { KEY_ARN KEY_ID,
        "arn:aws:iam::111122223333:role/path/name",
        "arn:aws-cn:s3:::bucket:with:colons" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arn arn;
        struct buf text = { 0 };
        assert_ok(arn_parse(span_text(texts[i]), &arn));
        assert_ok(arn_format(&arn, &text));
        assert_string_equal(buf_text(&text), texts[i]);
        buf_reset(&text);
    }
}

static void
what_is_no_arn_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "arn", "arn:", "arn:aws:kms:r:a",
        "ARN:aws:kms:eu-central-1:111122223333:key/x",
        "arn::kms:eu-central-1:111122223333:key/x",
        "arn:aws::eu-central-1:111122223333:key/x",
        "arn:aws:kms:eu-central-1:111122223333:",
        "arn:aws:kms:eu-central-1:11112222333:key/x",
        "arn:aws:kms:eu-central-1:11112222333a:key/x" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arn arn = { .region = SPAN_LITERAL("kept") };
        assert_int_equal(arn_parse(span_text(bad[i]), &arn), STATUS_INVALID);
        assert_span_text(arn.region, "kept");
    }
}

static void
an_oversize_arn_is_refused(void **state)
{
    (void)state;
    char text[ARN_MAX + 2];
    memset(text, 'x', sizeof(text));
    memcpy(text, KEY_ARN, strlen(KEY_ARN));
    struct arn arn;
    assert_int_equal(
        arn_parse(span_of(text, ARN_MAX + 1), &arn), STATUS_INVALID);
    assert_ok(arn_parse(span_of(text, ARN_MAX), &arn));
}

static void
the_partition_follows_from_the_region(void **state)
{
    (void)state;
    static const char *const rows[][2] = { { "eu-central-1", "aws" },
        { "cn-north-1", "aws-cn" }, { "us-gov-west-1", "aws-us-gov" },
        { "us-iso-east-1", "aws-iso" }, { "us-isob-east-1", "aws-iso-b" },
        { "", "aws" } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_span_text(arn_partition(span_text(rows[i][0])), rows[i][1]);
    struct buf text = { 0 };
    assert_ok(arn_append_key(SPAN_LITERAL("cn-north-1"),
        SPAN_LITERAL("111122223333"), SPAN_LITERAL(KEY_ID), &text));
    assert_string_equal(
        buf_text(&text), "arn:aws-cn:kms:cn-north-1:111122223333:key/" KEY_ID);
    buf_clear(&text);
    assert_ok(arn_append_alias(SPAN_LITERAL("eu-west-1"),
        SPAN_LITERAL("111122223333"), SPAN_LITERAL("alias/a"), &text));
    assert_string_equal(
        buf_text(&text), "arn:aws:kms:eu-west-1:111122223333:alias/a");
    buf_reset(&text);
}

static void
the_four_forms_of_reference_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum key_reference_kind kind;
        const char *key, *alias;
    } rows[] = {
        { KEY_ID, KEY_REFERENCE_KEY_ID, KEY_ID, "" },
        { MRK_ID, KEY_REFERENCE_KEY_ID, MRK_ID, "" },
        { KEY_ARN KEY_ID, KEY_REFERENCE_KEY_ARN, KEY_ID, "" },
        { KEY_ARN MRK_ID, KEY_REFERENCE_KEY_ARN, MRK_ID, "" },
        { "alias/a/b", KEY_REFERENCE_ALIAS_NAME, "", "alias/a/b" },
        { "arn:aws:kms:eu-central-1:111122223333:alias/a",
            KEY_REFERENCE_ALIAS_ARN, "", "alias/a" },
        { "alias/", KEY_REFERENCE_INVALID, "", "" },
        { "fake-key-id", KEY_REFERENCE_INVALID, "", "" },
        { "mrk-fake-key-id", KEY_REFERENCE_INVALID, "", "" },
        { "134f2428cec14b25a1ae9048164dba47", KEY_REFERENCE_INVALID, "", "" },
        { KEY_ID "0", KEY_REFERENCE_INVALID, "", "" },
        { "", KEY_REFERENCE_INVALID, "", "" },
        { KEY_ARN "nope", KEY_REFERENCE_INVALID, "", "" },
        { "arn:aws:s3:eu-central-1:111122223333:key/" KEY_ID,
            KEY_REFERENCE_INVALID, "", "" },
        { "arn:aws:kms:eu-central-1::key/" KEY_ID, KEY_REFERENCE_INVALID, "",
            "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct key_reference made = key_reference_of(span_text(rows[i].text));
        assert_int_equal(made.kind, rows[i].kind);
        assert_span_text(made.key, rows[i].key);
        assert_span_text(made.alias, rows[i].alias);
    }
    assert_span_text(key_reference_of(SPAN_LITERAL(KEY_ARN KEY_ID)).arn.region,
        "eu-central-1");
}

static void
multi_region_ids_are_recognised(void **state)
{
    (void)state;
    assert_true(key_reference_is_multi_region(SPAN_LITERAL(MRK_ID)));
    assert_false(key_reference_is_multi_region(SPAN_LITERAL(KEY_ID)));
    assert_false(key_reference_is_multi_region(
        SPAN_LITERAL("mrk-1234abcd12ab34cd56ef1234567890ag")));
}

static void
alias_names_are_judged_in_aws_order(void **state)
{
    (void)state;
    static const struct {
        const char *alias;
        enum key_reference_alias_fault fault;
    } rows[] = {
        { "alias/ok-1_2/3", KEY_REFERENCE_ALIAS_GOOD },
        { "alias/aws", KEY_REFERENCE_ALIAS_GOOD },
        { "", KEY_REFERENCE_ALIAS_NO_PREFIX },
        { "name", KEY_REFERENCE_ALIAS_NO_PREFIX },
        { "Alias/name", KEY_REFERENCE_ALIAS_NO_PREFIX },
        { "alias/aws/s3", KEY_REFERENCE_ALIAS_RESERVED },
        { "alias/", KEY_REFERENCE_ALIAS_BAD_NAME },
        { "alias/a:b", KEY_REFERENCE_ALIAS_BAD_NAME },
        { "alias/a b", KEY_REFERENCE_ALIAS_BAD_NAME },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(
            key_reference_check_alias(span_text(rows[i].alias)), rows[i].fault);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arn_is_parsed_and_printed_back),
        cmocka_unit_test(what_is_no_arn_is_refused),
        cmocka_unit_test(an_oversize_arn_is_refused),
        cmocka_unit_test(the_partition_follows_from_the_region),
        cmocka_unit_test(the_four_forms_of_reference_are_told_apart),
        cmocka_unit_test(multi_region_ids_are_recognised),
        cmocka_unit_test(alias_names_are_judged_in_aws_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
