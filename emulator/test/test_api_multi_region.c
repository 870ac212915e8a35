/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-Region keys: one key, one material, several Regions. */
#include "support_api.h"

#include <stdio.h>

#define MRK "mrk-1234abcd12ab34cd56ef1234567890ab"
#define OTHER_MRK "mrk-00000000000000000000000000000001"
#define SINGLE "bc436485-5092-42b8-92a3-0aa8b93536dc"
#define PRIMARY "us-east-1"
#define REPLICA "eu-west-1"
#define ARN(region) "arn:aws:kms:" region ":111122223333:key/" MRK
#define MATERIAL_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define MATERIAL_B "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="
#define SEED(material)                                                         \
    "{'keys':[{'id':'" MRK "','account':'111122223333','material':'" material  \
    "','aliases':['alias/mrk'],'multiRegion':{'primary':'" PRIMARY             \
    "','replicas':['" REPLICA "','ap-south-1']}},"                             \
    "{'id':'" SINGLE "','account':'111122223333','region':'" PRIMARY           \
    "','material':'" material "'},"                                            \
    "{'id':'" SINGLE "','account':'111122223333','region':'" REPLICA           \
    "','material':'" material "'}]}"

enum { BLOB_MAX = 512 };

/* ' stands for ". */
static enum status
seed(struct api *api, const char *text, struct buf *problem)
{
    struct buf json = { 0 };
    assert_ok(buf_append_text(&json, text));
    for (size_t i = 0; i < json.len; i++)
        if (json.ptr[i] == '\'')
            json.ptr[i] = '"';
    enum status status = service_seed(api->service, buf_span(&json), problem);
    buf_reset(&json);
    return status;
}

static void
assert_seeded(struct api *api, const char *text)
{
    struct buf problem = { 0 };
    if (seed(api, text, &problem) != STATUS_OK)
        fail_msg("%s", buf_text(&problem));
    buf_reset(&problem);
}

static int
set_up(void **state)
{
    int failed = fixture_set_up(state);
    struct fixture *fixture = *state;
    assert_seeded(&fixture->api, SEED(MATERIAL_A));
    return failed;
}

static void
encrypt(struct asker *a, const char *region, const char *key, char *blob)
{
    a->region = region;
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key));
    const char *text = answer_text(a, "CiphertextBlob");
    assert_true(strlen(text) < BLOB_MAX);
    strcpy(blob, text);
}

static unsigned
decrypt(struct asker *a, const char *region, const char *blob)
{
    a->region = region;
    return ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
}

static void
each_region_tells_of_all(void **state)
{
    static const char *const regions[] = { PRIMARY, REPLICA, "ap-south-1" };
    static const char at[] = "KeyMetadata.MultiRegionConfiguration.";
    struct asker *a = asker_of(state);
    char first[65] = "", arn[160];
    for (size_t i = 0; i < ARRAY_LEN(regions); i++) {
        a->region = regions[i];
        assert_answered(ask(a, "DescribeKey", "{'KeyId':'alias/mrk'}"));
        (void)snprintf(arn, sizeof(arn), "arn:aws:kms:%s:111122223333:key/%s",
            regions[i], MRK);
        assert_string_equal(answer_text(a, "KeyMetadata.Arn"), arn);
        assert_true(json_get_bool(answer_at(a, "KeyMetadata.MultiRegion")));
        struct {
            const char *member, *text;
        } wanted[] = {
            { "MultiRegionKeyType", i == 0 ? "PRIMARY" : "REPLICA" },
            { "PrimaryKey.Arn", ARN(PRIMARY) },
            { "PrimaryKey.Region", PRIMARY },
            { "ReplicaKeys.0.Arn", ARN(REPLICA) },
            { "ReplicaKeys.0.Region", REPLICA },
            { "ReplicaKeys.1.Region", "ap-south-1" },
        };
        for (size_t j = 0; j < ARRAY_LEN(wanted); j++) {
            char path[128];
            (void)snprintf(path, sizeof(path), "%s%s", at, wanted[j].member);
            assert_string_equal(answer_text(a, path), wanted[j].text);
        }
        const char *id = answer_text(a, "KeyMetadata.CurrentKeyMaterialId");
        assert_int_equal(strlen(id), 64);
        if (i == 0)
            strcpy(first, id);
        assert_string_equal(id, first);
    }
}

static void
a_blob_opens_in_each_region_of_its_key(void **state)
{
    struct asker *a = asker_of(state);
    char blob[BLOB_MAX];
    encrypt(a, PRIMARY, MRK, blob);
    assert_answered(decrypt(a, REPLICA, blob));
    assert_string_equal(answer_text(a, "Plaintext"), "aGk=");
    assert_string_equal(answer_text(a, "KeyId"), ARN(REPLICA));
    encrypt(a, REPLICA, MRK, blob);
    assert_answered(decrypt(a, PRIMARY, blob));
    assert_string_equal(answer_text(a, "KeyId"), ARN(PRIMARY));
    assert_answered(
        ask(a, "Decrypt", "{'CiphertextBlob':'%s','KeyId':'alias/mrk'}", blob));
}

static void
a_blob_opens_nowhere_else(void **state)
{
    static const char words[] =
        "The ciphertext refers to a customer master key that does not exist, "
        "does not exist in this region, or you are not allowed to access.";
    struct asker *a = asker_of(state);
    char blob[BLOB_MAX], single[BLOB_MAX];
    encrypt(a, PRIMARY, MRK, blob);
    encrypt(a, PRIMARY, SINGLE, single);
    (void)decrypt(a, "eu-north-1", blob);
    assert_error(a, "AccessDeniedException", words);
    a->access_key_id = API_OTHER_ACCOUNT;
    (void)decrypt(a, REPLICA, blob);
    assert_error(a, "AccessDeniedException", words);
    a->access_key_id = API_ACCOUNT;
    (void)decrypt(a, REPLICA, single); /* with the same id and material */
    assert_error(a, "AccessDeniedException", words);
    a->region = REPLICA;
    (void)ask(
        a, "Decrypt", "{'CiphertextBlob':'%s','KeyId':'" SINGLE "'}", single);
    assert_error(a, "InvalidCiphertextException", NULL);
}

/* Another process: another store and, for its own records, another root key. */
static void
start_other(struct api *api, const char *material_seed)
{
    static const uint8_t root_key[32] = { 99 };
    *api = (struct api){ .resource.now_ms = API_START_MS,
        .wire.now_ms = API_START_MS };
    assert_ok(store_memory_new(&api->store));
    struct service_options options = {
        .store = api->store,
        .resource_clock = clock_manual(&api->resource),
        .wire_clock = clock_manual(&api->wire),
        .random = random_system(),
        .root_key = span_of(root_key, sizeof(root_key)),
        .default_account = SPAN_LITERAL(API_ACCOUNT),
        .default_region = SPAN_LITERAL(API_REGION),
    };
    assert_ok(service_new(&options, &api->service));
    assert_seeded(api, material_seed);
}

static void
another_process_with_the_same_material_opens_it(void **state)
{
    struct asker *a = asker_of(state);
    struct api other;
    struct asker b;
    char blob[BLOB_MAX];
    start_other(&other, SEED(MATERIAL_A));
    asker_init(&b, &other);
    encrypt(a, PRIMARY, MRK, blob);
    assert_answered(decrypt(&b, REPLICA, blob));
    assert_string_equal(answer_text(&b, "Plaintext"), "aGk=");
    encrypt(&b, REPLICA, MRK, blob);
    assert_answered(decrypt(a, PRIMARY, blob));
    asker_reset(&b);
    api_stop(&other);
}

static void
another_process_with_other_material_does_not(void **state)
{
    struct asker *a = asker_of(state);
    struct api other;
    struct asker b;
    char blob[BLOB_MAX];
    start_other(&other, SEED(MATERIAL_B));
    asker_init(&b, &other);
    encrypt(a, PRIMARY, MRK, blob);
    (void)decrypt(&b, PRIMARY, blob);
    assert_error(&b, "InvalidCiphertextException", NULL);
    asker_reset(&b);
    api_stop(&other);
}

static void
a_key_without_replicas_is_a_primary_of_its_region(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    assert_seeded(&fixture->api,
        "{'keys':[{'id':'" OTHER_MRK "','region':'eu-north-1'}]}");
    a->region = "eu-north-1";
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'" OTHER_MRK "'}"));
    assert_string_equal(
        answer_text(
            a, "KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType"),
        "PRIMARY");
    assert_int_equal(json_count(answer_at(a,
                         "KeyMetadata.MultiRegionConfiguration.ReplicaKeys")),
        0);
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_int_equal(json_count(answer_at(a, "Keys")), 1);
}

static void
a_restart_and_the_same_seed_change_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    char blob[BLOB_MAX];
    encrypt(a, PRIMARY, MRK, blob);
    api_restart(&fixture->api);
    assert_seeded(&fixture->api, SEED(MATERIAL_A));
    assert_answered(decrypt(a, REPLICA, blob));
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'" MRK "'}"));
    assert_string_equal(
        answer_text(
            a, "KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType"),
        "REPLICA");
}

static void
wrong_entries_are_refused_with_their_place(void **state)
{
#define ENTRY(rest) "{'keys':[{'id':'" OTHER_MRK "'," rest "}]}"
    static const struct {
        const char *text, *problem;
    } cases[] = {
        { ENTRY("'multiRegion':[]"),
            "keys[0].multiRegion: must be an object of \"primary\", a Region, "
            "and \"replicas\"" },
        { ENTRY("'multiRegion':{'replicas':[]}"),
            "keys[0].multiRegion: must be an object of \"primary\", a Region, "
            "and \"replicas\"" },
        { ENTRY("'multiRegion':{'primary':'eu-west-1','more':1}"),
            "keys[0].multiRegion: must be an object of \"primary\", a Region, "
            "and \"replicas\"" },
        { ENTRY("'multiRegion':{'primary':'eu-west-1','replicas':'x'}"),
            "keys[0].multiRegion: \"replicas\" must be a list of Regions" },
        { ENTRY("'multiRegion':{'primary':'eu-west-1','replicas':['A']}"),
            "keys[0].multiRegion: each replica is the name of a Region" },
        { ENTRY("'multiRegion':{'primary':'eu-west-1'},'region':'us-east-1'"),
            "keys[0].region: multiRegion tells it" },
        { ENTRY("'multiRegion':{'primary':'eu-west-1','replicas':['us-east-1']"
                "}"),
            "keys[0].material: must be given for a key with replicas" },
        { ENTRY("'material':'" MATERIAL_A "','multiRegion':{'primary':"
                "'eu-west-1','replicas':['eu-west-1']}"),
            "keys[0].id: stands in this file twice" },
        { "{'keys':[{'id':'11111111-5092-42b8-92a3-0aa8b93536dc','multiRegion':"
          "{'primary':'eu-west-1'}}]}",
            "keys[0].multiRegion: only for an id that begins with mrk-" },
        { "{'keys':[{'id':'mrk-12'}]}",
            "keys[0].id: must be a UUID, or mrk- and 32 hexadecimal digits" },
    };
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf problem = { 0 };
        assert_int_equal(
            seed(&fixture->api, cases[i].text, &problem), STATUS_INVALID);
        assert_string_equal(buf_text(&problem), cases[i].problem);
        assert_int_not_equal(
            ask(a, "DescribeKey", "{'KeyId':'" OTHER_MRK "'}"), 200);
        buf_reset(&problem);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(each_region_tells_of_all),
        TEST(a_blob_opens_in_each_region_of_its_key),
        TEST(a_blob_opens_nowhere_else),
        TEST(another_process_with_the_same_material_opens_it),
        TEST(another_process_with_other_material_does_not),
        TEST(a_key_without_replicas_is_a_primary_of_its_region),
        TEST(a_restart_and_the_same_seed_change_nothing),
        TEST(wrong_entries_are_refused_with_their_place),
    };
    return cmocka_run_group_tests_name("multi-Region", tests, NULL, NULL);
}
