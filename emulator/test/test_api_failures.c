/* SPDX-License-Identifier: Apache-2.0 */
/* A store that fails under the operations: each failure is an answer, and
 * leaves everything as it was. */
#include "support_api.h"

#include "store/engine.h"

#include <stdio.h>
#include <stdlib.h>

/* Passes all through to a store inside, but for what it is told to fail. */
struct failing {
    struct store base;
    struct store *inner;
    enum status commits, reads; /* STATUS_OK: pass through */
    unsigned commits_seen;
};

static struct failing *
failing_of(struct store *store)
{
    return (struct failing *)(void *)store;
}

static enum status
failing_get(
    struct store *store, const struct store_key *key, struct store_record *out)
{
    struct failing *failing = failing_of(store);
    return failing->reads != STATUS_OK ? failing->reads
                                       : store_get(failing->inner, key, out);
}

static enum status
failing_range(struct store *store, const struct store_key *key,
    struct span after, size_t limit, store_visit_fn *visit, void *context)
{
    struct failing *failing = failing_of(store);
    return failing->reads != STATUS_OK
               ? failing->reads
               : store_range(failing->inner, key, after, limit, visit, context);
}

static enum status
failing_scan(struct store *store, struct span kind, store_visit_key_fn *visit,
    void *context)
{
    return store_scan(failing_of(store)->inner, kind, visit, context);
}

static void
failing_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context)
{
    struct failing *failing = failing_of(store);
    failing->commits_seen++;
    if (failing->commits != STATUS_OK)
        done(context, failing->commits);
    else
        store_commit(failing->inner, changes, count, done, context);
}

static void
failing_barrier(struct store *store, store_done_fn *done, void *context)
{
    store_barrier(failing_of(store)->inner, done, context);
}

static void
failing_watch(struct store *store, store_watch_fn *watch, void *context)
{
    store_watch(failing_of(store)->inner, watch, context);
}

static enum status
failing_clear(struct store *store, struct span account)
{
    return store_clear(failing_of(store)->inner, account);
}

static void
failing_free(struct store *store)
{
    store_free(failing_of(store)->inner);
    free(store);
}

static const struct store_engine engine = {
    .get = failing_get,
    .range = failing_range,
    .scan = failing_scan,
    .commit = failing_commit,
    .barrier = failing_barrier,
    .watch = failing_watch,
    .clear = failing_clear,
    .free = failing_free,
};

static int
set_up(void **state)
{
    static struct fixture fixture;
    struct failing *failing = calloc(1, sizeof(*failing));
    assert_non_null(failing);
    failing->base.engine = &engine;
    assert_ok(store_memory_new(&failing->inner));
    api_start(&fixture.api, &failing->base);
    asker_init(&fixture.asker, &fixture.api);
    *state = &fixture;
    return 0;
}

static struct failing *
store_of(void **state)
{
    return failing_of(((struct fixture *)*state)->api.store);
}

static void
assert_internal(const struct asker *a, const char *message)
{
    assert_int_equal(a->answer.http_status, 500);
    assert_string_equal(answer_text(a, "__type"), "KMSInternalException");
    assert_string_equal(answer_text(a, "message"), message);
}

static const struct {
    const char *operation, *members;
} changes[] = {
    { "CreateAlias", "'AliasName':'alias/new','TargetKeyId':'%s'" },
    { "UpdateAlias", "'AliasName':'alias/old','TargetKeyId':'%s'" },
    { "DeleteAlias", "'AliasName':'alias/old'" },
    { "TagResource", "'KeyId':'%s','Tags':[{'TagKey':'a','TagValue':'b'}]" },
    { "UntagResource", "'KeyId':'%s','TagKeys':['x']" },
    { "DisableKey", "'KeyId':'%s'" },
    { "ScheduleKeyDeletion", "'KeyId':'%s'" },
    { "UpdateKeyDescription", "'KeyId':'%s','Description':'new'" },
    { "PutKeyPolicy",
        "'KeyId':'%s','BypassPolicyLockoutSafetyCheck':true,'Policy':"
        "'{\\'Statement\\':{\\'Effect\\':\\'Deny\\',\\'Principal\\':\\'*\\',"
        "\\'Action\\':\\'*\\',\\'Resource\\':\\'*\\'}}'" },
    { "CreateKey", "'Description':'new'" },
};

static void
ask_change(struct asker *a, size_t i, const char *key_id)
{
    struct buf body = { 0 };
    const char *members = changes[i].members;
    const char *place = strstr(members, "%s");
    struct span before = span_text(members);
    if (place != NULL)
        before = span_first(before, (size_t)(place - members));
    assert_ok(buf_append(&body, before));
    if (place != NULL) {
        assert_ok(buf_append_text(&body, key_id));
        assert_ok(buf_append_text(&body, place + 2));
    }
    (void)ask(a, changes[i].operation, "{%s}", buf_text(&body));
    buf_reset(&body);
}

/* Everything a client can see of the key. */
static void
look(struct asker *a, const char *key_id, struct buf *seen)
{
    static const struct {
        const char *operation, *members;
    } views[] = { { "DescribeKey", "'KeyId':" },
        { "ListResourceTags", "'KeyId':" }, { "GetKeyPolicy", "'KeyId':" },
        { "ListAliases", "'KeyId':" } };
    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        assert_answered(
            ask(a, views[i].operation, "{%s'%s'}", views[i].members, key_id));
        assert_ok(buf_append(seen, buf_span(&a->answer.body)));
    }
    assert_answered(ask(a, "ListKeys", "{}"));
    assert_ok(buf_append(seen, buf_span(&a->answer.body)));
}

static void
check_failed_commits(void **state, enum status status, const char *message)
{
    struct asker *a = asker_of(state);
    struct failing *store = store_of(state);
    struct key_made key = ask_key(a);
    struct buf before = { 0 };
    assert_answered(ask(a, "CreateAlias",
        "{'AliasName':'alias/old','TargetKeyId':'%s'}", key.id));
    look(a, key.id, &before);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct buf after = { 0 };
        store->commits = status;
        ask_change(a, i, key.id);
        assert_internal(a, message);
        store->commits = STATUS_OK;
        look(a, key.id, &after);
        assert_string_equal(buf_text(&after), buf_text(&before));
        buf_reset(&after);
    }
    buf_reset(&before);
}

static void
a_full_disk_is_said_and_changes_nothing(void **state)
{
    check_failed_commits(
        state, STATUS_FULL, "The emulator's store has no space left.");
}

static void
a_broken_disk_is_said_and_changes_nothing(void **state)
{
    check_failed_commits(
        state, STATUS_IO, "The emulator failed: input or output failed.");
}

static void
conflicts_without_end_are_given_up(void **state)
{
    struct asker *a = asker_of(state);
    struct failing *store = store_of(state);
    struct key_made key = ask_key(a);
    store->commits = STATUS_CONFLICT;
    store->commits_seen = 0;
    (void)ask(a, "DisableKey", "{'KeyId':'%s'}", key.id);
    assert_internal(a, "The emulator failed: changed meanwhile.");
    assert_int_equal(store->commits_seen, 4096);
}

static void
records_that_cannot_be_read_are_said(void **state)
{
    struct asker *a = asker_of(state);
    struct failing *store = store_of(state);
    struct key_made key = ask_key(a);
    store->reads = STATUS_IO;
    (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id);
    assert_internal(a, "The emulator failed: input or output failed.");
    (void)ask(a, "ListKeys", "{}");
    assert_internal(a, "The emulator failed: input or output failed.");
    (void)ask(a, "ListAliases", "{}");
    assert_internal(a, "The emulator failed: input or output failed.");
    (void)ask(a, "DisableKey", "{'KeyId':'%s'}", key.id);
    assert_internal(a, "The emulator failed: input or output failed.");
    store->reads = STATUS_OK;
    assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id));
}

static void
records_of_another_make_are_said(void **state)
{
    static const struct {
        const char *value, *message;
    } cases[] = {
        { "{\"v\":3}", "The emulator failed: made by a newer version." },
        { "{}", "The emulator failed: stored data is damaged." },
        { "no json", "The emulator failed: stored data is damaged." },
        { "{\"v\":1,\"state\":\"Enabled\"}",
            "The emulator failed: stored data is damaged." },
    };
    struct asker *a = asker_of(state);
    struct key_made key = ask_key(a);
    struct store *inner = store_of(state)->inner;
    struct store_change put = {
        .key = { SPAN_LITERAL(API_ACCOUNT), SPAN_LITERAL(API_REGION),
            SPAN_LITERAL("key"), span_text(key.id) },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct store_record record = { 0 };
        assert_ok(store_get(inner, &put.key, &record));
        put.expected_version = record.version;
        put.value = span_text(cases[i].value);
        assert_ok(store_commit_wait(inner, &put, 1));
        (void)ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id);
        assert_internal(a, cases[i].message);
        store_record_reset(&record);
    }
}

/* The moment between a reset of the store and the watcher's word of it: what
 * is at hand is of keys that are no longer there. */
static void
a_key_that_goes_while_it_is_used_is_not_found(void **state)
{
    struct asker *a = asker_of(state);
    static const char *const operations[] = { "Encrypt", "GenerateDataKey",
        "Decrypt" };
    for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
        char blob[512], missing[256];
        struct key_made key = ask_key(a);
        assert_answered(
            ask(a, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key.id));
        (void)snprintf(
            blob, sizeof(blob), "%s", answer_text(a, "CiphertextBlob"));
        (void)snprintf(
            missing, sizeof(missing), "Key '%s' does not exist", key.arn);
        api_restart(a->api);
        assert_answered(ask(a, "DescribeKey", "{'KeyId':'%s'}", key.id));
        store_watch(a->api->store, NULL, NULL);
        assert_ok(store_clear(a->api->store, span_text(API_ACCOUNT)));
        (void)ask(a, operations[i],
            "{'KeyId':'%s','Plaintext':'aGk=','NumberOfBytes':1,"
            "'CiphertextBlob':'%s'}",
            key.id, blob);
        assert_error(a, "NotFoundException", missing);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_full_disk_is_said_and_changes_nothing),
        TEST(a_broken_disk_is_said_and_changes_nothing),
        TEST(conflicts_without_end_are_given_up),
        TEST(records_that_cannot_be_read_are_said),
        TEST(records_of_another_make_are_said),
        FIXTURE_TEST(a_key_that_goes_while_it_is_used_is_not_found),
    };
    return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
