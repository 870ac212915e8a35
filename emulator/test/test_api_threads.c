/* SPDX-License-Identifier: Apache-2.0 */
/* Many callers at once, over each store: in memory, SQLite, and the one that
 * delays and refuses commits as a distributed store does. */
#include "support_api.h"
#include "support_store.h"

#include <pthread.h>
#include <stdio.h>

enum { THREADS = 8, ROUNDS = 12, CROWD = 24 };

struct worker {
    struct asker asker;
    size_t number;
    const char *key_id;
    pthread_barrier_t *start;
    unsigned statuses[ROUNDS];
    pthread_t thread;
};

typedef void *work_fn(void *worker);

static void
run_many(struct api *api, const char *key_id, work_fn *work,
    struct worker *workers, unsigned count)
{
    pthread_barrier_t start;
    assert_int_equal(pthread_barrier_init(&start, NULL, count), 0);
    for (size_t i = 0; i < count; i++) {
        workers[i] =
            (struct worker){ .number = i, .key_id = key_id, .start = &start };
        asker_init(&workers[i].asker, api);
        assert_int_equal(
            pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        asker_reset(&workers[i].asker);
    }
    (void)pthread_barrier_destroy(&start);
}

static void
run_all(struct api *api, const char *key_id, work_fn *work,
    struct worker workers[THREADS])
{
    run_many(api, key_id, work, workers, THREADS);
}

static void *
make_aliases(void *context)
{
    struct worker *w = context;
    for (int round = 0; round < ROUNDS; round++) {
        (void)pthread_barrier_wait(w->start);
        w->statuses[round] = ask(&w->asker, "CreateAlias",
            "{'AliasName':'alias/r%d','TargetKeyId':'%s'}", round, w->key_id);
    }
    return NULL;
}

/* Each name is one thread's and no other's. */
static void
check_aliases(struct api *api)
{
    struct worker workers[THREADS];
    struct asker a;
    asker_init(&a, api);
    struct key_made key = ask_key(&a);
    run_all(api, key.id, make_aliases, workers);
    for (int round = 0; round < ROUNDS; round++) {
        size_t won = 0;
        for (size_t i = 0; i < THREADS; i++) {
            assert_true(workers[i].statuses[round] == 200 ||
                        workers[i].statuses[round] == 400);
            won += workers[i].statuses[round] == 200;
        }
        assert_int_equal(won, 1);
    }
    assert_answered(ask(&a, "ListAliases", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(&a, "Aliases")), ROUNDS);
    asker_reset(&a);
}

static void *
add_tags(void *context)
{
    struct worker *w = context;
    for (int round = 0; round < ROUNDS / 2; round++) {
        (void)pthread_barrier_wait(w->start);
        w->statuses[round] = ask(&w->asker, "TagResource",
            "{'KeyId':'%s','Tags':[{'TagKey':'t%zu-%d','TagValue':'v'}]}",
            w->key_id, w->number, round);
    }
    return NULL;
}

/* No tag is lost. */
static void
check_tags(struct api *api)
{
    struct worker workers[THREADS];
    struct asker a;
    asker_init(&a, api);
    struct key_made key = ask_key(&a);
    run_all(api, key.id, add_tags, workers);
    for (int round = 0; round < ROUNDS / 2; round++)
        for (size_t i = 0; i < THREADS; i++)
            assert_int_equal(workers[i].statuses[round], 200);
    assert_answered(ask(&a, "ListResourceTags", "{'KeyId':'%s'}", key.id));
    assert_int_equal(json_count(answer_at(&a, "Tags")), THREADS * ROUNDS / 2);
    asker_reset(&a);
}

static void *
tag_again_and_again(void *context)
{
    struct worker *w = context;
    (void)pthread_barrier_wait(w->start);
    for (int round = 0; round < ROUNDS; round++)
        w->statuses[round] = ask(&w->asker, "TagResource",
            "{'KeyId':'%s','Tags':[{'TagKey':'t%zu','TagValue':'%d'}]}",
            w->key_id, w->number, round);
    return NULL;
}

/* However often a caller loses to others, its turn comes. */
static void
check_crowd(struct api *api)
{
    struct worker workers[CROWD];
    struct asker a;
    asker_init(&a, api);
    struct key_made key = ask_key(&a);
    run_many(api, key.id, tag_again_and_again, workers, CROWD);
    for (size_t i = 0; i < CROWD; i++)
        for (int round = 0; round < ROUNDS; round++)
            assert_int_equal(workers[i].statuses[round], 200);
    asker_reset(&a);
}

/* What a thread was told, holds for what it asks next. */
static void *
switch_key(void *context)
{
    struct worker *w = context;
    struct key_made key = ask_key(&w->asker);
    (void)pthread_barrier_wait(w->start);
    for (int round = 0; round < ROUNDS; round++) {
        const char *operation = round % 2 == 0 ? "DisableKey" : "EnableKey";
        w->statuses[round] = 0;
        if (ask(&w->asker, operation, "{'KeyId':'%s'}", key.id) != 200)
            break;
        w->statuses[round] = ask(
            &w->asker, "Encrypt", "{'KeyId':'%s','Plaintext':'aGk='}", key.id);
    }
    return NULL;
}

static void
check_switching(struct api *api)
{
    struct worker workers[THREADS];
    run_all(api, NULL, switch_key, workers);
    for (size_t i = 0; i < THREADS; i++)
        for (int round = 0; round < ROUNDS; round++)
            assert_int_equal(
                workers[i].statuses[round], round % 2 == 0 ? 400 : 200);
}

/* One thread moves an alias to and fro while others use it: they always find
 * a key. */
static void *
use_or_move(void *context)
{
    struct worker *w = context;
    struct key_made other = { "", "" };
    if (w->number == 0)
        other = ask_key(&w->asker);
    (void)pthread_barrier_wait(w->start);
    for (int round = 0; round < ROUNDS; round++)
        w->statuses[round] =
            w->number == 0
                ? ask(&w->asker, "UpdateAlias",
                      "{'AliasName':'alias/moving','TargetKeyId':'%s'}",
                      round % 2 == 0 ? other.id : w->key_id)
                : ask(&w->asker, "Encrypt",
                      "{'KeyId':'alias/moving','Plaintext':'aGk='}");
    return NULL;
}

static void
check_moving(struct api *api)
{
    struct worker workers[THREADS];
    struct asker a;
    asker_init(&a, api);
    struct key_made key = ask_key(&a);
    assert_answered(ask(&a, "CreateAlias",
        "{'AliasName':'alias/moving','TargetKeyId':'%s'}", key.id));
    run_all(api, key.id, use_or_move, workers);
    for (size_t i = 0; i < THREADS; i++)
        for (int round = 0; round < ROUNDS; round++)
            assert_int_equal(workers[i].statuses[round], 200);
    asker_reset(&a);
}

static void
check_on_all(void (*check)(struct api *api))
{
    struct api api;
    struct store *sqlite = NULL;
    char *folder = support_make_folder();
    api_start(&api, NULL);
    check(&api);
    api_stop(&api);
    api_start_chaos(&api, 42);
    check(&api);
    api_stop(&api);
    assert_ok(store_sqlite_new(folder, &sqlite));
    api_start(&api, sqlite);
    check(&api);
    api_stop(&api);
    support_remove_folder(folder);
}

static void
one_of_many_gets_an_alias(void **state)
{
    (void)state;
    check_on_all(check_aliases);
}

static void
no_tag_is_lost_among_many_writers(void **state)
{
    (void)state;
    check_on_all(check_tags);
}

static void
a_crowd_at_one_key_is_served(void **state)
{
    (void)state;
    check_on_all(check_crowd);
}

static void
an_answered_change_is_seen_at_once(void **state)
{
    (void)state;
    check_on_all(check_switching);
}

static void
a_moving_alias_always_names_a_key(void **state)
{
    (void)state;
    check_on_all(check_moving);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_many_gets_an_alias),
        cmocka_unit_test(no_tag_is_lost_among_many_writers),
        cmocka_unit_test(a_crowd_at_one_key_is_served),
        cmocka_unit_test(an_answered_change_is_seen_at_once),
        cmocka_unit_test(a_moving_alias_always_names_a_key),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
