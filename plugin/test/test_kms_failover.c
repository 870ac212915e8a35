/* SPDX-License-Identifier: Apache-2.0 */
/* One multi-Region key, two places: calls go where it can be used. */
#include "base/clock.h"
#include "kms/breaker.h"
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdio.h>
#include <time.h>

#define HOME "eu-central-1"
#define AWAY "us-east-1"
#define KEY_IN(region) "arn:aws:kms:" region ":111122223333:key/mrk-1"
#define ERROR_500 "{\"__type\":\"KMSInternalException\",\"message\":\"oops\"}"
#define THROTTLED "{\"__type\":\"ThrottlingException\",\"message\":\"slow\"}"
#define NOT_FOUND "{\"__type\":\"NotFoundException\",\"message\":\"no key\"}"

enum mood {
    MOOD_GOOD,
    MOOD_RESET,
    MOOD_HANG,
    MOOD_500,
    MOOD_THROTTLED,
    MOOD_THROTTLED_503,
    MOOD_NOT_FOUND,
    MOOD_OTHER_KEY,
    MOOD_AHEAD /* its clock is an hour ahead */
};

/* A Region's KMS. */
struct region {
    const char *name;
    _Atomic enum mood mood;
    struct server *server;
    pthread_mutex_t lock;
    char body[256], scope[256]; /* of the last request */
};

static bool
answer_well(const struct region *region, const struct server_request *request)
{
    char body[256];
    (void)snprintf(body, sizeof(body),
        "{\"CiphertextBlob\":\"c2VhbGVk\",\"Plaintext\":\"b3Blbg==\","
        "\"KeyId\":\"arn:aws:kms:%s:111122223333:key/mrk-%d\"}",
        region->name, region->mood == MOOD_OTHER_KEY ? 2 : 1);
    server_answer(request, 200, body);
    return true;
}

static bool
judge_time(const struct region *region, const struct server_request *request)
{
    enum { HOUR_S = 3600, TOLERATED_MS = 300 * 1000 };
    char date[64];
    int64_t signed_ms = 0;
    time_t now = time(NULL) + HOUR_S;
    struct tm t;
    assert_non_null(gmtime_r(&now, &t));
    (void)strftime(
        date, sizeof(date), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &t);
    assert_ok(
        clock_parse_amz(server_header(request, "x-amz-date"), &signed_ms));
    if ((int64_t)now * 1000 - signed_ms < TOLERATED_MS)
        return answer_well(region, request);
    server_answer_with(
        request, 400, date, "{\"__type\":\"RequestTimeTooSkewed\"}");
    return true;
}

static bool
serve(void *context, const struct server_request *request)
{
    struct region *region = context;
    (void)pthread_mutex_lock(&region->lock);
    (void)snprintf(
        region->body, sizeof(region->body), "%.*s", SPAN_ARG(request->body));
    (void)snprintf(region->scope, sizeof(region->scope), "%.*s",
        SPAN_ARG(server_header(request, "authorization")));
    (void)pthread_mutex_unlock(&region->lock);
    enum mood mood = region->mood; /* clang switches on nothing atomic */
    switch (mood) {
    case MOOD_GOOD:
    case MOOD_OTHER_KEY:
        return answer_well(region, request);
    case MOOD_RESET:
        server_reset(request);
        return false;
    case MOOD_HANG:
        (void)server_hang(request);
        return false;
    case MOOD_500:
        server_answer(request, 500, ERROR_500);
        return true;
    case MOOD_THROTTLED:
        server_answer(request, 400, THROTTLED);
        return true;
    case MOOD_THROTTLED_503:
        server_answer(request, 503, THROTTLED);
        return true;
    case MOOD_NOT_FOUND:
        server_answer(request, 400, NOT_FOUND);
        return true;
    case MOOD_AHEAD:
        return judge_time(region, request);
    }
    return false;
}

static struct region home, away;
static struct credentials *credentials;
static struct kms_client *client;

static void
start_region(struct region *region, const char *name)
{
    *region = (struct region){ .name = name };
    assert_int_equal(pthread_mutex_init(&region->lock, NULL), 0);
    region->server = server_new(serve, region);
}

static int
set_up(void **state)
{
    (void)state;
    start_region(&home, HOME);
    start_region(&away, AWAY);
    credentials = test_credentials();
    const struct kms_place other = { SPAN_LITERAL(AWAY),
        span_text(server_url(away.server)) };
    const struct kms_options options = {
        .endpoint = span_text(server_url(home.server)),
        .region = SPAN_LITERAL(HOME),
        .credentials = credentials,
        .random = test_no_pause(),
        .failovers = &other,
        .failover_count = 1,
    };
    return kms_client_new(&options, &client) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    kms_client_free(client);
    credentials_free(credentials);
    server_free(home.server);
    server_free(away.server);
    (void)pthread_mutex_destroy(&home.lock);
    (void)pthread_mutex_destroy(&away.lock);
    return 0;
}

/* One call to its end; the caller resets it. */
static void
run(struct test_call *call, enum kms_operation operation, const char *key,
    int64_t timeout_ms)
{
    test_call_init(call);
    test_start(client, call,
        &(struct kms_input){ .operation = operation,
            .lane = KMS_LANE_TRAFFIC,
            .key_id = span_text(key),
            .bytes = SPAN_LITERAL("seed"),
            .deadline_ms = test_now_ms() + timeout_ms });
    test_wait(call);
    assert_int_equal(call->done, 1);
}

/* An Encrypt that succeeds; where, and by how many attempts. */
static void
works(const char *region, unsigned attempts)
{
    struct test_call call;
    run(&call, KMS_ENCRYPT, KEY_IN(HOME), TEST_LONG_MS);
    if (call.failure != KMS_FAILURE_NONE)
        fail_msg("failure %d: %s", (int)call.failure, call.message);
    assert_string_equal(call.region, region);
    assert_int_equal(call.attempts, attempts);
    assert_string_equal(buf_text(&call.key_arn), KEY_IN(HOME));
    test_call_reset(&call);
}

static void
fails(const char *key, enum kms_failure failure, unsigned attempts)
{
    struct test_call call;
    run(&call, KMS_ENCRYPT, key, TEST_LONG_MS);
    if (call.failure != failure || call.attempts != attempts)
        fail_msg("failure %d, %u attempts: %s", (int)call.failure,
            call.attempts, call.message);
    assert_null(call.bytes.ptr);
    assert_null(call.key_arn.ptr);
    test_call_reset(&call);
}

static void
home_is_asked_while_it_is_well(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        works(HOME, 1);
    assert_int_equal(server_connections(away.server), 0);
}

/* What the last request there was. */
static void
assert_asked(struct region *region, const char *body, const char *scope)
{
    (void)pthread_mutex_lock(&region->lock);
    assert_string_equal(region->body, body);
    assert_non_null(strstr(region->scope, scope));
    (void)pthread_mutex_unlock(&region->lock);
}

static void
the_next_region_answers_when_home_is_down(void **state)
{
    (void)state;
    static const enum mood moods[] = { MOOD_RESET, MOOD_500 };
    for (size_t i = 0; i < ARRAY_LEN(moods); i++) {
        home.mood = moods[i];
        works(AWAY, 2);
        /* The same key by its name there, signed for there. */
        assert_asked(&away,
            "{\"KeyId\":\"" KEY_IN(AWAY) "\",\"Plaintext\":\"c2VlZA==\"}",
            "/" AWAY "/kms/");
        assert_asked(&home,
            "{\"KeyId\":\"" KEY_IN(HOME) "\",\"Plaintext\":\"c2VlZA==\"}",
            "/" HOME "/kms/");
    }
}

static void
a_decrypt_moves_as_well(void **state)
{
    (void)state;
    struct test_call call;
    home.mood = MOOD_RESET;
    run(&call, KMS_DECRYPT, "", TEST_LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_NONE);
    assert_string_equal(buf_text(&call.bytes), "open");
    assert_string_equal(call.region, AWAY);
    assert_string_equal(buf_text(&call.key_arn), KEY_IN(HOME));
    assert_asked(&away, "{\"CiphertextBlob\":\"c2VlZA==\"}", "/" AWAY "/kms/");
    test_call_reset(&call);
}

static void
a_silent_home_costs_half_of_the_time(void **state)
{
    (void)state;
    struct test_call call;
    home.mood = MOOD_HANG;
    int64_t start_ms = test_now_ms();
    run(&call, KMS_ENCRYPT, KEY_IN(HOME), 2000);
    assert_true(test_now_ms() - start_ms >= 1000);
    assert_int_equal(call.failure, KMS_FAILURE_NONE);
    assert_string_equal(call.region, AWAY);
    assert_int_equal(call.attempts, 2);
    test_call_reset(&call);
}

static void
a_call_that_is_silent_everywhere_ends_at_its_deadline(void **state)
{
    (void)state;
    struct test_call call;
    home.mood = away.mood = MOOD_HANG;
    int64_t start_ms = test_now_ms();
    run(&call, KMS_ENCRYPT, KEY_IN(HOME), 600);
    assert_true(test_now_ms() - start_ms >= 600);
    assert_int_equal(call.failure, KMS_FAILURE_TIMEOUT);
    assert_int_equal(call.attempts, 2);
    assert_string_equal(call.region, "");
    test_call_reset(&call);
}

static void
throttling_and_mistakes_stay_at_home(void **state)
{
    (void)state;
    home.mood = MOOD_THROTTLED;
    fails(KEY_IN(HOME), KMS_FAILURE_ANSWER, 3);
    home.mood = MOOD_THROTTLED_503;
    fails(KEY_IN(HOME), KMS_FAILURE_ANSWER, 3);
    home.mood = MOOD_NOT_FOUND;
    fails(KEY_IN(HOME), KMS_FAILURE_ANSWER, 1);
    home.mood = MOOD_OTHER_KEY;
    fails(KEY_IN(HOME), KMS_FAILURE_BAD_ANSWER, 1);
    for (int i = 0; i < 2 * BREAKER_FAILURES; i++)
        fails(KEY_IN(HOME), KMS_FAILURE_BAD_ANSWER, 1);
    assert_int_equal(server_connections(away.server), 0);
}

static void
keys_of_one_region_stay_at_home(void **state)
{
    (void)state;
    static const char *const keys[] = { "alias/a", "mrk-1",
        "arn:aws:kms:" HOME ":111122223333:key/1234" };
    home.mood = MOOD_RESET;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        fails(keys[i], KMS_FAILURE_TRANSPORT, 3);
    assert_int_equal(server_connections(away.server), 0);
}

static void
another_key_in_the_other_region_is_refused(void **state)
{
    (void)state;
    home.mood = MOOD_RESET;
    away.mood = MOOD_OTHER_KEY;
    fails(KEY_IN(HOME), KMS_FAILURE_BAD_ANSWER, 2);
}

static void
when_all_are_down_each_is_tried_before_and_after_a_pause(void **state)
{
    (void)state;
    home.mood = away.mood = MOOD_500;
    fails(KEY_IN(HOME), KMS_FAILURE_ANSWER, 4);
    assert_int_equal(server_requests(home.server), 2);
    assert_int_equal(server_requests(away.server), 2);
}

static void
assert_open(bool at_home, bool elsewhere)
{
    struct kms_place_facts facts[KMS_PLACES_MAX];
    assert_int_equal(kms_client_describe(client, facts), 2);
    assert_true(span_equal_text(facts[0].region, HOME));
    assert_true(span_equal_text(facts[1].region, AWAY));
    assert_int_equal(facts[0].is_open, at_home);
    assert_int_equal(facts[1].is_open, elsewhere);
}

static void
a_home_that_stays_down_is_left_alone_until_it_heals(void **state)
{
    (void)state;
    const struct timespec pause = { BREAKER_PAUSE_MS / 1000, 100 * 1000000 };
    assert_open(false, false);
    home.mood = MOOD_RESET;
    for (int i = 0; i < BREAKER_FAILURES; i++)
        works(AWAY, 2);
    assert_open(true, false);
    unsigned before = server_requests(home.server);
    for (int i = 0; i < 20; i++)
        works(AWAY, 1);
    assert_int_equal(server_requests(home.server), before);
    home.mood = MOOD_GOOD;
    (void)nanosleep(&pause, NULL);
    for (int i = 0; i < 3; i++)
        works(HOME, 1);
    assert_open(false, false);
}

static void
home_is_tried_when_every_place_is_left_alone(void **state)
{
    (void)state;
    struct test_call call;
    home.mood = away.mood = MOOD_500;
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        run(&call, KMS_ENCRYPT, KEY_IN(HOME), TEST_LONG_MS);
        assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
        test_call_reset(&call);
    }
    home.mood = MOOD_GOOD;
    works(HOME, 1);
    works(HOME, 1);
}

static void
every_place_is_tried_when_every_place_is_left_alone(void **state)
{
    (void)state;
    struct test_call call;
    home.mood = away.mood = MOOD_500;
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        run(&call, KMS_ENCRYPT, KEY_IN(HOME), TEST_LONG_MS);
        assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
        test_call_reset(&call);
    }
    away.mood = MOOD_GOOD;
    works(AWAY, 2);
    works(AWAY, 1);
}

static void
a_place_that_is_left_alone_is_tried_when_the_last_one_fails(void **state)
{
    (void)state;
    home.mood = MOOD_500;
    for (int i = 0; i < BREAKER_FAILURES; i++)
        works(AWAY, 2);
    home.mood = MOOD_GOOD;
    away.mood = MOOD_500;
    works(HOME, 2);
    works(HOME, 1);
}

static void
a_mistake_that_is_corrected_is_tried_again_at_the_same_place(void **state)
{
    (void)state;
    home.mood = MOOD_AHEAD;
    works(HOME, 2);
    works(HOME, 1);
    assert_int_equal(server_connections(away.server), 0);
}

/* More calls at once than it takes to open the breaker, which stay at home and
 * are not answered. */
static void
wait_in_vain_at_home(int64_t timeout_ms)
{
    struct test_call calls[2 * BREAKER_FAILURES];
    home.mood = MOOD_HANG;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        test_call_init(&calls[i]);
        test_encrypt(client, &calls[i], KMS_LANE_TRAFFIC, "seed", timeout_ms);
    }
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        test_wait(&calls[i]);
        assert_int_equal(calls[i].failure, KMS_FAILURE_TIMEOUT);
        assert_int_equal(calls[i].attempts, 1);
        test_call_reset(&calls[i]);
    }
    home.mood = MOOD_GOOD;
}

static void
silence_up_to_the_deadline_opens_the_breaker(void **state)
{
    (void)state;
    wait_in_vain_at_home(700);
    works(AWAY, 1);
}

static void
a_deadline_too_short_to_tell_anything_does_not(void **state)
{
    (void)state;
    wait_in_vain_at_home(100);
    works(HOME, 1);
}

static void
calls_that_are_cancelled_do_not_either(void **state)
{
    (void)state;
    struct test_call call;
    home.mood = MOOD_HANG;
    for (int i = 0; i < 2 * BREAKER_FAILURES; i++) {
        test_call_init(&call);
        test_start(client, &call,
            &(struct kms_input){ .operation = KMS_ENCRYPT,
                .key_id = SPAN_LITERAL(KEY_IN(HOME)),
                .bytes = SPAN_LITERAL("seed"),
                .deadline_ms = test_now_ms() + TEST_LONG_MS });
        while (server_requests(home.server) < (unsigned)i + 1)
            (void)nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
        kms_cancel(client, call.call);
        test_wait(&call);
        assert_int_equal(call.failure, KMS_FAILURE_CANCELLED);
        test_call_reset(&call);
    }
    home.mood = MOOD_GOOD;
    works(HOME, 1);
}

static void
there_are_at_most_eight_places(void **state)
{
    (void)state;
    struct kms_place places[KMS_PLACES_MAX];
    struct kms_client *made = NULL;
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        places[i] = (struct kms_place){ SPAN_LITERAL(AWAY), { NULL, 0 } };
    struct kms_options options = {
        .region = SPAN_LITERAL(HOME),
        .credentials = credentials,
        .failovers = places,
        .failover_count = KMS_PLACES_MAX,
    };
    assert_int_equal(kms_client_new(&options, &made), STATUS_INVALID);
    assert_null(made);
    options.failover_count--;
    assert_ok(kms_client_new(&options, &made));
    kms_client_free(made);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(home_is_asked_while_it_is_well),
        TEST(the_next_region_answers_when_home_is_down),
        TEST(a_decrypt_moves_as_well),
        TEST(a_silent_home_costs_half_of_the_time),
        TEST(a_call_that_is_silent_everywhere_ends_at_its_deadline),
        TEST(throttling_and_mistakes_stay_at_home),
        TEST(keys_of_one_region_stay_at_home),
        TEST(another_key_in_the_other_region_is_refused),
        TEST(when_all_are_down_each_is_tried_before_and_after_a_pause),
        TEST(a_home_that_stays_down_is_left_alone_until_it_heals),
        TEST(home_is_tried_when_every_place_is_left_alone),
        TEST(every_place_is_tried_when_every_place_is_left_alone),
        TEST(a_place_that_is_left_alone_is_tried_when_the_last_one_fails),
        TEST(a_mistake_that_is_corrected_is_tried_again_at_the_same_place),
        TEST(silence_up_to_the_deadline_opens_the_breaker),
        TEST(a_deadline_too_short_to_tell_anything_does_not),
        TEST(calls_that_are_cancelled_do_not_either),
        TEST(there_are_at_most_eight_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
