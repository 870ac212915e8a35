/* SPDX-License-Identifier: Apache-2.0 */
/* Rotation: new material, and the old one still decrypts. */
#include "support_api.h"

#include "base/encode.h"

#include <pthread.h>
#include <stdio.h>

#define MRK "mrk-1234abcd12ab34cd56ef1234567890ab"
#define PRIMARY "us-east-1"
#define REPLICA "eu-central-1"
#define SEED                                                                   \
    "{\"keys\":[{\"id\":\"" MRK "\",\"account\":\"" API_ACCOUNT                \
    "\",\"material\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","        \
    "\"multiRegion\":{\"primary\":\"" PRIMARY "\",\"replicas\":[\"" REPLICA    \
    "\"]}}]}"

enum { BLOB_MAX = 512, ID_SIZE = 65 };

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static void
advance(struct asker *a, int64_t days)
{
    a->api->resource.now_ms += days * DAY_MS;
}

static void
current_material(struct asker *a, const char *key, char id[ID_SIZE])
{
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", key));
    const char *text = answer_text(a, "KeyMetadata.CurrentKeyMaterialId");
    assert_int_equal(strlen(text), ID_SIZE - 1);
    strcpy(id, text);
}

static void
encrypt(struct asker *a, const char *key, char *blob)
{
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key));
    strcpy(blob, answer_text(a, "CiphertextBlob"));
}

static void
assert_opens(struct asker *a, const char *blob, const char *material_id)
{
    assert_answered(ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob));
    assert_string_equal(answer_text(a, "Plaintext"), "aGk=");
    assert_string_equal(answer_text(a, "KeyMaterialId"), material_id);
}

static void
rotation_on_demand_gives_new_material_and_keeps_the_old(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char before[ID_SIZE], after[ID_SIZE], old[BLOB_MAX], new[BLOB_MAX];
    current_material(a, key.id, before);
    encrypt(a, key.id, old);
    assert_answered(ask(a, "RotateKeyOnDemand", "{'KeyId':'%s'}", key.arn));
    assert_string_equal(answer_text(a, "KeyId"), key.id);
    current_material(a, key.id, after);
    assert_string_not_equal(before, after);
    encrypt(a, key.id, new);
    assert_opens(a, old, before);
    assert_opens(a, new, after);
    assert_answered(ask(a, "ReEncrypt",
        "{'CiphertextBlob':'%s','DestinationKeyId':'%s'}", old, key.id));
    assert_string_equal(answer_text(a, "SourceKeyMaterialId"), before);
    assert_string_equal(answer_text(a, "DestinationKeyMaterialId"), after);
    api_restart(a->api);
    assert_opens(a, old, before);
    assert_opens(a, new, after);
}

static void
rotations_are_listed_in_pages(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char first[ID_SIZE], last[ID_SIZE], marker[256];
    current_material(a, key.id, first);
    assert_answered(ask(a, "ListKeyRotations", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 0);
    for (int i = 0; i < 3; i++) {
        advance(a, 1);
        assert_answered(ask(a, "RotateKeyOnDemand", "{'KeyId':'%s'}", key.id));
    }
    current_material(a, key.id, last);
    assert_answered(ask(a, "ListKeyRotations", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 3);
    assert_false(json_get_bool(answer_at(a, "Truncated")));
    assert_string_equal(answer_text(a, "Rotations.2.KeyMaterialId"), last);
    assert_string_equal(answer_text(a, "Rotations.2.KeyId"), key.id);
    assert_string_equal(
        answer_text(a, "Rotations.2.KeyMaterialState"), "CURRENT");
    assert_string_equal(
        answer_text(a, "Rotations.1.KeyMaterialState"), "NON_CURRENT");
    assert_string_equal(
        answer_text(a, "Rotations.0.RotationType"), "ON_DEMAND");
    assert_int_equal(
        (int64_t)json_get_number(answer_at(a, "Rotations.0.RotationDate")),
        (API_START_MS + DAY_MS) / 1000);
    assert_answered(ask(a, "ListKeyRotations",
        "{'KeyId':'%s','Limit':2,'IncludeKeyMaterial':'ALL_KEY_MATERIAL'}",
        key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 2);
    assert_true(json_get_bool(answer_at(a, "Truncated")));
    assert_string_equal(answer_text(a, "Rotations.0.KeyMaterialId"), first);
    assert_null(answer_at(a, "Rotations.0.RotationDate"));
    strcpy(marker, answer_text(a, "NextMarker"));
    assert_answered(ask(a, "ListKeyRotations",
        "{'KeyId':'%s','Limit':2,'IncludeKeyMaterial':'ALL_KEY_MATERIAL',"
        "'Marker':'%s'}",
        key.id, marker));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 2);
    assert_false(json_get_bool(answer_at(a, "Truncated")));
    assert_string_equal(answer_text(a, "Rotations.1.KeyMaterialId"), last);
    (void)ask(a, "ListKeyRotations", "{'KeyId':'%s','Marker':'eA=='}", key.id);
    assert_error(a, "InvalidMarkerException", "Invalid marker.");
}

static void
the_26th_rotation_on_demand_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char material[ID_SIZE], now[ID_SIZE], words[300];
    for (int i = 0; i < 25; i++)
        assert_answered(ask(a, "RotateKeyOnDemand", "{'KeyId':'%s'}", key.id));
    current_material(a, key.id, material);
    (void)ask(a, "RotateKeyOnDemand", "{'KeyId':'%s'}", key.id);
    (void)snprintf(words, sizeof(words),
        "The on-demand rotations limit has been reached for the given keyId. "
        "No more on-demand rotations can be performed for this key: %s",
        key.arn);
    assert_error(a, "LimitExceededException", words);
    current_material(a, key.id, now);
    assert_string_equal(now, material);
}

static void
assert_status_says(
    struct asker *a, const char *key, int64_t days, int64_t next_ms)
{
    assert_answered(ask(a, "GetKeyRotationStatus", "{'KeyId':'%s'}", key));
    assert_string_equal(answer_text(a, "KeyId"), key);
    assert_int_equal(
        json_get_bool(answer_at(a, "KeyRotationEnabled")), days > 0);
    assert_int_equal(json_get_int(answer_at(a, "RotationPeriodInDays")), days);
    assert_int_equal((int64_t)json_get_number(answer_at(a, "NextRotationDate")),
        next_ms / 1000);
    if (days == 0)
        assert_null(answer_at(a, "NextRotationDate"));
}

static void
automatic_rotation_is_switched_and_told(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_status_says(a, key.id, 0, 0);
    assert_answered(ask(a, "EnableKeyRotation", "{'KeyId':'%s'}", key.id));
    assert_int_equal(a->answer.body.len, 0);
    assert_status_says(a, key.id, 365, API_START_MS + 365 * DAY_MS);
    advance(a, 10);
    assert_answered(ask(a, "EnableKeyRotation", "{'KeyId':'%s'}", key.id));
    assert_status_says(a, key.id, 365, API_START_MS + 365 * DAY_MS);
    assert_answered(ask(a, "EnableKeyRotation",
        "{'KeyId':'%s','RotationPeriodInDays':90}", key.id));
    assert_status_says(a, key.id, 90, API_START_MS + 100 * DAY_MS);
    api_restart(a->api);
    assert_status_says(a, key.id, 90, API_START_MS + 100 * DAY_MS);
    assert_answered(ask(a, "DisableKeyRotation", "{'KeyId':'%s'}", key.id));
    assert_status_says(a, key.id, 0, 0);
    advance(a, 1000);
    assert_answered(ask(a, "ListKeyRotations", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 0);
}

static void
automatic_rotation_follows_the_resource_clock(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char before[ID_SIZE], after[ID_SIZE], old[BLOB_MAX], new[BLOB_MAX];
    current_material(a, key.id, before);
    encrypt(a, key.id, old);
    assert_answered(ask(a, "EnableKeyRotation",
        "{'KeyId':'%s','RotationPeriodInDays':90}", key.id));
    a->api->resource.now_ms += 90 * DAY_MS - 1;
    current_material(a, key.id, after);
    assert_string_equal(after, before);
    a->api->resource.now_ms += 1;
    encrypt(a, key.id, new); /* the first to see that it is due */
    current_material(a, key.id, after);
    assert_string_not_equal(after, before);
    assert_opens(a, old, before);
    assert_opens(a, new, after);
    assert_status_says(a, key.id, 90, API_START_MS + 180 * DAY_MS);
    assert_answered(ask(a, "ListKeyRotations", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 1);
    assert_string_equal(
        answer_text(a, "Rotations.0.RotationType"), "AUTOMATIC");
    advance(a, 400); /* four periods and some days that nobody looked at */
    assert_status_says(a, key.id, 90, API_START_MS + 540 * DAY_MS);
    assert_answered(ask(a, "ListKeyRotations", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 2);
    assert_int_equal(
        (int64_t)json_get_number(answer_at(a, "Rotations.1.RotationDate")),
        (API_START_MS + 450 * DAY_MS) / 1000);
}

static void
a_disabled_key_is_not_rotated_until_it_is_enabled(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char before[ID_SIZE], now[ID_SIZE];
    current_material(a, key.id, before);
    assert_answered(ask(a, "EnableKeyRotation", "{'KeyId':'%s'}", key.id));
    assert_answered(ask(a, "DisableKey", "{'KeyId':'%s'}", key.id));
    advance(a, 366);
    current_material(a, key.id, now);
    assert_string_equal(now, before);
    assert_status_says(a, key.id, 365, API_START_MS + 365 * DAY_MS);
    assert_answered(ask(a, "EnableKey", "{'KeyId':'%s'}", key.id));
    current_material(a, key.id, now);
    assert_string_not_equal(now, before);
}

static void
states_decide_what_may_be_done(void **state)
{
    static const char *const changing[] = { "EnableKeyRotation",
        "DisableKeyRotation", "RotateKeyOnDemand" };
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char words[300];
    assert_answered(ask(a, "EnableKeyRotation", "{'KeyId':'%s'}", key.id));
    assert_answered(ask(a, "DisableKey", "{'KeyId':'%s'}", key.id));
    (void)snprintf(words, sizeof(words), "%s is disabled.", key.arn);
    for (size_t i = 0; i < ARRAY_LEN(changing); i++) {
        (void)ask(a, changing[i], "{'KeyId':'%s'}", key.id);
        assert_error(a, "DisabledException", words);
    }
    assert_answered(ask(a, "ScheduleKeyDeletion", "{'KeyId':'%s'}", key.id));
    (void)snprintf(words, sizeof(words), "%s is pending deletion.", key.arn);
    for (size_t i = 0; i < ARRAY_LEN(changing); i++) {
        (void)ask(a, changing[i], "{'KeyId':'%s'}", key.id);
        assert_error(a, "KMSInvalidStateException", words);
    }
    assert_status_says(a, key.id, 0, 0);
    assert_answered(ask(a, "CancelKeyDeletion", "{'KeyId':'%s'}", key.id));
    assert_status_says(a, key.id, 365, API_START_MS + 365 * DAY_MS);
}

static void
wrong_requests_are_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    (void)ask(a, "EnableKeyRotation",
        "{'KeyId':'%s','RotationPeriodInDays':89}", key.id);
    assert_error(a, "ValidationException",
        "1 validation error detected: Value '89' at 'rotationPeriodInDays' "
        "failed to satisfy constraint: Member must have value greater than or "
        "equal to 90");
    (void)ask(a, "EnableKeyRotation",
        "{'KeyId':'%s','RotationPeriodInDays':2561}", key.id);
    assert_string_equal(answer_text(a, "__type"), "ValidationException");
    (void)ask(a, "RotateKeyOnDemand", "{'KeyId':'alias/any'}");
    assert_error(a, "NotFoundException", "Invalid keyId 'alias/any'");
    assert_status_says(a, key.id, 0, 0);
}

/* ---- multi-Region keys --------------------------------------------------- */

static int
set_up_multi_region(void **state)
{
    int failed = fixture_set_up(state);
    struct fixture *fixture = *state;
    struct buf problem = { 0 };
    assert_ok(service_seed(fixture->api.service, span_text(SEED), &problem));
    return failed;
}

static void
a_multi_region_key_rotates_in_all_its_regions(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct buf problem = { 0 };
    char before[ID_SIZE], primary[ID_SIZE], replica[ID_SIZE], blob[BLOB_MAX];
    a->region = PRIMARY;
    current_material(a, MRK, before);
    assert_answered(ask(a, "RotateKeyOnDemand", "{'KeyId':'" MRK "'}"));
    current_material(a, MRK, primary);
    encrypt(a, MRK, blob);
    a->region = REPLICA;
    current_material(a, MRK, replica);
    assert_string_equal(primary, replica);
    assert_string_not_equal(primary, before);
    assert_opens(a, blob, primary);
    api_restart(a->api); /* the seed is of the first material */
    assert_ok(service_seed(fixture->api.service, span_text(SEED), &problem));
    current_material(a, MRK, replica);
    assert_string_equal(primary, replica);
}

static void
a_replica_shows_rotation_and_leaves_it_to_its_primary(void **state)
{
    static const char *const changing[] = { "EnableKeyRotation",
        "DisableKeyRotation", "RotateKeyOnDemand" };
    struct asker *a = asker_of(state);
    char before[ID_SIZE], after[ID_SIZE];
    a->region = REPLICA;
    current_material(a, MRK, before);
    for (size_t i = 0; i < ARRAY_LEN(changing); i++) {
        (void)ask(a, changing[i], "{'KeyId':'" MRK "'}");
        assert_error(a, "UnsupportedOperationException",
            "arn:aws:kms:" REPLICA ":" API_ACCOUNT ":key/" MRK
            " is not a multi-region primary key.");
    }
    a->region = PRIMARY;
    assert_answered(ask(a, "EnableKeyRotation", "{'KeyId':'" MRK "'}"));
    a->region = REPLICA;
    assert_status_says(a, MRK, 365, API_START_MS + 365 * DAY_MS);
    advance(a, 365);
    current_material(a, MRK, after); /* the replica is looked at first */
    assert_string_not_equal(before, after);
    strcpy(before, after);
    a->region = PRIMARY;
    current_material(a, MRK, after);
    assert_string_equal(before, after);
}

/* ---- the end, and many at once ------------------------------------------- */

static bool
count_record(void *context, struct span id, uint64_t version, struct span value)
{
    (void)id;
    (void)version;
    (void)value;
    ++*(size_t *)context;
    return true;
}

static size_t
count_records(struct asker *a, const char *kind)
{
    size_t count = 0;
    struct store_key range = { .account = SPAN_LITERAL(API_ACCOUNT),
        .region = SPAN_LITERAL(API_REGION),
        .kind = span_text(kind) };
    assert_ok(store_range(a->api->store, &range, (struct span){ NULL, 0 },
        SIZE_MAX, count_record, &count));
    return count;
}

static void
a_deleted_key_leaves_none_of_its_materials(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    for (int i = 0; i < 25; i++) {
        assert_answered(ask(a, "RotateKeyOnDemand", "{'KeyId':'%s'}", key.id));
        assert_answered(ask(a, "CreateAlias",
            "{'AliasName':'alias/a%d','TargetKeyId':'%s'}", i, key.id));
        assert_answered(ask(a, "CreateAlias",
            "{'AliasName':'alias/b%d','TargetKeyId':'%s'}", i, key.id));
    }
    assert_int_equal(count_records(a, "material"), 26);
    assert_answered(ask(a, "ScheduleKeyDeletion",
        "{'KeyId':'%s','PendingWindowInDays':7}", key.id));
    advance(a, 7);
    for (int i = 0; i < 3; i++) /* more than one commit's worth */
        assert_int_equal(ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id), 400);
    assert_int_equal(count_records(a, "material"), 0);
    assert_int_equal(count_records(a, "alias"), 0);
    assert_int_equal(count_records(a, "key"), 0);
}

enum { THREADS = 8, ROUNDS = 20 };

struct worker {
    struct asker asker;
    const char *key;
    size_t opened;
    pthread_t thread;
};

static void *
encrypt_often(void *context)
{
    struct worker *worker = context;
    struct asker *a = &worker->asker;
    char blob[BLOB_MAX];
    for (int i = 0; i < ROUNDS; i++) {
        if (ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}",
                worker->key) != 200)
            continue;
        strcpy(blob, answer_text(a, "CiphertextBlob"));
        worker->opened +=
            ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob) == 200;
    }
    return NULL;
}

static void
what_is_due_happens_once_for_many(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct worker workers[THREADS];
    assert_answered(ask(a, "EnableKeyRotation", "{'KeyId':'%s'}", key.id));
    advance(a, 365);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){ .key = key.id };
        asker_init(&workers[i].asker, a->api);
        assert_int_equal(pthread_create(&workers[i].thread, NULL, encrypt_often,
                             &workers[i]),
            0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].opened, ROUNDS);
        asker_reset(&workers[i].asker);
    }
    assert_answered(ask(a, "ListKeyRotations", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(a, "Rotations")), 1);
}

#define MULTI_REGION_TEST(name)                                                \
    cmocka_unit_test_setup_teardown(                                           \
        name, set_up_multi_region, fixture_tear_down)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(rotation_on_demand_gives_new_material_and_keeps_the_old),
        FIXTURE_TEST(rotations_are_listed_in_pages),
        FIXTURE_TEST(the_26th_rotation_on_demand_is_refused),
        FIXTURE_TEST(automatic_rotation_is_switched_and_told),
        FIXTURE_TEST(automatic_rotation_follows_the_resource_clock),
        FIXTURE_TEST(a_disabled_key_is_not_rotated_until_it_is_enabled),
        FIXTURE_TEST(states_decide_what_may_be_done),
        FIXTURE_TEST(wrong_requests_are_refused),
        MULTI_REGION_TEST(a_multi_region_key_rotates_in_all_its_regions),
        MULTI_REGION_TEST(
            a_replica_shows_rotation_and_leaves_it_to_its_primary),
        FIXTURE_TEST(a_deleted_key_leaves_none_of_its_materials),
        FIXTURE_TEST(what_is_due_happens_once_for_many),
    };
    return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
