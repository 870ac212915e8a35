/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "base/file.h"

#include <stdio.h>

#define KEY_ID "bc436485-5092-42b8-92a3-0aa8b93536dc"
#define MATERIAL_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define MATERIAL_B "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="

/* ' stands for ". */
static enum status
seed(struct fixture *fixture, const char *text, struct buf *problem)
{
    struct buf json = { 0 };
    assert_ok(buf_append_text(&json, text));
    for (size_t i = 0; i < json.len; i++)
        if (json.ptr[i] == '\'')
            json.ptr[i] = '"';
    buf_clear(problem);
    enum status status =
        service_seed(fixture->api.service, buf_span(&json), problem);
    buf_reset(&json);
    return status;
}

static void
assert_seeded(struct fixture *fixture, const char *text)
{
    struct buf problem = { 0 };
    enum status status = seed(fixture, text, &problem);
    if (status != STATUS_OK)
        fail_msg("%s", buf_text(&problem));
    buf_reset(&problem);
}

static size_t
count_keys(struct asker *a)
{
    assert_answered(ask(a, "ListKeys", "{}"));
    return json_count(answer_at(a, "Keys"));
}

static void
the_example_makes_what_it_says(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct buf text = { 0 };
    assert_ok(file_read("fixtures/seed/example.json", 1 << 20, &text));
    assert_seeded(fixture, buf_text(&text));
    a->region = "us-east-1";
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/testing'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.KeyId"), KEY_ID);
    assert_string_equal(
        answer_text(a, "KeyMetadata.Description"), "The key of the examples");
    assert_answered(ask(a, "ListAliases", "{'KeyId':'" KEY_ID "'}"));
    assert_int_equal(json_count(answer_at(a, "Aliases")), 2);
    assert_answered(ask(a, "ListResourceTags", "{'KeyId':'" KEY_ID "'}"));
    assert_int_equal(json_count(answer_at(a, "Tags")), 2);
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'" KEY_ID "','Plaintext':'aGk='}"));
    a->region = "eu-west-1";
    assert_answered(ask(
        a, "DescribeKey", "{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.KeyState"), "Disabled");
    a->region = "us-east-1";
    a->access_key_id = API_OTHER_ACCOUNT;
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/testing'}"));
    a->access_key_id = "AKIAIOSFODNN7EXAMPLE"; /* with a made-up signature */
    (void)ask(a, "ListKeys", "{}");
    assert_string_equal(answer_text(a, "__type"), "InvalidSignatureException");
    buf_reset(&text);
}

static void
the_eks_key_has_its_policy(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct buf text = { 0 };
    assert_ok(file_read("fixtures/seed/eks.json", 1 << 20, &text));
    /* The policy holds quotes of its own, so the text goes in as it is. */
    struct buf problem = { 0 };
    assert_ok(service_seed(fixture->api.service, buf_span(&text), &problem));
    a->region = "us-west-2";
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/eks/demo'}"));
    assert_answered(ask(
        a, "GetKeyPolicy", "{'KeyId':'6f2c7a1e-3f0d-4c57-9d0e-5a1b2c3d4e5f'}"));
    assert_non_null(strstr(answer_text(a, "Policy"), "eks-secrets"));
    buf_reset(&text);
    buf_reset(&problem);
}

static void
the_same_material_gives_the_same_key_everywhere(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    char blob[1024], material_id[80];
    const char *text =
        "{'keys':[{'id':'" KEY_ID "','material':'" MATERIAL_A "'}]}";
    assert_seeded(fixture, text);
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'" KEY_ID "','Plaintext':'aGk='}"));
    (void)snprintf(blob, sizeof(blob), "%s", answer_text(a, "CiphertextBlob"));
    assert_answered(ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob));
    (void)snprintf(material_id, sizeof(material_id), "%s",
        answer_text(a, "KeyMaterialId"));
    asker_reset(a);
    api_stop(&fixture->api);
    api_start(&fixture->api, NULL);
    assert_seeded(fixture, text);
    assert_answered(ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob));
    assert_string_equal(answer_text(a, "Plaintext"), "aGk=");
    assert_string_equal(answer_text(a, "KeyMaterialId"), material_id);
}

/* The same id in other accounts and Regions is another key. */
static void
keys_of_one_id_stay_apart(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    char blob[1024];
    assert_seeded(fixture,
        "{'keys':[{'id':'" KEY_ID "','material':'" MATERIAL_A "'},"
        "{'id':'" KEY_ID "','material':'" MATERIAL_A "','region':'us-east-1'},"
        "{'id':'" KEY_ID "','material':'" MATERIAL_A
        "','account':'" API_OTHER_ACCOUNT "'}]}");
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'" KEY_ID "','Plaintext':'aGk='}"));
    (void)snprintf(blob, sizeof(blob), "%s", answer_text(a, "CiphertextBlob"));
    a->region = "us-east-1";
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_string_equal(answer_text(a, "__type"), "AccessDeniedException");
    a->region = API_REGION;
    a->access_key_id = API_OTHER_ACCOUNT;
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_string_equal(answer_text(a, "__type"), "AccessDeniedException");
    (void)ask(
        a, "Decrypt", "{'CiphertextBlob':'%s','KeyId':'" KEY_ID "'}", blob);
    assert_string_equal(answer_text(a, "__type"), "IncorrectKeyException");
    a->access_key_id = API_ACCOUNT;
}

/* An alias without its key, which only a damaged store has. */
static void
a_damaged_store_stops_the_seeding(void **state)
{
    struct fixture *fixture = *state;
    struct buf problem = { 0 };
    const struct store_change lost = {
        .key = { .account = SPAN_LITERAL(API_ACCOUNT),
            .region = SPAN_LITERAL(API_REGION),
            .kind = SPAN_LITERAL("alias"),
            .id = SPAN_LITERAL("alias/lost") },
        .value = SPAN_LITERAL(
            "{\"v\":1,\"key\":\"00000000-1111-4222-8333-444444444444\","
            "\"created\":1,\"updated\":1}"),
    };
    assert_ok(store_commit_wait(fixture->api.store, &lost, 1));
    assert_int_equal(
        seed(fixture, "{'keys':[{'id':'" KEY_ID "','aliases':['alias/lost']}]}",
            &problem),
        STATUS_CONFLICT);
    assert_true(problem.len > 0);
    assert_int_equal(count_keys(&fixture->asker), 0);
    buf_reset(&problem);
}

static void
what_is_there_already_is_kept(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct buf problem = { 0 };
    const char *text = "{'keys':[{'id':'" KEY_ID "','material':'" MATERIAL_A
                       "','aliases':['alias/a'],'description':'first'}]}";
    assert_seeded(fixture, text);
    assert_answered(ask(a, "UpdateKeyDescription",
        "{'KeyId':'" KEY_ID "','Description':'changed'}"));
    assert_answered(ask(a, "DeleteAlias", "{'AliasName':'alias/a'}"));
    api_restart(&fixture->api);
    assert_seeded(fixture, text);
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'" KEY_ID "'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.Description"), "changed");
    assert_int_equal(count_keys(a), 1);
    assert_int_equal(seed(fixture,
                         "{'keys':[{'id':'1234abcd-12ab-34cd-56ef-1234567890ab'"
                         "},{'id':'" KEY_ID "','material':'" MATERIAL_B "'}]}",
                         &problem),
        STATUS_EXISTS);
    assert_string_equal(buf_text(&problem),
        "arn:aws:kms:eu-west-1:111122223333:key/" KEY_ID
        ": the store holds this key with other material");
    assert_int_equal(count_keys(a), 1);
    buf_reset(&problem);
}

static void
an_alias_of_another_key_stops_the_seeding(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct buf problem = { 0 };
    struct key_made key = ask_key(a);
    char words[512];
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/a','TargetKeyId':'%s'}", key.id));
    assert_int_equal(
        seed(fixture, "{'keys':[{'id':'" KEY_ID "','aliases':['alias/a']}]}",
            &problem),
        STATUS_EXISTS);
    (void)snprintf(words, sizeof(words),
        "arn:aws:kms:eu-west-1:111122223333:key/" KEY_ID
        ": alias/a is an alias of %s already",
        key.arn);
    assert_string_equal(buf_text(&problem), words);
    assert_int_equal(count_keys(a), 1);
    buf_reset(&problem);
}

static void
bad_files_are_refused_with_their_place(void **state)
{
    struct fixture *fixture = *state;
    struct buf problem = { 0 };
    static const struct {
        const char *text, *problem;
    } cases[] = {
        { "", "line 1: this is not JSON" },
        { "{\n'keys': [\n,]}", "line 3: this is not JSON" },
        { "{'keys':[],'keys':[]}", "line 1: a field stands twice" },
        { "[]", "must be an object with \"keys\" or \"accessKeys\"" },
        { "{'key':[]}", "key: unknown field" },
        { "{'keys':{}}", "keys: must be a list" },
        { "{'keys':[7]}", "keys[0]: must be an object" },
        { "{'keys':[{}]}", "keys[0].id: must be given" },
        { "{'keys':[{'id':7}]}", "keys[0].id: must be a string" },
        { "{'keys':[{'id':'x'}]}",
            "keys[0].id: must be a UUID, or mrk- and 32 hexadecimal digits" },
        { "{'keys':[{'id':'" KEY_ID "','materail':'x'}]}",
            "keys[0].materail: unknown field" },
        { "{'keys':[{'id':'" KEY_ID "','material':'x'}]}",
            "keys[0].material: must be 32 bytes in base64" },
        { "{'keys':[{'id':'" KEY_ID "','material':'AAAA'}]}",
            "keys[0].material: must be 32 bytes in base64" },
        { "{'keys':[{'id':'" KEY_ID "','account':'1'}]}",
            "keys[0].account: must be 12 digits" },
        { "{'keys':[{'id':'" KEY_ID "','region':'Mars 1'}]}",
            "keys[0].region: must be the name of a Region" },
        { "{'keys':[{'id':'" KEY_ID "','aliases':['a']}]}",
            "keys[0].aliases: each must be \"alias/\" and a name, and not "
            "alias/aws/" },
        { "{'keys':[{'id':'" KEY_ID "','aliases':['alias/a','alias/a']}]}",
            "keys[0].aliases: one stands twice" },
        { "{'keys':[{'id':'" KEY_ID "'},{'id':'" KEY_ID "'}]}",
            "keys[1].id: stands in this file twice" },
        { "{'keys':[{'id':'" KEY_ID "','enabled':'yes'}]}",
            "keys[0].enabled: must be true or false" },
        { "{'keys':[{'id':'" KEY_ID "','tags':['a']}]}",
            "keys[0].tags: must be an object of strings" },
        { "{'keys':[{'id':'" KEY_ID "','tags':{'a':1}}]}",
            "keys[0].tags: names have 1 to 128 bytes, values are strings of 0 "
            "to 256" },
        { "{'keys':[{'id':'" KEY_ID "','policy':'{}'}]}",
            "keys[0].policy: must be a key policy" },
        { "{'keys':[{'id':'" KEY_ID "'}],'accessKeys':[{'accessKeyId':'A'}]}",
            "accessKeys[0].secretAccessKey: must be given" },
        { "{'accessKeys':[{'accessKeyId':'A','secretAccessKey':'s'},"
          "{'accessKeyId':'A','secretAccessKey':'t'}]}",
            "accessKeys[1].accessKeyId: stands in this file twice" },
        { "{'accessKeys':[{'accessKeyId':'','secretAccessKey':'s'}]}",
            "accessKeys[0].accessKeyId: must have 1 to 128 bytes" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(
            seed(fixture, cases[i].text, &problem), STATUS_INVALID);
        assert_string_equal(buf_text(&problem), cases[i].problem);
        assert_int_equal(count_keys(&fixture->asker), 0);
    }
    buf_reset(&problem);
}

static void
a_description_is_no_longer_than_the_api_takes(void **state)
{
    struct fixture *fixture = *state;
    struct buf problem = { 0 };
    char text[8500];
    static const char form[] =
        "{'keys':[{'id':'" KEY_ID "','description':'%0*d'}]}";
    (void)snprintf(text, sizeof(text), form, 8193, 0);
    assert_int_equal(seed(fixture, text, &problem), STATUS_INVALID);
    assert_string_equal(buf_text(&problem),
        "keys[0].description: must have at most 8192 bytes");
    assert_int_equal(count_keys(&fixture->asker), 0);
    (void)snprintf(text, sizeof(text), form, 8192, 0);
    assert_seeded(fixture, text);
    assert_int_equal(count_keys(&fixture->asker), 1);
    buf_reset(&problem);
}

static void
a_reset_seeds_again(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    assert_seeded(fixture, "{'keys':[{'id':'" KEY_ID "','material':'" MATERIAL_A
                           "','aliases':['alias/a']},{'id':'" KEY_ID
                           "','account':'" API_OTHER_ACCOUNT "'}]}");
    (void)ask_key(a);
    assert_answered(ask(a, "UpdateKeyDescription",
        "{'KeyId':'" KEY_ID "','Description':'changed'}"));
    a->access_key_id = API_OTHER_ACCOUNT;
    assert_answered(ask(a, "UpdateKeyDescription",
        "{'KeyId':'" KEY_ID "','Description':'changed'}"));
    assert_ok(service_reset(fixture->api.service, span_text(API_ACCOUNT)));
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'" KEY_ID "'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.Description"), "changed");
    a->access_key_id = API_ACCOUNT;
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/a'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.Description"), "");
    assert_int_equal(count_keys(a), 1);
}

static void
a_seeded_key_whose_time_was_over_is_made_again(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    int64_t now_ms;
    const char *text = "{'keys':[{'id':'" KEY_ID "','material':'" MATERIAL_A
                       "','aliases':['alias/a']}]}";
    assert_seeded(fixture, text);
    assert_answered(ask(a, "ScheduleKeyDeletion", "{'KeyId':'" KEY_ID "'}"));
    assert_ok(service_clock_advance(fixture->api.service, span_text(""),
        INT64_C(31) * 24 * 3600 * 1000, &now_ms));
    assert_seeded(fixture, text);
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/a'}"));
    assert_string_equal(answer_text(a, "KeyMetadata.KeyState"), "Enabled");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(the_example_makes_what_it_says),
        FIXTURE_TEST(the_eks_key_has_its_policy),
        FIXTURE_TEST(the_same_material_gives_the_same_key_everywhere),
        FIXTURE_TEST(keys_of_one_id_stay_apart),
        FIXTURE_TEST(a_damaged_store_stops_the_seeding),
        FIXTURE_TEST(what_is_there_already_is_kept),
        FIXTURE_TEST(an_alias_of_another_key_stops_the_seeding),
        FIXTURE_TEST(bad_files_are_refused_with_their_place),
        FIXTURE_TEST(a_description_is_no_longer_than_the_api_takes),
        FIXTURE_TEST(a_reset_seeds_again),
        FIXTURE_TEST(a_seeded_key_whose_time_was_over_is_made_again),
    };
    return cmocka_run_group_tests_name("seed", tests, NULL, NULL);
}
