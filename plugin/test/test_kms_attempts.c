/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are tried again: how often, where on, and what stops it. */
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdio.h>
#include <time.h>

#define ERROR_500 "{\"__type\":\"KMSInternalException\",\"message\":\"oops\"}"
#define THROTTLED "{\"__type\":\"ThrottlingException\",\"message\":\"slow\"}"
#define NOT_FOUND "{\"__type\":\"NotFoundException\",\"message\":\"no key\"}"

enum act { ACT_ANSWER, ACT_MEET, ACT_CLOSE, ACT_RESET, ACT_TEAR };

struct step {
    enum act act;
    unsigned http_status;
    const char *headers, *body;
};

#define STEP_GOOD                                                              \
    {                                                                          \
        ACT_ANSWER, 200, "", TEST_ANSWER                                       \
    }
#define STEP_500                                                               \
    {                                                                          \
        ACT_ANSWER, 500, "", ERROR_500                                         \
    }

/* What each request meets in turn; the last step is that of all later ones. */
struct script {
    const struct step *steps;
    size_t count;
    pthread_mutex_t lock;
    size_t at;
    unsigned connections[16]; /* that each request came on */
    char bodies[16][128];
};

static void
remember(struct script *script, const struct server_request *request)
{
    size_t i = script->at % ARRAY_LEN(script->connections);
    script->connections[i] = request->connection;
    (void)snprintf(script->bodies[i], sizeof(script->bodies[i]), "%.*s",
        SPAN_ARG(request->body));
}

/* Two calls are under way at once, each on a connection of its own. */
static void
meet(const struct server_request *request)
{
    const struct timespec pause = { 0, 1000000 };
    int64_t limit_ms = test_now_ms() + TEST_LONG_MS;
    while (server_requests(request->server) < 2 && test_now_ms() < limit_ms)
        (void)nanosleep(&pause, NULL);
}

static bool
play(void *context, const struct server_request *request)
{
    struct script *script = context;
    (void)pthread_mutex_lock(&script->lock);
    size_t at = script->at < script->count ? script->at : script->count - 1;
    const struct step *step = &script->steps[at];
    remember(script, request);
    script->at++;
    (void)pthread_mutex_unlock(&script->lock);
    if (step->act == ACT_MEET)
        meet(request);
    if (step->act == ACT_ANSWER || step->act == ACT_MEET) {
        server_answer_with(
            request, step->http_status, step->headers, step->body);
        return true;
    }
    if (step->act == ACT_RESET)
        server_reset(request);
    if (step->act == ACT_TEAR)
        server_send(request, SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Length: "
                                          "100\r\n\r\n{\"Ci"));
    return false;
}

struct played {
    struct fixture f;
    struct script script;
};

static void
played_init(struct played *p, const struct step *steps, size_t count)
{
    p->script = (struct script){ .steps = steps, .count = count };
    assert_int_equal(pthread_mutex_init(&p->script.lock, NULL), 0);
    fixture_init(&p->f, play, &p->script);
}

static void
played_reset(struct played *p)
{
    fixture_reset(&p->f);
    (void)pthread_mutex_destroy(&p->script.lock);
}

static void
wait_for_requests(struct played *p, unsigned count)
{
    const struct timespec pause = { 0, 1000000 };
    int64_t limit_ms = test_now_ms() + TEST_LONG_MS;
    while (server_requests(p->f.server) < count) {
        assert_true(test_now_ms() < limit_ms);
        (void)nanosleep(&pause, NULL);
    }
}

/* One call in a lane to its end. */
static void
run_call(struct played *p, enum kms_lane lane, enum kms_failure failure,
    unsigned attempts)
{
    struct test_call call;
    test_call_init(&call);
    test_encrypt(p->f.client, &call, lane, "seed", TEST_LONG_MS);
    test_wait(&call);
    if (call.failure != failure || call.attempts != attempts)
        fail_msg("failure %d, %u attempts: %s", (int)call.failure,
            call.attempts, call.message);
    test_call_reset(&call);
}

static void
each_ending_has_its_attempts(void **state)
{
    (void)state;
    static const struct {
        struct step steps[4];
        size_t count;
        enum kms_failure failure;
        unsigned attempts;
    } cases[] = {
        { { STEP_GOOD }, 1, KMS_FAILURE_NONE, 1 },
        { { STEP_500, STEP_GOOD }, 2, KMS_FAILURE_NONE, 2 },
        { { STEP_500, STEP_500, STEP_GOOD }, 3, KMS_FAILURE_NONE, 3 },
        { { STEP_500, STEP_500, STEP_500, STEP_GOOD }, 4, KMS_FAILURE_ANSWER,
            3 },
        { { { ACT_ANSWER, 400, "", THROTTLED }, STEP_GOOD }, 2,
            KMS_FAILURE_NONE, 2 },
        { { { ACT_ANSWER, 400, "", NOT_FOUND }, STEP_GOOD }, 2,
            KMS_FAILURE_ANSWER, 1 },
        { { { ACT_ANSWER, 503, "", "<html>" }, STEP_GOOD }, 2, KMS_FAILURE_NONE,
            2 },
        { { { ACT_ANSWER, 500, "", "" }, STEP_GOOD }, 2, KMS_FAILURE_NONE, 2 },
        { { { ACT_ANSWER, 200, "", "{}" }, STEP_GOOD }, 2,
            KMS_FAILURE_BAD_ANSWER, 1 },
        { { { ACT_CLOSE, 0, "", "" }, STEP_GOOD }, 2, KMS_FAILURE_NONE, 2 },
        { { { ACT_RESET, 0, "", "" }, STEP_GOOD }, 2, KMS_FAILURE_NONE, 2 },
        { { { ACT_TEAR, 0, "", "" }, STEP_GOOD }, 2, KMS_FAILURE_NONE, 2 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct played p;
        played_init(&p, cases[i].steps, cases[i].count);
        run_call(&p, KMS_LANE_TRAFFIC, cases[i].failure, cases[i].attempts);
        assert_int_equal(server_requests(p.f.server), cases[i].attempts);
        played_reset(&p);
    }
}

static void
the_limit_of_attempts_can_be_set(void **state)
{
    (void)state;
    static const struct step steps[] = { STEP_500 };
    for (unsigned limit = 1; limit <= 5; limit += 2) {
        struct played p;
        played_init(&p, steps, ARRAY_LEN(steps));
        fixture_client(
            &p.f, (struct kms_options){ .retry_max_attempts = limit });
        run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_ANSWER, limit);
        played_reset(&p);
    }
}

static void
a_retry_sends_the_same_body_on_a_new_connection_after_a_break(void **state)
{
    (void)state;
    static const struct step steps[] = { STEP_GOOD, { ACT_TEAR, 0, "", "" },
        STEP_500, STEP_GOOD };
    struct played p;
    played_init(&p, steps, ARRAY_LEN(steps));
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 1);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 3);
    assert_int_equal(server_requests(p.f.server), 4);
    for (size_t i = 1; i < 4; i++)
        assert_string_equal(p.script.bodies[0], p.script.bodies[i]);
    assert_int_equal(p.script.connections[1], 1);
    assert_int_equal(p.script.connections[2], 2);
    /* An answer, if only an error, does not cost the connection. */
    assert_int_equal(p.script.connections[3], 2);
    played_reset(&p);
}

/* Others may go to the same peer, which has gone. */
static void
after_a_break_no_idle_connection_is_used(void **state)
{
    (void)state;
    static const struct step steps[] = { { ACT_MEET, 200, "", TEST_ANSWER },
        { ACT_MEET, 200, "", TEST_ANSWER }, { ACT_TEAR, 0, "", "" },
        STEP_GOOD };
    struct played p;
    struct test_call calls[2];
    played_init(&p, steps, ARRAY_LEN(steps));
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        test_call_init(&calls[i]);
        test_encrypt(
            p.f.client, &calls[i], KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    }
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        test_wait(&calls[i]);
        assert_int_equal(calls[i].failure, KMS_FAILURE_NONE);
        test_call_reset(&calls[i]);
    }
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 2);
    assert_in_range(p.script.connections[2], 1, 2);
    assert_int_equal(p.script.connections[3], 3);
    played_reset(&p);
}

static void
a_pause_past_the_deadline_is_not_made(void **state)
{
    (void)state;
    static const struct step steps[] = {
        { ACT_ANSWER, 500, "x-amz-retry-after: 4000\r\n", ERROR_500 }, STEP_GOOD
    };
    struct played p;
    struct test_call call;
    played_init(&p, steps, ARRAY_LEN(steps));
    int64_t start_ms = test_now_ms();
    fixture_encrypt(&p.f, &call, 3900);
    assert_true(test_now_ms() - start_ms < 3900);
    assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
    assert_string_equal(call.error_type, "KMSInternalException");
    assert_int_equal(call.attempts, 1);
    assert_int_equal(server_requests(p.f.server), 1);
    test_call_reset(&call);
    played_reset(&p);
}

static void
a_pause_is_as_long_as_kms_asks(void **state)
{
    (void)state;
    static const struct step steps[] = {
        { ACT_ANSWER, 400, "x-amz-retry-after: 300\r\n", THROTTLED }, STEP_GOOD
    };
    struct played p;
    played_init(&p, steps, ARRAY_LEN(steps));
    int64_t start_ms = test_now_ms();
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 2);
    assert_true(test_now_ms() - start_ms >= 300);
    played_reset(&p);
}

static void
an_empty_bucket_stops_retries_of_its_lane_only(void **state)
{
    (void)state;
    static const struct step steps[] = { STEP_500 };
    struct played p;
    played_init(&p, steps, ARRAY_LEN(steps));
    fixture_client(&p.f, (struct kms_options){ .retry_tokens = 15 });
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_ANSWER, 3);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_ANSWER, 2);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_ANSWER, 1);
    run_call(&p, KMS_LANE_HEALTH, KMS_FAILURE_ANSWER, 3);
    played_reset(&p);
}

static void
successes_allow_retries_again(void **state)
{
    (void)state;
    static const struct step steps[] = { STEP_500, STEP_500, STEP_GOOD,
        STEP_GOOD, STEP_500, STEP_GOOD };
    struct played p;
    played_init(&p, steps, ARRAY_LEN(steps));
    fixture_client(
        &p.f, (struct kms_options){ .retry_tokens = 1, .retry_cost = 1 });
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_ANSWER, 2);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 1);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 1);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 2);
    played_reset(&p);
}

static void
a_retry_that_succeeds_gives_back_what_it_took(void **state)
{
    (void)state;
    static const struct step steps[] = { STEP_500, STEP_GOOD, STEP_500,
        STEP_GOOD };
    struct played p;
    played_init(&p, steps, ARRAY_LEN(steps));
    fixture_client(&p.f, (struct kms_options){ .retry_tokens = 5 });
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 2);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 2);
    played_reset(&p);
}

/* The first request asks for a pause of seconds, others are answered. */
static const struct step slow_steps[] = {
    { ACT_ANSWER, 500, "x-amz-retry-after: 5000\r\n", ERROR_500 }, STEP_GOOD
};

static void
a_pausing_call_holds_no_connection(void **state)
{
    (void)state;
    struct played p;
    struct test_call call;
    played_init(&p, slow_steps, ARRAY_LEN(slow_steps));
    fixture_client(&p.f, (struct kms_options){ .connections_traffic = 1 });
    test_call_init(&call);
    test_encrypt(p.f.client, &call, KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    wait_for_requests(&p, 1);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 1);
    kms_cancel(p.f.client, call.call);
    test_wait(&call);
    assert_int_equal(call.failure, KMS_FAILURE_CANCELLED);
    assert_int_equal(call.attempts, 1);
    assert_int_equal(call.done, 1);
    assert_int_equal(server_requests(p.f.server), 2);
    test_call_reset(&call);
    played_reset(&p);
}

static void
a_pausing_call_ends_with_its_client(void **state)
{
    (void)state;
    struct played p;
    struct test_call call;
    played_init(&p, slow_steps, ARRAY_LEN(slow_steps));
    test_call_init(&call);
    test_encrypt(p.f.client, &call, KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    wait_for_requests(&p, 1);
    kms_client_free(p.f.client);
    p.f.client = NULL;
    assert_int_equal(call.done, 1);
    assert_int_equal(call.failure, KMS_FAILURE_CANCELLED);
    test_call_reset(&call);
    played_reset(&p);
}

static void
a_connection_of_age_is_left_behind(void **state)
{
    (void)state;
    static const struct step steps[] = { STEP_GOOD };
    const struct timespec pause = { 2, 200 * 1000 * 1000 };
    struct played p;
    played_init(&p, steps, ARRAY_LEN(steps));
    fixture_client(&p.f, (struct kms_options){ .connection_max_age_ms = 1000 });
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 1);
    (void)nanosleep(&pause, NULL);
    run_call(&p, KMS_LANE_TRAFFIC, KMS_FAILURE_NONE, 1);
    assert_int_equal(p.script.connections[0], 1);
    assert_int_equal(p.script.connections[1], 2);
    played_reset(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ending_has_its_attempts),
        cmocka_unit_test(the_limit_of_attempts_can_be_set),
        cmocka_unit_test(
            a_retry_sends_the_same_body_on_a_new_connection_after_a_break),
        cmocka_unit_test(after_a_break_no_idle_connection_is_used),
        cmocka_unit_test(a_pause_past_the_deadline_is_not_made),
        cmocka_unit_test(a_pause_is_as_long_as_kms_asks),
        cmocka_unit_test(an_empty_bucket_stops_retries_of_its_lane_only),
        cmocka_unit_test(successes_allow_retries_again),
        cmocka_unit_test(a_retry_that_succeeds_gives_back_what_it_took),
        cmocka_unit_test(a_pausing_call_holds_no_connection),
        cmocka_unit_test(a_pausing_call_ends_with_its_client),
        cmocka_unit_test(a_connection_of_age_is_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
