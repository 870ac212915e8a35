/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "base/json_writer.h"

#include "api/policy.h"

#define ROOT_STATEMENT                                                         \
    "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"                            \
    "\"arn:aws:iam::" API_ACCOUNT ":root\"},\"Action\":\"kms:*\","             \
    "\"Resource\":\"*\"}"
#define ROOT_POLICY "{\"Statement\":[" ROOT_STATEMENT "]}"

static unsigned
put_policy(struct asker *a, const char *key_id, const char *policy)
{
    struct buf quoted = { 0 };
    assert_ok(json_writer_append_quoted(&quoted, span_text(policy)));
    unsigned status = ask(a, "PutKeyPolicy", "{'KeyId':'%s','Policy':%s}",
        key_id, buf_text(&quoted));
    buf_reset(&quoted);
    return status;
}

static void
a_key_has_the_default_policy_until_it_gets_one(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_answered(ask(
        a, "GetKeyPolicy", "{'KeyId':'%s','PolicyName':'default'}", key.id));
    assert_string_equal(answer_text(a, "PolicyName"), "default");
    assert_string_equal(answer_text(a, "Policy"),
        "{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n"
        "  \"Statement\" : [ {\n"
        "    \"Sid\" : \"Enable IAM User Permissions\",\n"
        "    \"Effect\" : \"Allow\",\n    \"Principal\" : {\n"
        "      \"AWS\" : \"arn:aws:iam::111122223333:root\"\n    },\n"
        "    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  } ]\n}");
    assert_answered(put_policy(a, key.id, ROOT_POLICY));
    assert_int_equal(a->answer.body.len, 0);
    assert_answered(ask(a, "GetKeyPolicy", "{'KeyId':'%s'}", key.arn));
    assert_string_equal(answer_text(a, "Policy"), ROOT_POLICY);
    assert_answered(ask(a, "ListKeyPolicies", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "PolicyNames")), 1);
    assert_string_equal(answer_text(a, "PolicyNames.0"), "default");
    assert_false(json_get_bool(answer_at(a, "Truncated")));
}

static void
bad_policies_are_refused_and_change_nothing(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const char *const syntax[] = {
        "no json",
        "[]",
        "{}",
        "{\"Statement\":[]}",
        "{\"Statement\":[{}]}",
        "{\"Statement\":[{\"Effect\":\"Perhaps\",\"Principal\":\"*\","
        "\"Action\":\"*\",\"Resource\":\"*\"}]}",
        "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","
        "\"Resource\":\"*\"}]}",
        "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
        "\"Resource\":\"*\"}]}",
        "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
        "\"Action\":7,\"Resource\":\"*\"}]}",
        "{\"Statement\":\"" ROOT_POLICY "\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(syntax); i++) {
        (void)put_policy(a, key.id, syntax[i]);
        assert_error(
            a, "MalformedPolicyDocumentException", "Syntax errors in policy.");
    }
    (void)put_policy(a, key.id,
        "{\"Statement\":[" ROOT_STATEMENT
        ",{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"nobody\"},"
        "\"Action\":\"kms:Encrypt\",\"Resource\":\"*\"}]}");
    assert_error(a, "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.");
    assert_answered(ask(a, "GetKeyPolicy", "{'KeyId':'%s'}", key.id));
    assert_non_null(strstr(answer_text(a, "Policy"), "key-default-1"));
    (void)ask(a, "GetKeyPolicy", "{'KeyId':'%s','PolicyName':'other'}", key.id);
    assert_error(a, "NotFoundException", "No such policy exists");
}

static void
a_policy_that_locks_the_account_out_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    const char *closed =
        "{'Policy':'{\\'Statement\\':{\\'Effect\\':\\'Allow\\',"
        "\\'Principal\\':{\\'AWS\\':\\'444455556666\\'},"
        "\\'Action\\':\\'kms:*\\',\\'Resource\\':\\'*\\'}}'%s}";
    struct buf body = { 0 };
    for (const char *c = closed; *c != '\0'; c++)
        if (strncmp(c, "%s", 2) == 0)
            c++;
        else
            assert_ok(buf_append_byte(&body, (uint8_t)*c));
    (void)ask(a, "CreateKey", "%s", buf_text(&body));
    assert_error(a, "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in "
        "the future.");
    buf_truncate(&body, body.len - 1);
    assert_answered(ask(a, "CreateKey",
        "%s,'BypassPolicyLockoutSafetyCheck':true}", buf_text(&body)));
    assert_answered(put_policy(a, key.id,
        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
        "[\"arn:aws:iam::111122223333:role/Admin\"]},\"Action\":"
        "[\"kms:Encrypt\",\"KMS:put*\"],\"Resource\":\"*\"}}"));
    buf_reset(&body);
}

static void
actions_match_with_wildcards(void **state)
{
    static const struct {
        const char *action;
        enum policy_fault fault;
    } cases[] = {
        { "*", POLICY_GOOD },
        { "kms:*", POLICY_GOOD },
        { "kms:PutKeyPolic?", POLICY_GOOD },
        { "k*:*Policy", POLICY_GOOD },
        { "kms:Put*KeyPolicy*", POLICY_GOOD },
        { "kms:PutKeyPolicy?", POLICY_LOCKOUT },
        { "kms:Get*", POLICY_LOCKOUT },
        { "s3:*", POLICY_LOCKOUT },
        { "", POLICY_LOCKOUT },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf policy = { 0 };
        enum policy_fault fault = POLICY_SYNTAX;
        assert_ok(buf_printf(&policy,
            "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
            "\"Action\":\"%s\",\"Resource\":\"*\"}]}",
            cases[i].action));
        assert_ok(policy_check(
            buf_span(&policy), span_text(API_ACCOUNT), false, &fault));
        assert_int_equal(fault, cases[i].fault);
        buf_reset(&policy);
    }
}

static void
a_policy_has_a_longest_length(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct buf policy = { 0 };
    assert_ok(buf_append_text(&policy, ROOT_POLICY));
    while (policy.len <= 32 * 1024)
        assert_ok(buf_append_byte(&policy, ' '));
    (void)put_policy(a, key.id, buf_text(&policy));
    assert_string_equal(answer_text(a, "__type"), "LimitExceededException");
    buf_truncate(&policy, 32 * 1024);
    assert_answered(put_policy(a, key.id, buf_text(&policy)));
    buf_reset(&policy);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_key_has_the_default_policy_until_it_gets_one),
        FIXTURE_TEST(bad_policies_are_refused_and_change_nothing),
        FIXTURE_TEST(a_policy_that_locks_the_account_out_is_refused),
        FIXTURE_TEST(a_policy_has_a_longest_length),
        cmocka_unit_test(actions_match_with_wildcards),
    };
    return cmocka_run_group_tests_name("policies", tests, NULL, NULL);
}
