/* SPDX-License-Identifier: Apache-2.0 */
/* Decrypts that share a call, over a KMS that is played by a script. */
#include "crypt/coalesce.h"

#include "base/log.h"
#include "scripted_kms.h"
#include "test/check.h"

#include <poll.h>
#include <stdio.h>

enum { PATIENCE_MS = 20000, SHORT_MS = 100 };

struct lab {
    struct kms_client *kms;
    struct metrics *metrics;
    struct crypt crypt;
    struct coalesce *table;
    struct monitor monitor;
    unsigned told; /* of all waiters */
};

struct waiter {
    struct coalesce_call call;
    struct lab *lab;
    unsigned told;
    struct failure failure;
    struct buf plain;
};

static const struct scripted_reply answers = { .mode = SCRIPTED_ANSWER };
static const struct scripted_reply hangs = { .mode = SCRIPTED_HANG };
static const struct scripted_reply denied = { SCRIPTED_FAIL, KMS_FAILURE_ANSWER,
    400, "AccessDeniedException", "no", NULL, NULL };

static struct lab *
open_lab(bool share, struct scripted_reply reply)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    assert_non_null(lab);
    assert_ok(monitor_init(&lab->monitor));
    assert_ok(kms_client_new(NULL, &lab->kms));
    scripted_set_all(lab->kms, reply);
    assert_ok(metrics_new(&lab->metrics));
    lab->crypt = (struct crypt){ .kms = lab->kms, .key_id = SPAN_LITERAL("k") };
    assert_ok(
        metrics_add_key(lab->metrics, lab->crypt.key_id, &lab->crypt.metrics));
    const struct coalesce_options options = { &lab->crypt, share,
        lab->metrics };
    assert_ok(coalesce_new(&options, &lab->table));
    return lab;
}

static void
close_lab(struct lab *lab)
{
    kms_client_free(lab->kms);
    coalesce_free(lab->table);
    metrics_free(lab->metrics);
    monitor_reset(&lab->monitor);
    free(lab);
}

static void
note_told(
    void *context, const struct failure *failure, const struct kms_result *r)
{
    struct waiter *w = context;
    monitor_lock(&w->lab->monitor);
    w->told++;
    w->lab->told++;
    w->failure = *failure;
    assert_ok(buf_append(&w->plain, buf_span(&r->bytes)));
    monitor_signal(&w->lab->monitor);
    monitor_unlock(&w->lab->monitor);
}

static enum status
try_start(struct lab *lab, struct waiter *w, enum metrics_version version,
    const char *bytes, int64_t limit_ms)
{
    struct clock clock = clock_monotonic();
    *w = (struct waiter){ .lab = lab };
    w->call = (struct coalesce_call){ .version = version,
        .deadline_ms = clock_ms(&clock) + limit_ms,
        .done = note_told,
        .context = w };
    return coalesce_start(lab->table, &w->call, span_text(bytes));
}

static void
start(struct lab *lab, struct waiter *w, const char *bytes, int64_t limit_ms)
{
    assert_ok(try_start(lab, w, METRICS_V2, bytes, limit_ms));
}

static void
wait_told(struct waiter *w)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PATIENCE_MS;
    monitor_lock(&w->lab->monitor);
    while (w->told == 0 && monitor_wait(&w->lab->monitor, end_ms))
        ;
    assert_int_equal(w->told, 1);
    monitor_unlock(&w->lab->monitor);
}

static void
ends(struct waiter *w, enum grpc_code code, const char *plain)
{
    wait_told(w);
    assert_int_equal(w->failure.code, code);
    assert_string_equal(buf_text(&w->plain), plain);
    buf_reset(&w->plain);
}

static unsigned
started(struct lab *lab)
{
    return scripted_started(lab->kms, KMS_DECRYPT, KMS_LANE_TRAFFIC);
}

/* Of the script: 0x01 and the plaintext with every bit turned. */
#define SEALED_AB "\x01\x9e\x9d"
#define SEALED_C "\x01\x9c"

static void
assert_joined(struct lab *lab, unsigned count)
{
    struct buf text = { 0 }, wanted = { 0 };
    buf_say(
        &wanted, "aws_kms_plugin_decrypts_joined_total{key=\"k\"} %u\n", count);
    assert_ok(metrics_render(lab->metrics, METRICS_TEXT, &text));
    assert_non_null(strstr(buf_text(&text), buf_text(&wanted)));
    buf_reset(&text);
    buf_reset(&wanted);
}

static void
calls_for_the_same_bytes_share_one(void **state)
{
    (void)state;
    static struct waiter waiters[50];
    struct lab *lab = open_lab(true, hangs);
    for (size_t i = 0; i < ARRAY_LEN(waiters); i++)
        start(lab, &waiters[i], SEALED_AB, PATIENCE_MS);
    assert_int_equal(started(lab), 1);
    assert_joined(lab, ARRAY_LEN(waiters) - 1);
    scripted_set_all(lab->kms, answers);
    for (size_t i = 0; i < ARRAY_LEN(waiters); i++)
        ends(&waiters[i], GRPC_CODE_OK, "ab");
    assert_int_equal(lab->told, ARRAY_LEN(waiters));
    close_lab(lab);
}

static void
nothing_is_kept_for_a_call_that_comes_later(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, answers);
    struct waiter one, two;
    start(lab, &one, SEALED_AB, PATIENCE_MS);
    ends(&one, GRPC_CODE_OK, "ab");
    start(lab, &two, SEALED_AB, PATIENCE_MS);
    ends(&two, GRPC_CODE_OK, "ab");
    assert_int_equal(started(lab), 2);
    assert_joined(lab, 0);
    close_lab(lab);
}

static void
other_bytes_and_the_other_api_have_their_own(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter one, two, three;
    start(lab, &one, SEALED_AB, PATIENCE_MS);
    start(lab, &two, SEALED_C, PATIENCE_MS);
    assert_ok(try_start(lab, &three, METRICS_V1, SEALED_AB, PATIENCE_MS));
    assert_int_equal(started(lab), 3);
    scripted_set_all(lab->kms, answers);
    ends(&one, GRPC_CODE_OK, "ab");
    ends(&two, GRPC_CODE_OK, "c");
    ends(&three, GRPC_CODE_OK, "ab");
    close_lab(lab);
}

static void
sharing_can_be_off(void **state)
{
    (void)state;
    struct lab *lab = open_lab(false, hangs);
    struct waiter one, two;
    start(lab, &one, SEALED_AB, PATIENCE_MS);
    start(lab, &two, SEALED_AB, PATIENCE_MS);
    assert_int_equal(started(lab), 2);
    scripted_set_all(lab->kms, answers);
    ends(&one, GRPC_CODE_OK, "ab");
    ends(&two, GRPC_CODE_OK, "ab");
    assert_joined(lab, 0);
    close_lab(lab);
}

static void
a_failure_is_everyones(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter one, two;
    start(lab, &one, SEALED_AB, PATIENCE_MS);
    start(lab, &two, SEALED_AB, PATIENCE_MS);
    scripted_set_all(lab->kms, denied);
    ends(&one, GRPC_CODE_PERMISSION_DENIED, "");
    ends(&two, GRPC_CODE_PERMISSION_DENIED, "");
    assert_int_equal(started(lab), 1);
    close_lab(lab);
}

static void
who_goes_takes_nobody_with_him(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter first, second;
    start(lab, &first, SEALED_AB, PATIENCE_MS);
    start(lab, &second, SEALED_AB, PATIENCE_MS);
    coalesce_cancel(&first.call);
    coalesce_cancel(&first.call);
    scripted_set_all(lab->kms, answers);
    ends(&second, GRPC_CODE_OK, "ab");
    wait_told(&first);
    buf_reset(&first.plain);
    assert_int_equal(started(lab), 1);
    assert_int_equal(lab->kms->cancelled, 0);
    close_lab(lab);
}

static void
the_last_who_goes_ends_the_call(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter one, two, later;
    start(lab, &one, SEALED_AB, PATIENCE_MS);
    start(lab, &two, SEALED_AB, PATIENCE_MS);
    coalesce_cancel(&one.call);
    coalesce_cancel(&two.call);
    /* It is ending: nobody gets into it any more. */
    start(lab, &later, SEALED_AB, PATIENCE_MS);
    ends(&one, GRPC_CODE_CANCELLED, "");
    ends(&two, GRPC_CODE_CANCELLED, "");
    assert_int_equal(started(lab), 2);
    scripted_set_all(lab->kms, answers);
    ends(&later, GRPC_CODE_OK, "ab");
    close_lab(lab);
}

static void
who_has_more_time_gets_another_call(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter first, gone, second;
    start(lab, &first, SEALED_AB, SHORT_MS);
    start(lab, &gone, SEALED_AB, PATIENCE_MS);
    start(lab, &second, SEALED_AB, PATIENCE_MS);
    coalesce_cancel(&gone.call);
    ends(&first, GRPC_CODE_DEADLINE_EXCEEDED, "");
    ends(&gone, GRPC_CODE_CANCELLED, "");
    assert_int_equal(started(lab), 2);
    /* And others may still join, and go. */
    struct waiter third;
    start(lab, &third, SEALED_AB, PATIENCE_MS);
    coalesce_cancel(&third.call);
    assert_int_equal(started(lab), 2);
    assert_int_equal(lab->kms->cancelled, 0);
    scripted_set_all(lab->kms, answers);
    ends(&second, GRPC_CODE_OK, "ab");
    ends(&third, GRPC_CODE_OK, "ab");
    close_lab(lab);
}

static void
the_call_that_is_made_again_has_the_time_of_who_has_most(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter first, others[3];
    start(lab, &first, SEALED_AB, SHORT_MS);
    start(lab, &others[0], SEALED_AB, 2 * SHORT_MS);
    start(lab, &others[1], SEALED_AB, PATIENCE_MS);
    start(lab, &others[2], SEALED_AB, 2 * SHORT_MS);
    ends(&first, GRPC_CODE_DEADLINE_EXCEEDED, "");
    (void)poll(NULL, 0, 2 * SHORT_MS);
    assert_int_equal(started(lab), 2);
    scripted_set_all(lab->kms, answers);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        ends(&others[i], GRPC_CODE_OK, "ab");
    close_lab(lab);
}

static void
what_cannot_be_started_again_ends_for_all(void **state)
{
    (void)state;
    struct lab *lab = open_lab(true, hangs);
    struct waiter first, second;
    start(lab, &first, SEALED_AB, SHORT_MS);
    start(lab, &second, SEALED_AB, PATIENCE_MS);
    scripted_refuse(lab->kms, true);
    ends(&first, GRPC_CODE_DEADLINE_EXCEEDED, "");
    ends(&second, GRPC_CODE_DEADLINE_EXCEEDED, "");
    struct waiter refused;
    assert_int_equal(
        try_start(lab, &refused, METRICS_V2, SEALED_AB, PATIENCE_MS),
        STATUS_NO_MEMORY);
    scripted_refuse(lab->kms, false);
    scripted_set_all(lab->kms, answers);
    struct waiter later;
    start(lab, &later, SEALED_AB, PATIENCE_MS);
    ends(&later, GRPC_CODE_OK, "ab");
    assert_int_equal(refused.told, 0);
    close_lab(lab);
}

static void
more_calls_than_the_table_holds_are_answered_all_the_same(void **state)
{
    (void)state;
    enum { COUNT = COALESCE_FLIGHTS_MAX + 8 };
    static struct waiter waiters[COUNT], twin;
    struct lab *lab = open_lab(true, hangs);
    char bytes[16];
    for (unsigned i = 0; i < COUNT; i++) {
        (void)snprintf(bytes, sizeof(bytes), "\x01%05u", i);
        start(lab, &waiters[i], bytes, PATIENCE_MS);
    }
    start(lab, &twin, bytes, PATIENCE_MS); /* of one that nobody can join */
    assert_int_equal(started(lab), COUNT + 1);
    scripted_set_all(lab->kms, answers);
    for (unsigned i = 0; i < COUNT; i++) {
        wait_told(&waiters[i]);
        assert_int_equal(waiters[i].failure.code, GRPC_CODE_OK);
        buf_reset(&waiters[i].plain);
    }
    wait_told(&twin);
    buf_reset(&twin.plain);
    close_lab(lab);
}

/* ---- many threads ---- */

enum { THREADS = 8, ROUNDS = 300 };

static void *
call_and_go(void *context)
{
    struct lab *lab = context;
    static const char *const sealed[] = { SEALED_AB, SEALED_C };
    static const char *const plain[] = { "ab", "c" };
    for (int i = 0; i < ROUNDS; i++) {
        struct waiter w;
        start(lab, &w, sealed[i % 2], i % 5 == 0 ? 0 : PATIENCE_MS);
        if (i % 3 == 0)
            coalesce_cancel(&w.call);
        wait_told(&w);
        if (w.failure.code == GRPC_CODE_OK)
            assert_string_equal(buf_text(&w.plain), plain[i % 2]);
        else
            assert_true(w.failure.code == GRPC_CODE_CANCELLED ||
                        w.failure.code == GRPC_CODE_DEADLINE_EXCEEDED);
        buf_reset(&w.plain);
    }
    return NULL;
}

static void
each_of_many_threads_is_told_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    struct lab *lab = open_lab(true, answers);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, call_and_go, lab), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(lab->told, THREADS * ROUNDS);
    close_lab(lab);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_for_the_same_bytes_share_one),
        cmocka_unit_test(nothing_is_kept_for_a_call_that_comes_later),
        cmocka_unit_test(other_bytes_and_the_other_api_have_their_own),
        cmocka_unit_test(sharing_can_be_off),
        cmocka_unit_test(a_failure_is_everyones),
        cmocka_unit_test(who_goes_takes_nobody_with_him),
        cmocka_unit_test(the_last_who_goes_ends_the_call),
        cmocka_unit_test(who_has_more_time_gets_another_call),
        cmocka_unit_test(
            the_call_that_is_made_again_has_the_time_of_who_has_most),
        cmocka_unit_test(what_cannot_be_started_again_ends_for_all),
        cmocka_unit_test(
            more_calls_than_the_table_holds_are_answered_all_the_same),
        cmocka_unit_test(each_of_many_threads_is_told_once),
    };
    log_init("test_coalesce", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("coalesce", tests, NULL, NULL);
}
