/* SPDX-License-Identifier: Apache-2.0 */
/* Providers under several threads at once, for the thread sanitizer too. */
#include "k8s/kms_v1.h"
#include "k8s/kms_v2.h"
#include "test/check.h"
#include "test/support_kms.h"

#include <pthread.h>

enum { WORKERS = 4, ROUNDS = 60 };

struct shared {
    struct transformer t;
    _Atomic unsigned failures;
};

/* Seals, then opens what it sealed, again and again. */
static void *
work(void *context)
{
    struct shared *shared = context;
    for (int i = 0; i < ROUNDS; i++) {
        struct transform_error error = { 0 };
        struct buf stored = { 0 }, plain = { 0 };
        bool stale = false;
        enum status st =
            transformer_write(&shared->t, SPAN_LITERAL("/registry/secrets/a/b"),
                SPAN_LITERAL("text"), &stored, &error);
        if (st == STATUS_OK)
            st = transformer_read(&shared->t,
                SPAN_LITERAL("/registry/secrets/a/b"), buf_span(&stored),
                &plain, &stale, &error);
        shared->failures +=
            st != STATUS_OK || !span_equal_text(buf_span(&plain), "text");
        buf_reset(&stored);
        buf_reset(&plain);
        transform_error_reset(&error);
    }
    return NULL;
}

static void
start_workers(struct shared *shared, pthread_t *threads)
{
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, shared), 0);
}

static void
join_workers(const pthread_t *threads)
{
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void
a_seed_is_replaced_under_readers_and_writers(void **state)
{
    (void)state;
    static const char *const key_ids[] = { "key-1", "key-2" };
    struct fake_kms fake;
    struct clock_manual time = { 1000 };
    struct kms_v2 *kms = NULL;
    struct transform_error error = { 0 };
    pthread_t threads[WORKERS];
    support_kms_init(&fake);
    struct kms_v2_options options = { SPAN_LITERAL("p"), 3000,
        support_kms_v2(&fake), clock_manual(&time), random_system() };
    assert_ok(kms_v2_new(&options, &kms));
    struct shared shared = { .t = kms_v2_transformer(kms) };
    assert_ok(kms_v2_health(kms, &error));
    start_workers(&shared, threads);
    for (size_t i = 1; i <= 50; i++) {
        struct kms_v2_view view = { 0 };
        fake.key_id = key_ids[i % 2];
        time.now_ms += 20000;
        assert_ok(kms_v2_health(kms, &error));
        assert_ok(kms_v2_look(kms, &view));
        assert_string_equal(buf_text(&view.key_id), key_ids[i % 2]);
        kms_v2_view_reset(&view);
    }
    join_workers(threads);
    assert_int_equal(shared.failures, 0);
    assert_int_equal(fake.decrypt_calls, 0);
    kms_v2_free(kms);
    support_kms_reset(&fake);
}

static void
a_small_cache_of_deks_is_shared(void **state)
{
    (void)state;
    struct fake_kms fake;
    struct clock_manual time = { 1000 };
    struct kms_v1 *kms = NULL;
    struct transform_error error = { 0 };
    pthread_t threads[WORKERS];
    support_kms_init(&fake);
    /* No call is late, however the clock is moved under it. */
    enum { TIMEOUT_MS = 3600 * 1000 };
    struct kms_v1_options options = { SPAN_LITERAL("p"), TIMEOUT_MS, 2,
        support_kms_v1(&fake), clock_manual(&time), random_system() };
    assert_ok(kms_v1_new(&options, &kms));
    struct shared shared = { .t = kms_v1_transformer(kms) };
    start_workers(&shared, threads);
    for (size_t i = 0; i < 20; i++) {
        time.now_ms += 20000;
        assert_ok(kms_v1_health(kms, &error));
    }
    join_workers(threads);
    assert_int_equal(shared.failures, 0);
    assert_int_equal(fake.version_calls, 1);
    assert_int_equal(kms_v1_cached(kms), 2);
    kms_v1_free(kms);
    support_kms_reset(&fake);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_is_replaced_under_readers_and_writers),
        cmocka_unit_test(a_small_cache_of_deks_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
