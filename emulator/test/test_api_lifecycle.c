/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include <stdio.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static void
assert_state(struct asker *a, const char *key_id, const char *state)
{
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", key_id));
    assert_string_equal(answer_text(a, "KeyMetadata.KeyState"), state);
    assert_int_equal(json_get_bool(answer_at(a, "KeyMetadata.Enabled")),
        strcmp(state, "Enabled") == 0);
}

/* Every use of a key that its state can forbid. */
static const struct {
    const char *operation, *members;
} uses[] = {
    { "Encrypt", "'KeyId':'%s','Plaintext':'aGk='" },
    { "GenerateDataKey", "'KeyId':'%s','KeySpec':'AES_256'" },
    { "GenerateDataKeyWithoutPlaintext", "'KeyId':'%s','KeySpec':'AES_256'" },
    { "ReEncrypt", "'DestinationKeyId':'%s','CiphertextBlob':'%s'" },
    { "Decrypt", "'KeyId':'%s','CiphertextBlob':'%s'" },
};

static void
ask_use(struct asker *a, size_t i, const char *key_id, const char *blob)
{
    struct buf members = { 0 };
    for (const char *c = uses[i].members, *arg = key_id; *c != '\0'; c++) {
        if (c[0] == '%' && c[1] == 's') {
            assert_ok(buf_append_text(&members, arg));
            arg = blob;
            c++;
        } else {
            assert_ok(buf_append_byte(&members, (uint8_t)*c));
        }
    }
    (void)ask(a, uses[i].operation, "{%s}", buf_text(&members));
    buf_reset(&members);
}

static void
make_blob(struct asker *a, const char *key_id, char *blob, size_t size)
{
    assert_answered(
        ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key_id));
    (void)snprintf(blob, size, "%s", answer_text(a, "CiphertextBlob"));
}

static void
a_disabled_key_is_of_no_use(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char blob[1024], message[256];
    make_blob(a, key.id, blob, sizeof(blob));
    assert_answered(ask(a, "DisableKey", "{'KeyId':'%s'}", key.id));
    assert_int_equal(a->answer.body.len, 0);
    assert_state(a, key.id, "Disabled");
    (void)snprintf(message, sizeof(message), "%s is disabled.", key.arn);
    for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
        ask_use(a, i, key.id, blob);
        assert_error(a, "DisabledException", message);
    }
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_error(a, "DisabledException", message);
    assert_answered(ask(a, "EnableKey", "{'KeyId':'%s'}", key.arn));
    assert_state(a, key.id, "Enabled");
    for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
        ask_use(a, i, key.id, blob);
        assert_int_equal(a->answer.http_status, 200);
    }
}

static void
a_key_pending_deletion_is_of_no_use(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char blob[1024], message[256];
    make_blob(a, key.id, blob, sizeof(blob));
    assert_answered(ask(a, "ScheduleKeyDeletion", "{'KeyId':'%s'}", key.id));
    assert_state(a, key.id, "PendingDeletion");
    (void)snprintf(
        message, sizeof(message), "%s is pending deletion.", key.arn);
    for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
        ask_use(a, i, key.id, blob);
        assert_error(a, "KMSInvalidStateException", message);
    }
    static const struct {
        const char *operation, *rest;
    } changes[] = {
        { "EnableKey", "" },
        { "DisableKey", "" },
        { "ScheduleKeyDeletion", "" },
        { "UpdateKeyDescription", ",'Description':'x'" },
        { "TagResource", ",'Tags':[{'TagKey':'a','TagValue':'b'}]" },
        { "UntagResource", ",'TagKeys':['a']" },
    };
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        (void)ask(a, changes[i].operation, "{'KeyId':'%s'%s}", key.id,
            changes[i].rest);
        assert_error(a, "KMSInvalidStateException", message);
    }
    (void)ask(a, "CreateAlias", "{'AliasName':'alias/late','TargetKeyId':'%s'}",
        key.id);
    assert_error(a, "KMSInvalidStateException", message);
    assert_answered(ask(a, "ListResourceTags", "{'KeyId':'%s'}", key.id));
    assert_answered(ask(a, "GetKeyPolicy", "{'KeyId':'%s'}", key.id));
}

static void
deletion_is_scheduled_with_a_window(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    static const int bad[] = { 1, 6, 31, 365 };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        (void)ask(a, "ScheduleKeyDeletion",
            "{'KeyId':'%s','PendingWindowInDays':%d}", key.id, bad[i]);
        assert_error(a, "ValidationException",
            "PendingWindowInDays must be between 7 and 30 inclusive.");
    }
    assert_state(a, key.id, "Enabled");
    assert_answered(ask(a, "ScheduleKeyDeletion",
        "{'KeyId':'%s','PendingWindowInDays':7}", key.id));
    assert_string_equal(answer_text(a, "KeyId"), key.arn);
    assert_string_equal(answer_text(a, "KeyState"), "PendingDeletion");
    assert_int_equal(json_get_int(answer_at(a, "PendingWindowInDays")), 7);
    double date = (double)(API_START_MS + 7 * DAY_MS) / 1000;
    assert_true(json_get_number(answer_at(a, "DeletionDate")) == date);
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id));
    assert_true(
        json_get_number(answer_at(a, "KeyMetadata.DeletionDate")) == date);
}

static void
a_cancelled_deletion_leaves_the_key_disabled(void **state)
{
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    char message[256];
    (void)ask(a, "CancelKeyDeletion", "{'KeyId':'%s'}", key.id);
    (void)snprintf(
        message, sizeof(message), "%s is not pending deletion.", key.arn);
    assert_error(a, "KMSInvalidStateException", message);
    assert_answered(ask(a, "ScheduleKeyDeletion", "{'KeyId':'%s'}", key.id));
    assert_answered(ask(a, "CancelKeyDeletion", "{'KeyId':'%s'}", key.id));
    assert_string_equal(answer_text(a, "KeyId"), key.arn);
    assert_state(a, key.id, "Disabled");
    assert_null(answer_at(a, "KeyMetadata.DeletionDate"));
}

static void
advance(struct fixture *fixture, const char *account, int64_t ms)
{
    int64_t now_ms;
    assert_ok(service_clock_advance(
        fixture->api.service, span_text(account), ms, &now_ms));
}

static void
after_its_time_a_key_is_gone_with_all_it_had(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct key_made key = ask_key(a);
    char blob[1024], message[256];
    make_blob(a, key.id, blob, sizeof(blob));
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/short','TargetKeyId':'%s'}", key.id));
    assert_answered(ask(a, "ScheduleKeyDeletion",
        "{'KeyId':'%s','PendingWindowInDays':7}", key.id));
    advance(fixture, "", 7 * DAY_MS - 1);
    assert_state(a, key.id, "PendingDeletion");
    advance(fixture, "", 1);
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_int_equal(json_count(answer_at(a, "Keys")), 0);
    assert_answered(ask(a, "ListAliases", "{}"));
    assert_int_equal(json_count(answer_at(a, "Aliases")), 0);
    (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id);
    (void)snprintf(
        message, sizeof(message), "Key '%s' does not exist", key.arn);
    assert_error(a, "NotFoundException", message);
    (void)ask(a, "DescribeKey", "{'KeyId':'alias/short'}");
    assert_error(a, "NotFoundException",
        "Alias arn:aws:kms:eu-west-1:111122223333:alias/short is not found.");
    (void)ask(a, "Decrypt", "{'CiphertextBlob':'%s'}", blob);
    assert_string_equal(answer_text(a, "__type"), "AccessDeniedException");
    (void)ask(a, "CancelKeyDeletion", "{'KeyId':'%s'}", key.id);
    assert_error(a, "NotFoundException", message);
    struct key_made next = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/short','TargetKeyId':'%s'}", next.id));
}

static bool
count_record(void *context, const struct store_key *key, uint64_t version,
    struct span value)
{
    (void)key;
    (void)version;
    (void)value;
    ++*(size_t *)context;
    return true;
}

static void
nothing_of_a_gone_key_stays_in_the_store(void **state)
{
    static const char *const kinds[] = { "key", "material", "alias" };
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct key_made key = ask_key(a);
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/short','TargetKeyId':'%s'}", key.id));
    assert_answered(ask(a, "ScheduleKeyDeletion", "{'KeyId':'%s'}", key.id));
    advance(fixture, "", 30 * DAY_MS);
    (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t count = 0;
        assert_ok(store_scan(
            fixture->api.store, span_text(kinds[i]), count_record, &count));
        assert_int_equal(count, 0);
    }
}

static void
time_moves_for_one_account_alone(void **state)
{
    struct fixture *fixture = *state;
    struct service *service = fixture->api.service;
    int64_t now_ms;
    advance(fixture, API_OTHER_ACCOUNT, 400 * DAY_MS);
    assert_ok(service_clock_get(service, span_text(API_ACCOUNT), &now_ms));
    assert_int_equal(now_ms, API_START_MS);
    advance(fixture, "", DAY_MS);
    assert_ok(
        service_clock_get(service, span_text(API_OTHER_ACCOUNT), &now_ms));
    assert_int_equal(now_ms, API_START_MS + 401 * DAY_MS);
    api_restart(&fixture->api);
    service = fixture->api.service;
    assert_ok(
        service_clock_get(service, span_text(API_OTHER_ACCOUNT), &now_ms));
    assert_int_equal(now_ms, API_START_MS + 401 * DAY_MS);
    assert_ok(service_reset(service, span_text(API_OTHER_ACCOUNT)));
    assert_ok(
        service_clock_get(service, span_text(API_OTHER_ACCOUNT), &now_ms));
    assert_int_equal(now_ms, API_START_MS + DAY_MS);
    assert_ok(service_reset(service, span_text("")));
    assert_ok(service_clock_get(service, span_text(""), &now_ms));
    assert_int_equal(now_ms, API_START_MS);
}

static void
time_does_not_go_back_or_wild(void **state)
{
    struct fixture *fixture = *state;
    struct service *service = fixture->api.service;
    int64_t now_ms = 5;
    assert_int_equal(service_clock_advance(service, span_text(""), -1, &now_ms),
        STATUS_INVALID);
    assert_int_equal(
        service_clock_advance(service, span_text("12"), 1, &now_ms),
        STATUS_INVALID);
    assert_int_equal(
        service_clock_advance(service, span_text(""), INT64_MAX, &now_ms),
        STATUS_TOO_LARGE);
    assert_int_equal(
        service_clock_get(service, span_text("1"), &now_ms), STATUS_INVALID);
    assert_int_equal(service_reset(service, span_text("1")), STATUS_INVALID);
    assert_int_equal(now_ms, 5);
    assert_ok(service_clock_get(service, span_text(""), &now_ms));
    assert_int_equal(now_ms, API_START_MS);
}

static void
a_reset_forgets_one_account_or_all(void **state)
{
    struct fixture *fixture = *state;
    struct asker *a = &fixture->asker;
    struct key_made mine = ask_key(a);
    a->access_key_id = API_OTHER_ACCOUNT;
    struct key_made theirs = ask_key(a);
    assert_ok(
        service_reset(fixture->api.service, span_text(API_OTHER_ACCOUNT)));
    (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", theirs.id);
    assert_string_equal(answer_text(a, "__type"), "NotFoundException");
    a->access_key_id = API_ACCOUNT;
    assert_state(a, mine.id, "Enabled");
    assert_ok(service_reset(fixture->api.service, span_text("")));
    (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", mine.id);
    assert_string_equal(answer_text(a, "__type"), "NotFoundException");
    (void)ask_key(a);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_disabled_key_is_of_no_use),
        FIXTURE_TEST(a_key_pending_deletion_is_of_no_use),
        FIXTURE_TEST(deletion_is_scheduled_with_a_window),
        FIXTURE_TEST(a_cancelled_deletion_leaves_the_key_disabled),
        FIXTURE_TEST(after_its_time_a_key_is_gone_with_all_it_had),
        FIXTURE_TEST(nothing_of_a_gone_key_stays_in_the_store),
        FIXTURE_TEST(time_moves_for_one_account_alone),
        FIXTURE_TEST(time_does_not_go_back_or_wild),
        FIXTURE_TEST(a_reset_forgets_one_account_or_all),
    };
    return cmocka_run_group_tests_name("lifecycle", tests, NULL, NULL);
}
