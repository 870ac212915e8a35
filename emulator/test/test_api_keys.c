/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "base/encode.h"

#include <stdio.h>

#define MISSING "00000000-1111-4222-8333-444444444444"

static void
a_created_key_is_described_as_aws_does(void **state)
{
    struct asker *a = asker_of(state);
    assert_answered(ask(a, "CreateKey", "{'Description':'test key 123'}"));
    struct span id = json_get_string(answer_at(a, "KeyMetadata.KeyId"));
    assert_int_equal(id.len, 36);
    char arn[160];
    (void)snprintf(arn, sizeof(arn), "arn:aws:kms:%s:%s:key/%s", API_REGION,
        API_ACCOUNT, (const char *)id.ptr);
    assert_string_equal(answer_text(a, "KeyMetadata.Arn"), arn);
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", arn));
    static const struct {
        const char *member, *value;
    } texts[] = {
        { "AWSAccountId", API_ACCOUNT },
        { "Description", "test key 123" },
        { "KeyUsage", "ENCRYPT_DECRYPT" },
        { "KeyState", "Enabled" },
        { "Origin", "AWS_KMS" },
        { "KeyManager", "CUSTOMER" },
        { "CustomerMasterKeySpec", "SYMMETRIC_DEFAULT" },
        { "KeySpec", "SYMMETRIC_DEFAULT" },
        { "EncryptionAlgorithms.0", "SYMMETRIC_DEFAULT" },
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char path[64];
        (void)snprintf(path, sizeof(path), "KeyMetadata.%s", texts[i].member);
        assert_string_equal(answer_text(a, path), texts[i].value);
    }
    assert_true(json_get_bool(answer_at(a, "KeyMetadata.Enabled")));
    assert_int_equal(
        json_kind(answer_at(a, "KeyMetadata.MultiRegion")), JSON_KIND_BOOL);
    assert_int_equal(
        strlen(answer_text(a, "KeyMetadata.CurrentKeyMaterialId")), 64);
    assert_true(json_get_number(answer_at(a, "KeyMetadata.CreationDate")) ==
                (double)API_START_MS / 1000);
    assert_null(answer_at(a, "KeyMetadata.DeletionDate"));
    assert_int_equal(json_count(answer_at(a, "KeyMetadata")), 15);
}

static void
what_no_key_can_be_is_said_by_name(void **state)
{
    struct asker *a = asker_of(state);
    static const struct {
        const char *body, *type, *message;
    } cases[] = {
        { "{'KeySpec':'RSA_2048','KeyUsage':'ENCRYPT_DECRYPT'}",
            "UnsupportedOperationException",
            "KeySpec RSA_2048 is not supported by this emulator." },
        { "{'KeySpec':'RSA_2048'}", "ValidationException",
            "You must specify a KeyUsage value for all KMS keys except for "
            "symmetric encryption keys." },
        { "{'KeyUsage':'SIGN_VERIFY'}", "ValidationException",
            "KeyUsage SIGN_VERIFY is not compatible with KeySpec "
            "SYMMETRIC_DEFAULT" },
        { "{'CustomerMasterKeySpec':'HMAC_256',"
          "'KeyUsage':'GENERATE_VERIFY_MAC'}",
            "UnsupportedOperationException",
            "CustomerMasterKeySpec HMAC_256 is not supported by this "
            "emulator." },
        { "{'Origin':'EXTERNAL'}", "UnsupportedOperationException",
            "Origin EXTERNAL is not supported by this emulator." },
        { "{'MultiRegion':true}", "UnsupportedOperationException",
            "MultiRegion keys are not supported by this emulator." },
        { "{'CustomKeyStoreId':'cks-1234567890abcdef0'}",
            "UnsupportedOperationException",
            "CustomKeyStoreId is not supported by this emulator." },
        { "{'XksKeyId':'x'}", "UnsupportedOperationException",
            "XksKeyId is not supported by this emulator." },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        (void)ask(a, "CreateKey", "%s", cases[i].body);
        assert_error(a, cases[i].type, cases[i].message);
    }
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_int_equal(json_count(answer_at(a, "Keys")), 0);
    assert_answered(ask(a, "CreateKey",
        "{'KeySpec':'SYMMETRIC_DEFAULT','KeyUsage':'ENCRYPT_DECRYPT',"
        "'Origin':'AWS_KMS','MultiRegion':false,"
        "'BypassPolicyLockoutSafetyCheck':true}"));
}

static void
references_to_no_key_are_refused_in_aws_words(void **state)
{
    struct asker *a = asker_of(state);
    static const struct {
        const char *key_id, *message;
    } cases[] = {
        { "fake-key-id", "Invalid keyId 'fake-key-id'" },
        { "134f2428cec14b25a1ae9048164dba47",
            "Invalid keyId '134f2428cec14b25a1ae9048164dba47'" },
        { "mrk-fake-key-id", "Invalid keyId 'mrk-fake-key-id'" },
        { MISSING, "Key 'arn:aws:kms:eu-west-1:111122223333:key/" MISSING
                   "' does not exist" },
        { "arn:aws:kms:eu-west-1:111122223333:key/" MISSING,
            "Key 'arn:aws:kms:eu-west-1:111122223333:key/" MISSING
            "' does not exist" },
        { "mrk-d3b95762d3b95762d3b95762d3b95762",
            "Key 'arn:aws:kms:eu-west-1:111122223333:key/"
            "mrk-d3b95762d3b95762d3b95762d3b95762' does not exist" },
        { "arn:aws:kms:us-east-1:111122223333:key/" MISSING,
            "Invalid arn us-east-1" },
        { "arn:aws-cn:kms:eu-west-1:111122223333:key/" MISSING,
            "Invalid arn aws-cn" },
        { "arn:aws:s3:eu-west-1:111122223333:key/" MISSING,
            "Invalid keyId 'arn:aws:s3:eu-west-1:111122223333:key/" MISSING
            "'" },
        { "alias/none",
            "Alias arn:aws:kms:eu-west-1:111122223333:alias/none is not "
            "found." },
        { "arn:aws:kms:eu-west-1:111122223333:alias/none",
            "Alias arn:aws:kms:eu-west-1:111122223333:alias/none is not "
            "found." },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", cases[i].key_id);
        assert_error(a, "NotFoundException", cases[i].message);
    }
}

/* What no alias can be called, and no store could look up. */
static void
impossible_aliases_are_not_found(void **state)
{
    struct asker *a = asker_of(state);
    char name[601];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    (void)ask(a, "DescribeKey", "{'KeyId':'alias/%s'}", name);
    assert_string_equal(answer_text(a, "__type"), "NotFoundException");
    (void)ask(a, "DescribeKey",
        "{'KeyId':'arn:aws:kms:eu-west-1:111122223333:alias/%s'}", name);
    assert_string_equal(answer_text(a, "__type"), "NotFoundException");
    (void)ask(a, "Encrypt", "{'KeyId':'alias/a\\u0000b','Plaintext':'YQ=='}");
    assert_string_equal(answer_text(a, "__type"), "NotFoundException");
}

static void
keys_of_other_accounts_are_denied(void **state)
{
    struct fixture *fixture = *state;
    struct asker other;
    struct key_made key = ask_key(&fixture->asker);
    asker_init(&other, &fixture->api);
    other.access_key_id = API_OTHER_ACCOUNT;
    (void)ask(&other, "DescribeKey", "{'KeyId':'%s'}", key.arn);
    char message[512];
    (void)snprintf(message, sizeof(message),
        "User: arn:aws:iam::" API_OTHER_ACCOUNT
        ":root is not authorized to perform: kms:DescribeKey on resource: %s "
        "because the resource does not exist in this Region, no "
        "resource-based policies allow access, or a resource-based policy "
        "explicitly denies access",
        key.arn);
    assert_error(&other, "AccessDeniedException", message);
    (void)ask(&other, "DescribeKey", "{'KeyId':'%s'}", key.id);
    assert_string_equal(answer_text(&other, "__type"), "NotFoundException");
    assert_answered(ask(&other, "ListKeys", "{}"));
    assert_int_equal(json_count(answer_at(&other, "Keys")), 0);
    asker_reset(&other);
}

static void
regions_do_not_share_keys(void **state)
{
    struct fixture *fixture = *state;
    struct key_made key = ask_key(&fixture->asker);
    fixture->asker.region = "us-gov-west-1";
    (void)ask(&fixture->asker, "DescribeKey", "{'KeyId':'%s'}", key.id);
    char message[256];
    (void)snprintf(message, sizeof(message),
        "Key 'arn:aws-us-gov:kms:us-gov-west-1:" API_ACCOUNT
        ":key/%s' does not exist",
        key.id);
    assert_error(&fixture->asker, "NotFoundException", message);
}

static void
all_keys_come_in_pages_and_once(void **state)
{
    struct asker *a = asker_of(state);
    char made[7][37];
    size_t seen = 0;
    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        memcpy(made[i], ask_key(a).id, sizeof(made[i]));
    char marker[512] = "";
    do {
        if (marker[0] == '\0')
            assert_answered(ask(a, "ListKeys", "{'Limit':3}"));
        else
            assert_answered(
                ask(a, "ListKeys", "{'Limit':3,'Marker':'%s'}", marker));
        size_t count = json_count(answer_at(a, "Keys"));
        assert_in_range(count, 1, 3);
        seen += count;
        (void)snprintf(
            marker, sizeof(marker), "%s", answer_text(a, "NextMarker"));
        assert_int_equal(
            json_get_bool(answer_at(a, "Truncated")), marker[0] != '\0');
    } while (marker[0] != '\0');
    assert_int_equal(seen, ARRAY_LEN(made));
    assert_answered(ask(a, "ListKeys", "{}"));
    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        bool found = false;
        for (size_t j = 0; j < ARRAY_LEN(made); j++) {
            char path[64];
            (void)snprintf(path, sizeof(path), "Keys.%zu.KeyId", j);
            found = found || strcmp(answer_text(a, path), made[i]) == 0;
        }
        assert_true(found);
    }
}

static void
what_is_no_marker_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    static const char *const markers[] = { "x", "AAAA",
        "MTpMaXN0S2V5czo=", "MTpMaXN0QWxpYXNlczphbGlhcy94",
        "MTpMaXN0S2V5czphAGI=" /* a NUL in the item */ };
    for (size_t i = 0; i < ARRAY_LEN(markers); i++) {
        (void)ask(a, "ListKeys", "{'Marker':'%s'}", markers[i]);
        assert_error(a, "InvalidMarkerException", "Invalid marker.");
    }
    struct buf item = { 0 }, marker = { 0 };
    assert_ok(buf_printf(&item, "1:ListKeys:%0600d", 0));
    assert_ok(base64_encode(buf_span(&item), &marker));
    (void)ask(a, "ListKeys", "{'Marker':'%s'}", buf_text(&marker));
    assert_error(a, "InvalidMarkerException", "Invalid marker.");
    buf_reset(&item);
    buf_reset(&marker);
    (void)ask(a, "ListKeys", "{'Limit':0}");
    assert_error(a, "ValidationException",
        "1 validation error detected: Value '0' at 'limit' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1");
}

static void
a_description_can_be_changed(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    assert_answered(ask(a, "UpdateKeyDescription",
        "{'KeyId':'%s','Description':'new words'}", key.id));
    assert_int_equal(a->answer.body.len, 0);
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id));
    assert_string_equal(answer_text(a, "KeyMetadata.Description"), "new words");
    (void)ask(
        a, "UpdateKeyDescription", "{'KeyId':'alias/x','Description':''}");
    assert_error(a, "NotFoundException", "Invalid keyId 'alias/x'");
}

static void
keys_outlive_the_service(void **state)
{
    struct fixture *fixture = *state;
    struct key_made key = ask_key(&fixture->asker);
    api_restart(&fixture->api);
    assert_answered(
        ask(&fixture->asker, "DescribeKey", "{'KeyId':'%s'}", key.arn));
}

/* The store lives on, and its watcher with it. */
static void
a_service_that_could_not_start_leaves_the_store(void **state)
{
    struct fixture *fixture = *state;
    struct api *api = &fixture->api;
    static const uint8_t other[32] = { 8 };
    const struct service_options options = {
        .store = api->store,
        .resource_clock = clock_manual(&api->resource),
        .wire_clock = clock_manual(&api->wire),
        .random = random_system(),
        .root_key = span_of(other, sizeof(other)),
        .default_account = SPAN_LITERAL(API_ACCOUNT),
        .default_region = SPAN_LITERAL(API_REGION),
    };
    const struct store_change change = {
        .key = { .kind = SPAN_LITERAL("key"), .id = SPAN_LITERAL("x") },
    };
    struct service *service = NULL;
    service_free(api->service);
    api->service = NULL;
    assert_int_equal(service_new(&options, &service), STATUS_AUTHENTIC);
    assert_null(service);
    assert_ok(store_commit_wait(api->store, &change, 1));
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_created_key_is_described_as_aws_does),
        FIXTURE_TEST(what_no_key_can_be_is_said_by_name),
        FIXTURE_TEST(references_to_no_key_are_refused_in_aws_words),
        FIXTURE_TEST(impossible_aliases_are_not_found),
        FIXTURE_TEST(keys_of_other_accounts_are_denied),
        FIXTURE_TEST(regions_do_not_share_keys),
        FIXTURE_TEST(all_keys_come_in_pages_and_once),
        FIXTURE_TEST(what_is_no_marker_is_refused),
        FIXTURE_TEST(a_description_can_be_changed),
        FIXTURE_TEST(keys_outlive_the_service),
        FIXTURE_TEST(a_service_that_could_not_start_leaves_the_store),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
