/* SPDX-License-Identifier: Apache-2.0 */
/* Many calls at once: lanes, queues, deadlines, cancelling, stopping. */
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdlib.h>
#include <time.h>

enum { LONG_MS = 30000, MANY = 200, SOON_MS = 100, TRIES = 5 };

#define ANSWER "{\"CiphertextBlob\":\"c2VhbGVk\",\"KeyId\":\"arn:k\"}"
#define HANG "hang"
#define HANG_BASE64 "\"aGFuZw==\""

/* Requests whose plaintext is "hang" get no answer until the test opens the
 * gate; the server counts them, and those that the client closed. */
struct gate {
    pthread_mutex_t lock;
    unsigned hanging, closed;
    int64_t closed_ms; /* when the last one was */
};

static unsigned
read_counter(struct gate *gate, const unsigned *counter)
{
    (void)pthread_mutex_lock(&gate->lock);
    unsigned value = *counter;
    (void)pthread_mutex_unlock(&gate->lock);
    return value;
}

static bool
serve(void *context, const struct server_request *request)
{
    struct gate *gate = context;
    size_t at;
    if (!span_search(request->body, SPAN_LITERAL(HANG_BASE64), &at)) {
        server_answer(request, 200, ANSWER);
        return true;
    }
    (void)pthread_mutex_lock(&gate->lock);
    gate->hanging++;
    (void)pthread_mutex_unlock(&gate->lock);
    bool closed = server_hang(request);
    (void)pthread_mutex_lock(&gate->lock);
    if (closed) {
        gate->closed++;
        gate->closed_ms = test_now_ms();
    }
    (void)pthread_mutex_unlock(&gate->lock);
    return false;
}

struct crowd {
    struct gate gate;
    struct server *server;
    struct credentials *credentials;
    struct kms_client *client;
    struct test_call calls[MANY];
};

static struct crowd f;

static int
set_up_with(size_t connections, size_t calls)
{
    f = (struct crowd){ 0 };
    if (pthread_mutex_init(&f.gate.lock, NULL) != 0)
        return -1;
    f.server = server_new(serve, &f.gate);
    f.credentials = test_credentials();
    for (size_t i = 0; i < MANY; i++)
        test_call_init(&f.calls[i]);
    const struct kms_options options = {
        .endpoint = span_text(server_url(f.server)),
        .region = SPAN_LITERAL(TEST_REGION),
        .credentials = f.credentials,
        .connections_traffic = connections,
        .calls_traffic = calls,
    };
    return kms_client_new(&options, &f.client) == STATUS_OK ? 0 : -1;
}

static int
set_up(void **state)
{
    (void)state;
    return set_up_with(0, 0);
}

static int
set_up_narrow(void **state)
{
    (void)state;
    return set_up_with(1, 3);
}

static int
tear_down(void **state)
{
    (void)state;
    kms_client_free(f.client);
    server_free(f.server);
    credentials_free(f.credentials);
    for (size_t i = 0; i < MANY; i++)
        test_call_reset(&f.calls[i]);
    (void)pthread_mutex_destroy(&f.gate.lock);
    return 0;
}

/* Until the server's counter has come to `value`. */
static void
wait_for(const unsigned *counter, unsigned value)
{
    const struct timespec pause = { 0, 1000000 };
    int64_t limit_ms = test_now_ms() + LONG_MS;
    while (read_counter(&f.gate, counter) != value) {
        assert_true(test_now_ms() < limit_ms);
        (void)nanosleep(&pause, NULL);
    }
}

static void
hang_all(void)
{
    for (size_t i = 0; i < MANY; i++)
        test_encrypt(
            f.client, &f.calls[i], KMS_LANE_TRAFFIC, HANG, 2 * LONG_MS);
    wait_for(&f.gate.hanging, MANY);
}

static void
assert_all_cancelled(void)
{
    for (size_t i = 0; i < MANY; i++) {
        test_wait(&f.calls[i]);
        assert_int_equal(f.calls[i].done, 1);
        assert_int_equal(f.calls[i].failure, KMS_FAILURE_CANCELLED);
        assert_null(f.calls[i].bytes.ptr);
    }
}

/* How long a call takes from start to done. */
static int64_t
time_call(enum kms_lane lane)
{
    struct test_call call;
    test_call_init(&call);
    int64_t start_ms = test_now_ms();
    test_encrypt(f.client, &call, lane, "quick", LONG_MS);
    test_wait(&call);
    int64_t taken_ms = test_now_ms() - start_ms;
    assert_int_equal(call.failure, KMS_FAILURE_NONE);
    test_call_reset(&call);
    return taken_ms;
}

static void
health_answers_within_100_ms_beside_200_hanging_calls(void **state)
{
    (void)state;
    hang_all();
    int64_t best_ms = INT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        int64_t taken_ms = time_call(KMS_LANE_HEALTH);
        best_ms = taken_ms < best_ms ? taken_ms : best_ms;
    }
    assert_true(best_ms < SOON_MS);
    assert_int_equal(read_counter(&f.gate, &f.gate.closed), 0);
}

static void
cancelling_closes_the_request_within_100_ms(void **state)
{
    (void)state;
    hang_all();
    int64_t best_ms = INT64_MAX;
    for (unsigned i = 0; i < TRIES; i++) {
        int64_t start_ms = test_now_ms();
        kms_cancel(f.client, f.calls[i].call);
        test_wait(&f.calls[i]);
        wait_for(&f.gate.closed, i + 1);
        assert_int_equal(f.calls[i].failure, KMS_FAILURE_CANCELLED);
        (void)pthread_mutex_lock(&f.gate.lock);
        if (f.gate.closed_ms - start_ms < best_ms)
            best_ms = f.gate.closed_ms - start_ms;
        (void)pthread_mutex_unlock(&f.gate.lock);
    }
    assert_true(best_ms < SOON_MS);
}

static void
two_hundred_cancelled_calls_end_once_each(void **state)
{
    (void)state;
    hang_all();
    for (size_t i = 0; i < MANY; i++)
        kms_cancel(f.client, f.calls[i].call);
    assert_all_cancelled();
    wait_for(&f.gate.closed, MANY);
    assert_true(time_call(KMS_LANE_TRAFFIC) < LONG_MS);
}

static void
freeing_the_client_ends_each_call_once(void **state)
{
    (void)state;
    hang_all();
    kms_client_free(f.client);
    f.client = NULL;
    assert_all_cancelled();
    wait_for(&f.gate.closed, MANY);
}

static void
two_hundred_quick_calls_all_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        test_encrypt(f.client, &f.calls[i], KMS_LANE_TRAFFIC, "quick", LONG_MS);
    for (size_t i = 0; i < MANY; i++) {
        test_wait(&f.calls[i]);
        assert_int_equal(f.calls[i].failure, KMS_FAILURE_NONE);
        assert_int_equal(f.calls[i].done, 1);
    }
}

/* Each end starts the next, so that a finished call that is not noticed stops
 * its chain until the deadline. */
struct chain {
    struct test_call end;
    unsigned left;
    enum kms_failure failure; /* the first */
};

static void
chain_on(void *context, struct kms_result *result)
{
    struct chain *chain = context;
    if (chain->failure == KMS_FAILURE_NONE)
        chain->failure = result->failure;
    if (chain->left-- == 0) {
        (void)pthread_mutex_lock(&chain->end.lock);
        chain->end.done++;
        (void)pthread_cond_signal(&chain->end.ended);
        (void)pthread_mutex_unlock(&chain->end.lock);
        return;
    }
    const struct kms_input input = {
        .operation = KMS_ENCRYPT,
        .lane = KMS_LANE_TRAFFIC,
        .bytes = SPAN_LITERAL("quick"),
        .deadline_ms = test_now_ms() + LONG_MS,
    };
    if (kms_start(f.client, &input, chain_on, chain, NULL) != STATUS_OK)
        abort();
}

static void
no_end_goes_unnoticed(void **state)
{
    enum { CHAINS = 100, LINKS = 50 };
    static struct chain chains[CHAINS];
    (void)state;
    for (size_t i = 0; i < CHAINS; i++) {
        struct kms_result none = { 0 };
        chains[i] = (struct chain){ .left = LINKS };
        test_call_init(&chains[i].end);
        chain_on(&chains[i], &none);
    }
    for (size_t i = 0; i < CHAINS; i++) {
        test_wait(&chains[i].end);
        assert_int_equal(chains[i].failure, KMS_FAILURE_NONE);
        test_call_reset(&chains[i].end);
    }
}

/* With one connection and room for three calls: */

static void
waiting_calls_end_at_their_deadline_unsent(void **state)
{
    (void)state;
    test_encrypt(f.client, &f.calls[0], KMS_LANE_TRAFFIC, HANG, LONG_MS);
    wait_for(&f.gate.hanging, 1);
    test_encrypt(f.client, &f.calls[1], KMS_LANE_TRAFFIC, "quick", 100);
    test_wait(&f.calls[1]);
    assert_int_equal(f.calls[1].failure, KMS_FAILURE_TIMEOUT);
    assert_string_equal(f.calls[1].message, "no connection was free in time");
    assert_int_equal(server_requests(f.server), 1);
    kms_cancel(f.client, f.calls[0].call);
    test_wait(&f.calls[0]);
    assert_int_equal(f.calls[0].failure, KMS_FAILURE_CANCELLED);
}

static void
waiting_calls_can_be_cancelled_unsent(void **state)
{
    (void)state;
    test_encrypt(f.client, &f.calls[0], KMS_LANE_TRAFFIC, HANG, LONG_MS);
    wait_for(&f.gate.hanging, 1);
    test_encrypt(f.client, &f.calls[1], KMS_LANE_TRAFFIC, "quick", LONG_MS);
    kms_cancel(f.client, f.calls[1].call);
    test_wait(&f.calls[1]);
    assert_int_equal(f.calls[1].failure, KMS_FAILURE_CANCELLED);
    assert_int_equal(server_requests(f.server), 1);
}

static void
a_waiting_call_is_sent_when_another_ends(void **state)
{
    (void)state;
    test_encrypt(f.client, &f.calls[0], KMS_LANE_TRAFFIC, HANG, LONG_MS);
    wait_for(&f.gate.hanging, 1);
    test_encrypt(f.client, &f.calls[1], KMS_LANE_TRAFFIC, "quick", LONG_MS);
    kms_cancel(f.client, f.calls[0].call);
    test_wait(&f.calls[1]);
    assert_int_equal(f.calls[1].failure, KMS_FAILURE_NONE);
}

static void
never_done(void *context, struct kms_result *result)
{
    (void)context;
    (void)result;
    abort();
}

static void
calls_above_the_limit_do_not_start(void **state)
{
    (void)state;
    struct kms_call *call = NULL;
    struct kms_input input = {
        .lane = KMS_LANE_TRAFFIC,
        .bytes = SPAN_LITERAL("one too many"),
        .deadline_ms = test_now_ms() + LONG_MS,
    };
    for (size_t i = 0; i < 3; i++)
        test_encrypt(f.client, &f.calls[i], KMS_LANE_TRAFFIC, HANG, LONG_MS);
    assert_int_equal(kms_start(f.client, &input, never_done, NULL, &call),
        STATUS_UNAVAILABLE);
    assert_null(call);
    assert_true(time_call(KMS_LANE_HEALTH) < LONG_MS);
}

/* Starts and cancels from several threads; done may win or the cancelling. */
static void *
start_and_cancel(void *context)
{
    struct test_call *calls = context;
    for (size_t i = 0; i < MANY / 4; i++)
        test_encrypt(f.client, &calls[i], KMS_LANE_TRAFFIC,
            i % 2 == 0 ? HANG : "quick", LONG_MS);
    for (size_t i = 0; i < MANY / 4; i += 2)
        kms_cancel(f.client, calls[i].call);
    return NULL;
}

static void
threads_can_start_and_cancel_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, start_and_cancel,
                             &f.calls[i * (MANY / 4)]),
            0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < MANY; i++) {
        test_wait(&f.calls[i]);
        assert_int_equal(f.calls[i].done, 1);
        assert_int_equal(f.calls[i].failure,
            i % 2 == 0 ? KMS_FAILURE_CANCELLED : KMS_FAILURE_NONE);
    }
}

/* Ends with the second call asked to end as well. */
static void
cancel_the_second(void *context, struct kms_result *result)
{
    (void)context;
    assert_int_equal(result->failure, KMS_FAILURE_TIMEOUT);
    kms_cancel(f.client, f.calls[1].call);
}

static void
a_call_cancelled_in_the_moment_of_its_end_ends_once(void **state)
{
    (void)state;
    struct kms_call *first = NULL;
    const struct kms_input input = {
        .operation = KMS_ENCRYPT,
        .key_id = SPAN_LITERAL("alias/test"),
        .bytes = SPAN_LITERAL(HANG),
        .deadline_ms = test_now_ms() + 200,
    };
    assert_ok(kms_start(f.client, &input, cancel_the_second, NULL, &first));
    test_start(f.client, &f.calls[1], &input); /* they expire in one pass */
    test_wait(&f.calls[1]);
    assert_int_equal(f.calls[1].failure, KMS_FAILURE_TIMEOUT);
    test_encrypt(f.client, &f.calls[2], KMS_LANE_TRAFFIC, "quick", LONG_MS);
    test_wait(&f.calls[2]);
    assert_int_equal(f.calls[2].failure, KMS_FAILURE_NONE);
    assert_int_equal(f.calls[1].done, 1);
}

#define WIDE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define NARROW(test)                                                           \
    cmocka_unit_test_setup_teardown(test, set_up_narrow, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WIDE(health_answers_within_100_ms_beside_200_hanging_calls),
        WIDE(cancelling_closes_the_request_within_100_ms),
        WIDE(two_hundred_cancelled_calls_end_once_each),
        WIDE(freeing_the_client_ends_each_call_once),
        WIDE(two_hundred_quick_calls_all_answer),
        WIDE(no_end_goes_unnoticed),
        WIDE(threads_can_start_and_cancel_at_once),
        WIDE(a_call_cancelled_in_the_moment_of_its_end_ends_once),
        NARROW(waiting_calls_end_at_their_deadline_unsent),
        NARROW(waiting_calls_can_be_cancelled_unsent),
        NARROW(a_waiting_call_is_sent_when_another_ends),
        NARROW(calls_above_the_limit_do_not_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
