/* SPDX-License-Identifier: Apache-2.0 */
/* What store.h promises, asked of every engine. */
#include "support_store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct engine {
    const char *name;
    enum status (*make)(const char *folder, struct store **out);
};

static enum status
make_memory(const char *folder, struct store **out)
{
    (void)folder;
    return store_memory_new(out);
}

static enum status
make_chaos_memory(const char *folder, struct store **out)
{
    struct store *inner = NULL;
    enum status st = make_memory(folder, &inner);
    return st == STATUS_OK ? store_chaos_new(inner, 11, out) : st;
}

static enum status
make_chaos_sqlite(const char *folder, struct store **out)
{
    struct store *inner = NULL;
    enum status st = store_sqlite_new(folder, &inner);
    return st == STATUS_OK ? store_chaos_new(inner, 12, out) : st;
}

static const struct engine engines[] = {
    { "memory", make_memory },
    { "sqlite", store_sqlite_new },
    { "chaos over memory", make_chaos_memory },
    { "chaos over sqlite", make_chaos_sqlite },
};

static char *folder; /* of the running test */

static int
set_up(void **state)
{
    const struct engine *engine = *state;
    struct store *store = NULL;
    folder = support_make_folder();
    enum status st = engine->make(folder, &store);
    *state = store;
    return st == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    store_free(*state);
    support_remove_folder(folder);
    return 0;
}

static void
record_that_is_not_there_has_version_zero(void **state)
{
    (void)support_expect(*state, support_key("1", "r", "k", "id"), NULL);
}

static void
getting_replaces_what_the_record_held(void **state)
{
    struct store_record record = { 0 };
    struct store_key key = support_key("1", "r", "k", "a");
    struct store_key none = support_key("1", "r", "k", "none");
    support_set(*state, key, "value");
    for (int i = 0; i < 3; i++) {
        assert_ok(store_get(*state, &key, &record));
        assert_span_text(buf_span(&record.value), "value");
        assert_ok(store_get(*state, &none, &record));
        assert_int_equal(record.version, 0);
        assert_int_equal(record.value.len, 0);
    }
    store_record_reset(&record);
}

static void
versions_grow_also_across_deletion(void **state)
{
    struct store_key key = support_key("1", "r", "k", "id");
    uint64_t last = 0;
    for (int round = 0; round < 4; round++) {
        struct store_change create = support_put(key, 0, "one");
        assert_ok(support_commit(*state, &create, 1));
        uint64_t version = support_expect(*state, key, "one");
        assert_true(version > last);
        struct store_change update = support_put(key, version, "two");
        assert_ok(support_commit(*state, &update, 1));
        last = support_expect(*state, key, "two");
        assert_true(last > version);
        struct store_change delete = support_delete(key, last);
        assert_ok(support_commit(*state, &delete, 1));
        (void)support_expect(*state, key, NULL);
    }
}

static void
unexpected_version_is_a_conflict_and_changes_nothing(void **state)
{
    struct store_key there = support_key("1", "r", "k", "there");
    struct store_key absent = support_key("1", "r", "k", "absent");
    support_set(*state, there, "old");
    uint64_t old = support_expect(*state, there, "old");
    support_set(*state, there, "new");
    uint64_t version = support_expect(*state, there, "new");
    struct store_change bad[] = {
        support_put(there, 0, "x"),
        support_put(there, old, "x"),
        support_put(there, version + 1, "x"),
        support_put(absent, 1, "x"),
        support_delete(there, 0),
        support_delete(there, old),
        support_delete(absent, version),
        { there, STORE_CHECK, old, { NULL, 0 } },
        { absent, STORE_CHECK, old, { NULL, 0 } },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(
            store_commit_wait(*state, &bad[i], 1), STATUS_CONFLICT);
        assert_int_equal(support_expect(*state, there, "new"), version);
        (void)support_expect(*state, absent, NULL);
    }
}

static void
batch_happens_as_a_whole_or_not_at_all(void **state)
{
    struct store_key a = support_key("1", "r", "k", "a");
    struct store_key b = support_key("1", "r", "other", "b");
    struct store_key c = support_key("2", "", "k", "c");
    support_set(*state, a, "a1");
    support_set(*state, c, "c1");
    uint64_t version_a = support_expect(*state, a, "a1");
    uint64_t version_c = support_expect(*state, c, "c1");
    struct store_change changes[] = {
        support_delete(a, version_a),
        support_put(b, 0, "b1"),
        support_put(c, version_c + 1, "c2"),
    };
    assert_int_equal(support_commit(*state, changes, 3), STATUS_CONFLICT);
    assert_int_equal(support_expect(*state, a, "a1"), version_a);
    (void)support_expect(*state, b, NULL);
    assert_int_equal(support_expect(*state, c, "c1"), version_c);
    changes[2].expected_version = version_c;
    assert_ok(support_commit(*state, changes, 3));
    (void)support_expect(*state, a, NULL);
    (void)support_expect(*state, b, "b1");
    (void)support_expect(*state, c, "c2");
}

static void
check_guards_a_batch_and_changes_nothing(void **state)
{
    struct store_key guard = support_key("1", "r", "k", "guard");
    struct store_key absent = support_key("1", "r", "k", "absent");
    struct store_key other = support_key("1", "r", "k", "other");
    support_set(*state, guard, "value");
    uint64_t version = support_expect(*state, guard, "value");
    struct store_change changes[] = {
        { guard, STORE_CHECK, version, SPAN_LITERAL("ignored") },
        { absent, STORE_CHECK, 0, { NULL, 0 } },
        support_put(other, 0, "1"),
    };
    assert_ok(support_commit(*state, changes, 3));
    assert_int_equal(support_expect(*state, guard, "value"), version);
    (void)support_expect(*state, absent, NULL);
    (void)support_expect(*state, other, "1");
}

static void
any_bytes_are_a_value_and_nearly_any_an_id(void **state)
{
    static const char *const ids[] = { "\x01", "\xff\xff", "/", " ", "é" };
    uint8_t bytes[256];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)i;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct store_record record = { 0 };
        struct store_change put = { support_key("1", "", "k", ids[i]),
            STORE_PUT, 0, span_of(bytes, i == 0 ? 0 : sizeof(bytes)) };
        assert_ok(support_commit(*state, &put, 1));
        assert_ok(store_get(*state, &put.key, &record));
        assert_true(span_equal(buf_span(&record.value), put.value));
        assert_int_not_equal(record.version, 0);
        store_record_reset(&record);
    }
}

/* Ids that a walk saw, with a comma after each. */
struct seen {
    struct buf ids;
    size_t count, stop_after;
};

static bool
see(void *context, struct span id, uint64_t version, struct span value)
{
    struct seen *seen = context;
    assert_int_not_equal(version, 0);
    assert_true(span_equal(id, value));
    assert_ok(buf_append(&seen->ids, id));
    assert_ok(buf_append_byte(&seen->ids, ','));
    return ++seen->count != seen->stop_after;
}

static void
assert_range(struct store *store, struct store_key key, const char *after,
    size_t limit, const char *expected)
{
    struct seen seen = { 0 };
    assert_ok(store_range(store, &key, span_text(after), limit, see, &seen));
    assert_string_equal(buf_text(&seen.ids), expected);
    buf_reset(&seen.ids);
}

static void
put_ids(struct store *store, const char *account, const char *region,
    const char *kind, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        support_set(store, support_key(account, region, kind, ids[i]), ids[i]);
}

static void
range_walks_in_byte_order_from_a_cursor(void **state)
{
    static const char *const ids[] = { "b", "a", "ab", "B", "\xc3\xa9", "c",
        "a/b", "aa" };
    struct store_key key = support_key("1", "r", "k", "");
    put_ids(*state, "1", "r", "k", ids, ARRAY_LEN(ids));
    assert_range(*state, key, "", 100, "B,a,a/b,aa,ab,b,c,\xc3\xa9,");
    assert_range(*state, key, "", 3, "B,a,a/b,");
    assert_range(*state, key, "a/b", 3, "aa,ab,b,");
    assert_range(*state, key, "a/a", 2, "a/b,aa,");
    assert_range(*state, key, "c", 9, "\xc3\xa9,");
    assert_range(*state, key, "\xff", 9, "");
    assert_range(*state, key, "", 0, "");
    struct seen seen = { .stop_after = 2 };
    assert_ok(store_range(*state, &key, SPAN_LITERAL(""), 100, see, &seen));
    assert_string_equal(buf_text(&seen.ids), "B,a,");
    buf_reset(&seen.ids);
}

static void
neighbours_are_not_confused(void **state)
{
    static const char *const places[][4] = {
        { "1", "r", "k", "x" },
        { "11", "r", "k", "x" },
        { "1", "rr", "k", "x" },
        { "1", "r", "kk", "x" },
        { "1", "r", "k", "xx" },
        { "1", "", "k", "x" },
        { "", "", "k", "x" },
        { "", "1", "k", "x" },
        { "1", "k", "r", "x" },
        { "r", "1", "k", "x" },
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        support_set(*state,
            support_key(places[i][0], places[i][1], places[i][2], places[i][3]),
            places[i][3]);
    assert_range(*state, support_key("1", "r", "k", ""), "", 9, "x,xx,");
    for (size_t i = 1; i < ARRAY_LEN(places); i++)
        if (i != 4)
            assert_range(*state,
                support_key(places[i][0], places[i][1], places[i][2], ""), "",
                9, "x,");
    assert_range(*state, support_key("1", "rrr", "k", ""), "", 9, "");
    assert_range(*state, support_key("111", "r", "k", ""), "", 9, "");
}

static bool
see_key(void *context, const struct store_key *key, uint64_t version,
    struct span value)
{
    struct seen *seen = context;
    assert_int_not_equal(version, 0);
    assert_true(span_equal(key->id, value));
    assert_span_text(key->kind, "k");
    assert_ok(buf_printf(&seen->ids, "%.*s:%.*s:%.*s ", SPAN_ARG(key->account),
        SPAN_ARG(key->region), SPAN_ARG(key->id)));
    return ++seen->count != seen->stop_after;
}

static void
scan_visits_one_kind_of_all_accounts(void **state)
{
    static const char *const ids[] = { "a", "b" };
    put_ids(*state, "2", "r", "k", ids, 2);
    put_ids(*state, "1", "s", "k", ids, 2);
    put_ids(*state, "1", "r", "k", ids, 1);
    put_ids(*state, "1", "r", "kk", ids, 2);
    put_ids(*state, "1", "r", "j", ids, 2);
    put_ids(*state, "15", "r", "z", ids, 2);
    put_ids(*state, "", "", "k", ids, 1);
    struct seen seen = { 0 };
    assert_ok(store_scan(*state, SPAN_LITERAL("k"), see_key, &seen));
    assert_string_equal(
        buf_text(&seen.ids), "::a 1:r:a 1:s:a 1:s:b 2:r:a 2:r:b ");
    buf_reset(&seen.ids);
    seen = (struct seen){ .stop_after = 2 };
    assert_ok(store_scan(*state, SPAN_LITERAL("k"), see_key, &seen));
    assert_string_equal(buf_text(&seen.ids), "::a 1:r:a ");
    buf_reset(&seen.ids);
    seen = (struct seen){ 0 };
    assert_ok(store_scan(*state, SPAN_LITERAL("none"), see_key, &seen));
    assert_int_equal(seen.count, 0);
}

static void
sixty_four_changes_fit_and_one_more_does_not(void **state)
{
    struct store_change changes[STORE_BATCH_MAX + 1];
    char ids[STORE_BATCH_MAX + 1][16];
    for (int i = 0; i <= STORE_BATCH_MAX; i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "%02d", i);
        changes[i] = support_put(support_key("1", "r", "k", ids[i]), 0, "v");
    }
    assert_int_equal(
        support_commit(*state, changes, STORE_BATCH_MAX + 1), STATUS_TOO_LARGE);
    (void)support_expect(*state, changes[0].key, NULL);
    assert_ok(support_commit(*state, changes, STORE_BATCH_MAX));
    (void)support_expect(*state, changes[0].key, "v");
    (void)support_expect(*state, changes[STORE_BATCH_MAX - 1].key, "v");
    assert_ok(support_commit(*state, changes, 0));
}

static void
values_have_a_limit(void **state)
{
    struct buf value = { 0 };
    struct store_record record = { 0 };
    uint8_t *place;
    struct store_key key = support_key("1", "r", "k", "big");
    assert_ok(buf_extend(&value, STORE_VALUE_MAX + 1, &place));
    memset(place, 'x', STORE_VALUE_MAX + 1);
    struct store_change put = { key, STORE_PUT, 0, buf_span(&value) };
    assert_int_equal(support_commit(*state, &put, 1), STATUS_TOO_LARGE);
    (void)support_expect(*state, key, NULL);
    put.value.len = STORE_VALUE_MAX;
    assert_ok(support_commit(*state, &put, 1));
    assert_ok(store_get(*state, &key, &record));
    assert_true(span_equal(buf_span(&record.value), put.value));
    store_record_reset(&record);
    buf_reset(&value);
}

static void
keys_out_of_form_are_refused(void **state)
{
    char part[STORE_KEY_PART_MAX + 2];
    struct store_record record = { 0 };
    memset(part, 'p', sizeof(part));
    part[sizeof(part) - 1] = 0;
    struct store_key longest = support_key("1", "r", "k", part + 1);
    struct store_key bad[] = {
        support_key("1", "r", "k", part),
        support_key(part, "r", "k", "id"),
        support_key("1", "r", "", "id"),
        support_key("1", "r", "k", ""),
        { SPAN_LITERAL("1"), SPAN_LITERAL("r"), SPAN_LITERAL("k"),
            SPAN_LITERAL("a\0b") },
        { SPAN_LITERAL("1\0"), SPAN_LITERAL("r"), SPAN_LITERAL("k"),
            SPAN_LITERAL("a") },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        enum status expected = i < 2 ? STATUS_TOO_LARGE : STATUS_INVALID;
        struct store_change put = support_put(bad[i], 0, "v");
        assert_int_equal(support_commit(*state, &put, 1), expected);
        assert_int_equal(store_get(*state, &bad[i], &record), expected);
    }
    support_set(*state, longest, "v");
    (void)support_expect(*state, longest, "v");
}

static void
key_that_stands_twice_in_a_batch_is_refused(void **state)
{
    struct store_key key = support_key("1", "r", "k", "id");
    struct store_change changes[] = {
        support_put(key, 0, "1"),
        support_put(support_key("1", "r", "k", "other"), 0, "1"),
        { key, STORE_CHECK, 0, { NULL, 0 } },
    };
    assert_int_equal(support_commit(*state, changes, 3), STATUS_INVALID);
    (void)support_expect(*state, key, NULL);
    (void)support_expect(*state, changes[1].key, NULL);
}

enum { THREADS = 6, INCREMENTS = 25 };

static enum status
increment(struct store *store, struct store_key key)
{
    struct store_record record = { 0 };
    char text[16];
    enum status st = store_get(store, &key, &record);
    if (st == STATUS_OK) {
        int value = record.version == 0 ? 0 : atoi(buf_text(&record.value));
        (void)snprintf(text, sizeof(text), "%d", value + 1);
        struct store_change put = support_put(key, record.version, text);
        st = store_commit_wait(store, &put, 1);
    }
    store_record_reset(&record);
    return st;
}

static void *
increment_often(void *store)
{
    for (int done = 0; done < INCREMENTS;) {
        enum status st =
            increment(store, support_key("1", "r", "k", "counter"));
        done += st == STATUS_OK;
        if (st != STATUS_OK && st != STATUS_CONFLICT)
            return store;
    }
    return NULL;
}

static void
run_threads(void *(*body)(void *), void *context)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, body, context), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

static void
concurrent_increments_lose_none(void **state)
{
    char total[16];
    run_threads(increment_often, *state);
    (void)snprintf(total, sizeof(total), "%d", THREADS * INCREMENTS);
    (void)support_expect(*state, support_key("1", "r", "k", "counter"), total);
}

struct race {
    struct store *store;
    atomic_int winners;
};

static void *
try_to_create(void *context)
{
    struct race *race = context;
    struct store_change changes[] = {
        support_put(support_key("1", "r", "k", "first"), 0, "mine"),
        support_put(support_key("1", "r", "k", "second"), 0, "mine"),
    };
    for (int i = 0; i < 20; i++)
        if (store_commit_wait(race->store, changes, 2) == STATUS_OK)
            atomic_fetch_add(&race->winners, 1);
    return NULL;
}

static void
one_of_many_creators_wins(void **state)
{
    struct race race = { .store = *state };
    run_threads(try_to_create, &race);
    assert_int_equal(atomic_load(&race.winners), 1);
}

/* Every reader must find the two records equal: they change together. */
struct pair {
    struct store *store;
    atomic_bool stop, torn;
};

static bool
compare_pair(void *context, struct span id, uint64_t version, struct span value)
{
    struct buf *first = context;
    (void)id;
    (void)version;
    if (first->len == 0)
        return buf_append(first, value) == STATUS_OK;
    return span_equal(buf_span(first), value) ||
           buf_append_text(first, "torn") != STATUS_OK;
}

static void *
watch_pair(void *context)
{
    struct pair *pair = context;
    struct store_key key = support_key("1", "r", "pair", "");
    size_t at;
    while (!atomic_load(&pair->stop)) {
        struct buf first = { 0 };
        enum status st = store_range(
            pair->store, &key, SPAN_LITERAL(""), 9, compare_pair, &first);
        if (st != STATUS_OK ||
            span_search(buf_span(&first), SPAN_LITERAL("torn"), &at))
            atomic_store(&pair->torn, true);
        buf_reset(&first);
    }
    return NULL;
}

static void
readers_never_see_half_a_batch(void **state)
{
    struct pair pair = { .store = *state };
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, watch_pair, &pair), 0);
    for (int i = 0; i < 60; i++) {
        char value[16];
        (void)snprintf(value, sizeof(value), "%d", i);
        struct store_key a = support_key("1", "r", "pair", "a");
        struct store_key b = support_key("1", "r", "pair", "b");
        struct store_record now = { 0 };
        assert_ok(store_get(*state, &a, &now));
        struct store_change changes[] = { support_put(a, now.version, value),
            support_put(b, now.version, value) };
        store_record_reset(&now);
        assert_ok(support_commit(*state, changes, 2));
    }
    atomic_store(&pair.stop, true);
    assert_int_equal(pthread_join(reader, NULL), 0);
    assert_false(atomic_load(&pair.torn));
}

/* What a watcher heard; guarded by its lock. */
struct heard {
    struct store *store;
    pthread_mutex_t lock;
    struct buf events;
    bool not_yet_visible;
};

static void
hear(void *context, const struct store_key *key, uint64_t version)
{
    struct heard *heard = context;
    struct store_record record = { 0 };
    bool visible = key->kind.len == 0 ||
                   (store_get(heard->store, key, &record) == STATUS_OK &&
                       (record.version == version || record.version > version));
    (void)pthread_mutex_lock(&heard->lock);
    heard->not_yet_visible |= !visible;
    assert_ok(buf_printf(&heard->events, "%.*s/%.*s%s ", SPAN_ARG(key->account),
        SPAN_ARG(key->id), version == 0 ? "-" : "+"));
    (void)pthread_mutex_unlock(&heard->lock);
    store_record_reset(&record);
}

static void
watcher_hears_of_each_change_before_it_is_acknowledged(void **state)
{
    struct heard heard = { .store = *state };
    (void)pthread_mutex_init(&heard.lock, NULL);
    store_watch(*state, hear, &heard);
    struct store_key a = support_key("1", "r", "k", "a");
    struct store_key b = support_key("1", "r", "k", "b");
    struct store_change create[] = { support_put(a, 0, "1"),
        support_put(b, 0, "1") };
    assert_ok(support_commit(*state, create, 2));
    assert_string_equal(buf_text(&heard.events), "1/a+ 1/b+ ");
    assert_int_equal(support_commit(*state, create, 2), STATUS_CONFLICT);
    struct store_change change[] = {
        { a, STORE_CHECK, support_expect(*state, a, "1"), { NULL, 0 } },
        support_delete(b, support_expect(*state, b, "1")),
    };
    assert_ok(support_commit(*state, change, 2));
    assert_string_equal(buf_text(&heard.events), "1/a+ 1/b+ 1/b- ");
    assert_ok(store_clear(*state, SPAN_LITERAL("1")));
    assert_string_equal(buf_text(&heard.events), "1/a+ 1/b+ 1/b- 1/- ");
    assert_false(heard.not_yet_visible);
    store_watch(*state, NULL, NULL);
    buf_reset(&heard.events);
    (void)pthread_mutex_destroy(&heard.lock);
}

/* Commits that run at the same time, and their end. */
struct storm {
    struct store *store;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int started, finished, failed;
    bool barrier_came;
    int finished_before_barrier;
};

static void
storm_done(void *context, enum status status)
{
    struct storm *storm = context;
    (void)pthread_mutex_lock(&storm->lock);
    storm->finished++;
    storm->failed += status != STATUS_OK && status != STATUS_CONFLICT;
    (void)pthread_cond_broadcast(&storm->changed);
    (void)pthread_mutex_unlock(&storm->lock);
}

static void
storm_barrier(void *context, enum status status)
{
    struct storm *storm = context;
    (void)pthread_mutex_lock(&storm->lock);
    storm->failed += status != STATUS_OK;
    storm->barrier_came = true;
    storm->finished_before_barrier = storm->finished;
    (void)pthread_cond_broadcast(&storm->changed);
    (void)pthread_mutex_unlock(&storm->lock);
}

static void
start_commits(struct storm *storm, int count)
{
    for (int i = 0; i < count; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "%d", storm->started++);
        struct store_change put =
            support_put(support_key("1", "r", "storm", id), 0, id);
        store_commit(storm->store, &put, 1, storm_done, storm);
    }
}

static void
barrier_comes_after_all_that_was_committed_before(void **state)
{
    struct storm storm = { .store = *state };
    (void)pthread_mutex_init(&storm.lock, NULL);
    (void)pthread_cond_init(&storm.changed, NULL);
    start_commits(&storm, 40);
    store_barrier(*state, storm_barrier, &storm);
    start_commits(&storm, 10);
    (void)pthread_mutex_lock(&storm.lock);
    while (!storm.barrier_came || storm.finished < 50)
        (void)pthread_cond_wait(&storm.changed, &storm.lock);
    (void)pthread_mutex_unlock(&storm.lock);
    assert_int_equal(storm.failed, 0);
    assert_true(storm.finished_before_barrier >= 40);
    (void)pthread_cond_destroy(&storm.changed);
    (void)pthread_mutex_destroy(&storm.lock);
}

static void
freeing_waits_for_commits_under_way(void **state)
{
    struct storm storm = { .store = *state };
    (void)pthread_mutex_init(&storm.lock, NULL);
    (void)pthread_cond_init(&storm.changed, NULL);
    start_commits(&storm, 50);
    store_free(*state);
    *state = NULL;
    assert_int_equal(storm.finished, 50);
    assert_int_equal(storm.failed, 0);
    (void)pthread_cond_destroy(&storm.changed);
    (void)pthread_mutex_destroy(&storm.lock);
}

/* Each done function starts the next commit. */
struct chain {
    struct storm storm;
    int left;
};

static void
chain_next(void *context, enum status status)
{
    struct chain *chain = context;
    char id[16];
    (void)snprintf(id, sizeof(id), "chain %d", chain->left);
    struct store_change put =
        support_put(support_key("1", "r", "k", id), 0, "v");
    if (status == STATUS_CONFLICT) /* made up: once more */
        chain->left++;
    if (chain->left-- == 0)
        storm_done(&chain->storm, status);
    else
        store_commit(chain->storm.store, &put, 1, chain_next, chain);
}

static void
done_functions_may_commit_again(void **state)
{
    struct chain chain = { .storm.store = *state, .left = 100 };
    (void)pthread_mutex_init(&chain.storm.lock, NULL);
    (void)pthread_cond_init(&chain.storm.changed, NULL);
    chain_next(&chain, STATUS_OK);
    (void)pthread_mutex_lock(&chain.storm.lock);
    while (chain.storm.finished == 0)
        (void)pthread_cond_wait(&chain.storm.changed, &chain.storm.lock);
    (void)pthread_mutex_unlock(&chain.storm.lock);
    assert_int_equal(chain.storm.failed, 0);
    (void)support_expect(*state, support_key("1", "r", "k", "chain 1"), "v");
    (void)pthread_cond_destroy(&chain.storm.changed);
    (void)pthread_mutex_destroy(&chain.storm.lock);
}

static void
clearing_an_account_spares_the_others(void **state)
{
    struct store_key mine = support_key("1", "r", "k", "id");
    struct store_key mine_too = support_key("1", "", "z", "id");
    struct store_key longer = support_key("11", "r", "k", "id");
    struct store_key shorter = support_key("0", "r", "k", "id");
    struct store_key whole = support_key("", "", "k", "id");
    struct store_key all[] = { mine, mine_too, longer, shorter, whole };
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        support_set(*state, all[i], "v");
    uint64_t before = support_expect(*state, mine, "v");
    assert_ok(store_clear(*state, SPAN_LITERAL("1")));
    (void)support_expect(*state, mine, NULL);
    (void)support_expect(*state, mine_too, NULL);
    for (size_t i = 2; i < ARRAY_LEN(all); i++)
        (void)support_expect(*state, all[i], "v");
    struct store_change again = support_put(mine, 0, "again");
    assert_ok(support_commit(*state, &again, 1));
    assert_true(support_expect(*state, mine, "again") > before);
}

static void
clearing_all_accounts_spares_records_of_the_store(void **state)
{
    struct store_key one = support_key("1", "r", "k", "id");
    struct store_key last = support_key("\xff\xff", "r", "k", "id");
    struct store_key whole = support_key("", "r", "k", "id");
    support_set(*state, one, "v");
    support_set(*state, last, "v");
    support_set(*state, whole, "v");
    assert_ok(store_clear(*state, SPAN_LITERAL("")));
    (void)support_expect(*state, one, NULL);
    (void)support_expect(*state, last, NULL);
    (void)support_expect(*state, whole, "v");
}

static const struct CMUnitTest facts[] = {
    cmocka_unit_test(record_that_is_not_there_has_version_zero),
    cmocka_unit_test(getting_replaces_what_the_record_held),
    cmocka_unit_test(versions_grow_also_across_deletion),
    cmocka_unit_test(unexpected_version_is_a_conflict_and_changes_nothing),
    cmocka_unit_test(batch_happens_as_a_whole_or_not_at_all),
    cmocka_unit_test(check_guards_a_batch_and_changes_nothing),
    cmocka_unit_test(any_bytes_are_a_value_and_nearly_any_an_id),
    cmocka_unit_test(range_walks_in_byte_order_from_a_cursor),
    cmocka_unit_test(neighbours_are_not_confused),
    cmocka_unit_test(scan_visits_one_kind_of_all_accounts),
    cmocka_unit_test(sixty_four_changes_fit_and_one_more_does_not),
    cmocka_unit_test(values_have_a_limit),
    cmocka_unit_test(keys_out_of_form_are_refused),
    cmocka_unit_test(key_that_stands_twice_in_a_batch_is_refused),
    cmocka_unit_test(concurrent_increments_lose_none),
    cmocka_unit_test(one_of_many_creators_wins),
    cmocka_unit_test(readers_never_see_half_a_batch),
    cmocka_unit_test(watcher_hears_of_each_change_before_it_is_acknowledged),
    cmocka_unit_test(barrier_comes_after_all_that_was_committed_before),
    cmocka_unit_test(freeing_waits_for_commits_under_way),
    cmocka_unit_test(done_functions_may_commit_again),
    cmocka_unit_test(clearing_an_account_spares_the_others),
    cmocka_unit_test(clearing_all_accounts_spares_records_of_the_store),
};

int
main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(facts) * ARRAY_LEN(engines)];
    static char names[ARRAY_LEN(tests)][128];
    for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
        const struct engine *engine = &engines[i / ARRAY_LEN(facts)];
        tests[i] = facts[i % ARRAY_LEN(facts)];
        (void)snprintf(
            names[i], sizeof(names[i]), "%s: %s", engine->name, tests[i].name);
        tests[i].name = names[i];
        tests[i].setup_func = set_up;
        tests[i].teardown_func = tear_down;
        /* cmocka wants a pointer to what set_up only reads. */
        tests[i].initial_state = (void *)(uintptr_t)engine;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
