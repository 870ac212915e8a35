/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include <stdio.h>

#define ALIAS_ARN "arn:aws:kms:" API_REGION ":" API_ACCOUNT ":"

static void
an_alias_is_made_listed_moved_and_deleted(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct key_made first = ask_key(a);
    struct key_made second = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/a/b_c-1','TargetKeyId':'%s'}", first.arn));
    assert_int_equal(a->answer.body.len, 0);
    assert_answered(ask(a, "ListAliases", "{}"));
    assert_int_equal(json_count(answer_at(a, "Aliases")), 1);
    assert_string_equal(answer_text(a, "Aliases.0.AliasName"), "alias/a/b_c-1");
    assert_string_equal(
        answer_text(a, "Aliases.0.AliasArn"), ALIAS_ARN "alias/a/b_c-1");
    assert_string_equal(answer_text(a, "Aliases.0.TargetKeyId"), first.id);
    assert_true(json_get_number(answer_at(a, "Aliases.0.CreationDate")) ==
                (double)API_START_MS / 1000);
    fixture->api.resource.now_ms += 5000;
    assert_answered(ask(a, "UpdateAlias",
        "{'AliasName':'alias/a/b_c-1','TargetKeyId':'%s'}", second.id));
    assert_answered(ask(a, "ListAliases", "{'KeyId':'%s'}", first.id));
    assert_int_equal(json_count(answer_at(a, "Aliases")), 0);
    assert_answered(ask(a, "ListAliases", "{'KeyId':'%s'}", second.arn));
    assert_string_equal(answer_text(a, "Aliases.0.TargetKeyId"), second.id);
    assert_true(json_get_number(answer_at(a, "Aliases.0.CreationDate")) ==
                (double)API_START_MS / 1000);
    assert_true(json_get_number(answer_at(a, "Aliases.0.LastUpdatedDate")) ==
                (double)API_START_MS / 1000 + 5);
    assert_answered(ask(a, "DeleteAlias", "{'AliasName':'alias/a/b_c-1'}"));
    assert_answered(ask(a, "ListAliases", "{}"));
    assert_int_equal(json_count(answer_at(a, "Aliases")), 0);
    (void)ask(a, "DescribeKey", "{'KeyId':'alias/a/b_c-1'}");
    assert_error(a, "NotFoundException",
        "Alias " ALIAS_ARN "alias/a/b_c-1 is not found.");
}

static void
bad_names_are_refused_and_change_nothing(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const struct {
        const char *name, *type, *message;
    } cases[] = {
        { "secret", "ValidationException",
            "Alias must start with the prefix \"alias/\". Please see "
            "https://docs.aws.amazon.com/kms/latest/developerguide/"
            "kms-alias.html" },
        { "alias/aws/mine", "NotAuthorizedException", NULL },
        { "alias/", "InvalidAliasNameException",
            "alias/ contains invalid characters for an alias" },
        { "alias/a:b", "InvalidAliasNameException",
            "alias/a:b contains invalid characters for an alias" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        (void)ask(a, "CreateAlias", "{'AliasName':'%s','TargetKeyId':'%s'}",
            cases[i].name, key.id);
        assert_error(a, cases[i].type, cases[i].message);
    }
    (void)ask(a, "CreateAlias", "{'AliasName':'alias/a!','TargetKeyId':'%s'}",
        key.id);
    assert_error(a, "ValidationException",
        "1 validation error detected: Value 'alias/a!' at 'aliasName' failed "
        "to satisfy constraint: Member must satisfy regular expression "
        "pattern: ^[a-zA-Z0-9:/_-]+$");
    assert_answered(ask(a, "ListAliases", "{}"));
    assert_int_equal(json_count(answer_at(a, "Aliases")), 0);
}

static void
a_name_is_taken_once(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made first = ask_key(a);
    struct key_made second = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/one','TargetKeyId':'%s'}", first.id));
    (void)ask(a, "CreateAlias", "{'AliasName':'alias/one','TargetKeyId':'%s'}",
        second.id);
    assert_error(a, "AlreadyExistsException",
        "An alias with the name " ALIAS_ARN "alias/one already exists");
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/one'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.KeyId"), first.id);
}

static void
what_an_alias_cannot_name_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/one','TargetKeyId':'%s'}", key.id));
    (void)ask(
        a, "CreateAlias", "{'AliasName':'alias/b','TargetKeyId':'alias/one'}");
    assert_error(
        a, "ValidationException", "Aliases must refer to keys. Not aliases");
    (void)ask(a, "CreateAlias",
        "{'AliasName':'alias/b',"
        "'TargetKeyId':'00000000-1111-4222-8333-444444444444'}");
    assert_error(a, "NotFoundException",
        "Key 'arn:aws:kms:eu-west-1:111122223333:key/"
        "00000000-1111-4222-8333-444444444444' does not exist");
    (void)ask(
        a, "UpdateAlias", "{'AliasName':'alias/b','TargetKeyId':'%s'}", key.id);
    assert_error(
        a, "NotFoundException", "Alias " ALIAS_ARN "alias/b is not found.");
    (void)ask(a, "DeleteAlias", "{'AliasName':'alias/b'}");
    assert_error(
        a, "NotFoundException", "Alias " ALIAS_ARN "alias/b is not found.");
}

static void
an_alias_leaves_a_key_that_waits_for_its_end(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made old = ask_key(a);
    struct key_made new = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/x','TargetKeyId':'%s'}", old.id));
    assert_answered(ask(a, "ScheduleKeyDeletion", "{'KeyId':'%s'}", old.id));
    assert_answered(ask(a, "UpdateAlias",
        "{'AliasName':'alias/x','TargetKeyId':'%s'}", new.id));
    (void)ask(
        a, "UpdateAlias", "{'AliasName':'alias/x','TargetKeyId':'%s'}", old.id);
    assert_string_equal(answer_text(a, "__type"), "KMSInvalidStateException");
}

static void
a_key_has_fifty_aliases_and_no_more(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    for (int i = 0; i < 50; i++)
        assert_answered(ask(a, "CreateAlias",
            "{'AliasName':'alias/n%02d','TargetKeyId':'%s'}", i, key.id));
    (void)ask(a, "CreateAlias", "{'AliasName':'alias/more','TargetKeyId':'%s'}",
        key.id);
    assert_string_equal(answer_text(a, "__type"), "LimitExceededException");
    assert_answered(ask(a, "DeleteAlias", "{'AliasName':'alias/n07'}"));
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/more','TargetKeyId':'%s'}", key.id));
    struct key_made other = ask_key(a);
    assert_answered(ask(a, "UpdateAlias",
        "{'AliasName':'alias/n08','TargetKeyId':'%s'}", other.id));
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/again','TargetKeyId':'%s'}", key.id));
    (void)ask(a, "UpdateAlias", "{'AliasName':'alias/n08','TargetKeyId':'%s'}",
        key.id);
    assert_string_equal(answer_text(a, "__type"), "LimitExceededException");
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/n08'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.KeyId"), other.id);
}

/* Walks all pages; how many aliases there are. */
static size_t
count_aliases(struct asker *a, const char *members, size_t *pages)
{
    size_t count = 0;
    char marker[512] = "";
    *pages = 0;
    do {
        assert_answered(ask(a, "ListAliases", "{%s%s%s%s}", members,
            marker[0] == '\0' ? "" : ",'Marker':'", marker,
            marker[0] == '\0' ? "" : "'"));
        count += json_count(answer_at(a, "Aliases"));
        ++*pages;
        (void)snprintf(
            marker, sizeof(marker), "%s", answer_text(a, "NextMarker"));
    } while (marker[0] != '\0');
    return count;
}

static void
lists_of_aliases_come_in_pages(void **state)
{
    struct asker *a = asker_of(state);
    char members[128];
    size_t pages;
    struct key_made keys[6];
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        keys[k] = ask_key(a);
        for (int i = 0; i < 41; i++)
            assert_answered(ask(a, "CreateAlias",
                "{'AliasName':'alias/%02d-%zu','TargetKeyId':'%s'}", i, k,
                keys[k].id));
    }
    assert_int_equal(count_aliases(a, "'Limit':10", &pages), 246);
    assert_int_equal(pages, 25);
    assert_int_equal(count_aliases(a, "'Limit':1000", &pages), 246);
    assert_int_equal(pages, 3);
    (void)snprintf(
        members, sizeof(members), "'KeyId':'%s','Limit':20", keys[4].id);
    assert_int_equal(count_aliases(a, members, &pages), 41);
    assert_int_equal(pages, 3);
    (void)snprintf(
        members, sizeof(members), "'KeyId':'%s','Limit':41", keys[5].id);
    assert_int_equal(count_aliases(a, members, &pages), 41);
    assert_int_equal(pages, 1);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(an_alias_is_made_listed_moved_and_deleted),
        FIXTURE_TEST(bad_names_are_refused_and_change_nothing),
        FIXTURE_TEST(a_name_is_taken_once),
        FIXTURE_TEST(what_an_alias_cannot_name_is_refused),
        FIXTURE_TEST(an_alias_leaves_a_key_that_waits_for_its_end),
        FIXTURE_TEST(a_key_has_fifty_aliases_and_no_more),
        FIXTURE_TEST(lists_of_aliases_come_in_pages),
    };
    return cmocka_run_group_tests_name("aliases", tests, NULL, NULL);
}
