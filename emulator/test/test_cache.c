/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cache.h"
#include "test/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* A value that counts its references, and all that live. */
struct value {
    atomic_int references;
    int number;
};

static atomic_int living;

static void *
ref(void *value)
{
    atomic_fetch_add(&((struct value *)value)->references, 1);
    return value;
}

static void
unref(void *value)
{
    if (atomic_fetch_sub(&((struct value *)value)->references, 1) != 1)
        return;
    atomic_fetch_sub(&living, 1);
    free(value);
}

static const struct cache_type type = { ref, unref };

static struct cache *
cache_of(size_t limit)
{
    struct cache *cache = NULL;
    assert_ok(cache_new(&type, limit, &cache));
    return cache;
}

static struct value *
value_of(int number)
{
    struct value *value = malloc(sizeof(*value));
    if (value == NULL)
        abort();
    atomic_init(&value->references, 1);
    value->number = number;
    atomic_fetch_add(&living, 1);
    return value;
}

static void
put(struct cache *cache, const char *key, int number, size_t size)
{
    struct value *value = value_of(number);
    cache_put(cache, span_text(key), value, size,
        cache_ticket(cache, span_text(key)));
    unref(value);
}

/* The number under a key, or -1. */
static int
get(struct cache *cache, const char *key)
{
    struct value *value = cache_get(cache, span_text(key));
    int number = value == NULL ? -1 : value->number;
    if (value != NULL)
        unref(value);
    return number;
}

static void
values_are_found_replaced_and_dropped(void **state)
{
    (void)state;
    struct cache *cache = cache_of(1600);
    put(cache, "a", 1, 1);
    put(cache, "b", 2, 1);
    assert_int_equal(get(cache, "a"), 1);
    put(cache, "a", 3, 1);
    assert_int_equal(get(cache, "a"), 3);
    assert_int_equal(get(cache, "b"), 2);
    assert_int_equal(get(cache, "ab"), -1);
    assert_int_equal(get(cache, ""), -1);
    cache_drop(cache, SPAN_LITERAL("a"));
    assert_int_equal(get(cache, "a"), -1);
    cache_drop_all(cache);
    assert_int_equal(get(cache, "b"), -1);
    assert_int_equal(atomic_load(&living), 0);
    cache_free(cache);
}

static void
limit_bounds_what_lives(void **state)
{
    (void)state;
    struct cache *cache = cache_of(160);
    for (int i = 0; i < 2000; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "%d", i);
        put(cache, key, i, 1 + (size_t)i % 3);
        assert_true(atomic_load(&living) <= 160);
    }
    assert_true(atomic_load(&living) > 40);
    put(cache, "too large for any part", 1, 161);
    assert_int_equal(get(cache, "too large for any part"), -1);
    cache_free(cache);
    assert_int_equal(atomic_load(&living), 0);
}

static void
what_is_used_outlives_what_is_not(void **state)
{
    (void)state;
    struct cache *cache = cache_of(160);
    put(cache, "hot", 7, 1);
    for (int i = 0; i < 2000; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "%d", i);
        put(cache, key, i, 1);
        assert_int_equal(get(cache, "hot"), 7);
    }
    assert_int_equal(get(cache, "0"), -1);
    cache_free(cache);
}

static void
put_after_a_drop_since_its_ticket_is_void(void **state)
{
    (void)state;
    struct cache *cache = cache_of(160);
    struct span key = SPAN_LITERAL("key");
    struct value *old = value_of(1);
    uint64_t ticket = cache_ticket(cache, key);
    cache_drop(cache, key);
    cache_put(cache, key, old, 1, ticket);
    assert_int_equal(get(cache, "key"), -1);
    ticket = cache_ticket(cache, key);
    cache_drop_all(cache);
    cache_put(cache, key, old, 1, ticket);
    assert_int_equal(get(cache, "key"), -1);
    cache_put(cache, key, old, 1, cache_ticket(cache, key));
    assert_int_equal(get(cache, "key"), 1);
    unref(old);
    cache_free(cache);
}

static void
value_in_use_survives_its_eviction(void **state)
{
    (void)state;
    struct cache *cache = cache_of(160);
    put(cache, "key", 5, 1);
    struct value *held = cache_get(cache, SPAN_LITERAL("key"));
    cache_free(cache);
    assert_int_equal(held->number, 5);
    unref(held);
    assert_int_equal(atomic_load(&living), 0);
}

enum { THREADS = 4, ROUNDS = 3000 };

static void *
use(void *cache)
{
    unsigned draw = 1;
    for (int i = 0; i < ROUNDS; i++) {
        char key[16];
        draw = draw * 1103515245U + 12345U;
        int number = (int)(draw >> 16) % 64;
        (void)snprintf(key, sizeof(key), "%d", number);
        int found = get(cache, key);
        if (found != -1 && found != number)
            return cache;
        if (found == -1)
            put(cache, key, number, 1);
        if (i % 16 == 0)
            cache_drop(cache, span_text(key));
    }
    return NULL;
}

static void
many_threads_find_only_what_was_put(void **state)
{
    (void)state;
    struct cache *cache = cache_of(48);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use, cache), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    cache_free(cache);
    assert_int_equal(atomic_load(&living), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_replaced_and_dropped),
        cmocka_unit_test(limit_bounds_what_lives),
        cmocka_unit_test(what_is_used_outlives_what_is_not),
        cmocka_unit_test(put_after_a_drop_since_its_ticket_is_void),
        cmocka_unit_test(value_in_use_survives_its_eviction),
        cmocka_unit_test(many_threads_find_only_what_was_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
