/* SPDX-License-Identifier: Apache-2.0 */
/* A machine whose clock is wrong: requests are signed with KMS's time. */
#include "base/clock.h"
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { MINUTE_MS = 60 * 1000 };

/* What the server thinks of the time: its own is the machine's. */
struct judge {
    _Atomic int64_t ahead_ms; /* of the machine */
    atomic_uint refused;
    bool silent;       /* it sends no Date */
    bool runs;         /* an hour with each refusal */
    const char *error; /* NULL: with the words of KMS */
};

static int64_t
wall_ms(void)
{
    struct clock wall = clock_wall();
    return clock_ms(&wall);
}

static void
format_date(int64_t ms, char *out, size_t size)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
        "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    assert_non_null(gmtime_r(&seconds, &t));
    (void)snprintf(out, size, "Date: Sun, %02d %s %d %02d:%02d:%02d GMT\r\n",
        t.tm_mday, months[t.tm_mon], 1900 + t.tm_year, t.tm_hour, t.tm_min,
        t.tm_sec);
}

static bool
judge_time(void *context, const struct server_request *request)
{
    struct judge *judge = context;
    int64_t signed_ms = 0, now_ms = wall_ms() + judge->ahead_ms;
    char headers[128] = "";
    if (!judge->silent)
        format_date(now_ms, headers, sizeof(headers));
    if (clock_parse_amz(server_header(request, "x-amz-date"), &signed_ms) !=
        STATUS_OK)
        return false;
    int64_t off_ms = signed_ms - now_ms;
    if (off_ms > -5 * MINUTE_MS && off_ms < 5 * MINUTE_MS) {
        server_answer_with(request, 200, headers, TEST_ANSWER);
        return true;
    }
    (void)atomic_fetch_add(&judge->refused, 1);
    if (judge->runs)
        judge->ahead_ms += 60 * MINUTE_MS;
    if (judge->error != NULL) {
        server_answer_with(request, 400, headers, judge->error);
        return true;
    }
    server_answer_with(request, 400, headers,
        off_ms < 0 ? "{\"__type\":\"InvalidSignatureException\",\"message\":"
                     "\"Signature expired: 1 is now earlier than 2\"}"
                   : "{\"__type\":\"InvalidSignatureException\",\"message\":"
                     "\"Signature not yet current: 2 is still later than "
                     "1\"}");
    return true;
}

static void
assert_offset(const struct kms_client *client, int64_t about_ms)
{
    struct kms_place_facts facts[KMS_PLACES_MAX];
    assert_int_equal(kms_client_describe(client, facts), 1);
    assert_in_range(facts[0].skew_ms - about_ms + MINUTE_MS, 0, 2 * MINUTE_MS);
}

static void
a_wrong_clock_is_corrected_once(void **state)
{
    (void)state;
    static const int64_t offsets[] = { 6 * MINUTE_MS, -6 * MINUTE_MS,
        14 * 60 * MINUTE_MS, -14 * 60 * MINUTE_MS };
    for (size_t i = 0; i < ARRAY_LEN(offsets); i++) {
        struct judge judge = { .ahead_ms = offsets[i] };
        struct fixture f;
        struct test_call call;
        fixture_init(&f, judge_time, &judge);
        fixture_encrypt(&f, &call, TEST_LONG_MS);
        assert_int_equal(call.failure, KMS_FAILURE_NONE);
        assert_int_equal(call.attempts, 2);
        test_call_reset(&call);
        fixture_works(&f);
        assert_int_equal(judge.refused, 1);
        assert_offset(f.client, offsets[i]);
        /* The machine's clock is set right: learnt from the next refusal. */
        judge.ahead_ms = 0;
        fixture_works(&f);
        fixture_works(&f);
        assert_int_equal(judge.refused, 2);
        assert_offset(f.client, 0);
        fixture_reset(&f);
    }
}

static void
a_clock_that_runs_away_is_followed_once_in_a_call(void **state)
{
    (void)state;
    struct judge judge = { .ahead_ms = 60 * MINUTE_MS, .runs = true };
    struct fixture f;
    struct test_call call;
    fixture_init(&f, judge_time, &judge);
    fixture_encrypt(&f, &call, TEST_LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
    assert_string_equal(call.error_type, "InvalidSignatureException");
    assert_int_equal(call.attempts, 2);
    test_call_reset(&call);
    fixture_reset(&f);
}

static void
a_wrong_clock_is_found_behind_other_refusals(void **state)
{
    (void)state;
    static const char *const errors[] = {
        "{\"__type\":\"AccessDeniedException\"}",
        "{\"__type\":\"InvalidSignatureException\"}",
        "{\"__type\":\"RequestExpired\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        struct judge judge = { .ahead_ms = 6 * MINUTE_MS, .error = errors[i] };
        struct fixture f;
        fixture_init(&f, judge_time, &judge);
        fixture_works(&f);
        fixture_works(&f);
        assert_int_equal(judge.refused, 1);
        fixture_reset(&f);
    }
}

static void
calls_at_once_with_a_wrong_clock_all_succeed(void **state)
{
    (void)state;
    enum { CALLS = 30 };
    struct judge judge = { .ahead_ms = 7 * MINUTE_MS };
    struct fixture f;
    struct test_call calls[CALLS];
    fixture_init(&f, judge_time, &judge);
    for (size_t i = 0; i < CALLS; i++) {
        test_call_init(&calls[i]);
        test_encrypt(
            f.client, &calls[i], KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    }
    for (size_t i = 0; i < CALLS; i++) {
        test_wait(&calls[i]);
        assert_int_equal(calls[i].failure, KMS_FAILURE_NONE);
        test_call_reset(&calls[i]);
    }
    fixture_reset(&f);
}

static void
a_skew_is_learnt_before_it_hurts(void **state)
{
    (void)state;
    struct judge judge = { .ahead_ms = 4 * MINUTE_MS + 30 * 1000 };
    struct fixture f;
    fixture_init(&f, judge_time, &judge);
    fixture_works(&f);
    judge.ahead_ms = 8 * MINUTE_MS;
    fixture_works(&f);
    assert_int_equal(judge.refused, 0);
    fixture_reset(&f);
}

static void
a_time_that_is_not_believed_corrects_nothing(void **state)
{
    (void)state;
    static const struct {
        int64_t ahead_ms;
        bool silent;
    } cases[] = {
        { 25 * 60 * (int64_t)MINUTE_MS, false },
        { -400 * 24 * 60 * (int64_t)MINUTE_MS, false },
        { 6 * MINUTE_MS, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct judge judge = { .ahead_ms = cases[i].ahead_ms,
            .silent = cases[i].silent };
        struct fixture f;
        struct test_call call;
        fixture_init(&f, judge_time, &judge);
        fixture_encrypt(&f, &call, TEST_LONG_MS);
        assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
        assert_string_equal(call.error_type, "InvalidSignatureException");
        assert_int_equal(call.attempts, 1);
        test_call_reset(&call);
        judge.ahead_ms = 0;
        fixture_works(&f);
        fixture_reset(&f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_clock_is_corrected_once),
        cmocka_unit_test(a_clock_that_runs_away_is_followed_once_in_a_call),
        cmocka_unit_test(a_wrong_clock_is_found_behind_other_refusals),
        cmocka_unit_test(calls_at_once_with_a_wrong_clock_all_succeed),
        cmocka_unit_test(a_skew_is_learnt_before_it_hurts),
        cmocka_unit_test(a_time_that_is_not_believed_corrects_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
