/* SPDX-License-Identifier: Apache-2.0 */
/* When calls keep away from a place, and how it is found to be well again. */
#include "kms/breaker.h"
#include "test/check.h"

/* One call that is let in and ends. */
static void
call(struct breaker *breaker, int64_t now_ms, enum breaker_verdict verdict)
{
    bool trial;
    assert_true(breaker_enter(breaker, now_ms, &trial));
    breaker_leave(breaker, now_ms, trial, verdict);
}

static void
fail_until_open(struct breaker *breaker, int64_t now_ms)
{
    for (int i = 0; i < BREAKER_FAILURES; i++)
        call(breaker, now_ms, BREAKER_BAD);
    assert_true(breaker_is_open(breaker));
}

static void
failures_in_a_row_open_it(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    bool trial = true;
    for (int i = 0; i < BREAKER_FAILURES - 1; i++)
        call(&breaker, 0, BREAKER_BAD);
    call(&breaker, 0, BREAKER_GOOD);
    for (int i = 0; i < BREAKER_FAILURES - 1; i++)
        call(&breaker, 0, BREAKER_BAD);
    call(&breaker, 0, BREAKER_NOTHING);
    assert_false(breaker_is_open(&breaker));
    call(&breaker, 0, BREAKER_BAD);
    assert_true(breaker_is_open(&breaker));
    assert_false(breaker_admits(&breaker, 0));
    assert_false(breaker_enter(&breaker, BREAKER_PAUSE_MS - 1, &trial));
    assert_true(trial);
}

static void
one_trial_at_a_time_goes_after_the_pause(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    bool first = false, second = false;
    fail_until_open(&breaker, 100);
    int64_t then_ms = 100 + BREAKER_PAUSE_MS;
    assert_true(breaker_enter(&breaker, then_ms, &first));
    assert_true(first);
    assert_false(breaker_admits(&breaker, then_ms));
    assert_false(breaker_enter(&breaker, then_ms + 1000000, &second));
    /* It ended without an answer: the next may try. */
    breaker_leave(&breaker, then_ms, first, BREAKER_NOTHING);
    assert_true(breaker_enter(&breaker, then_ms, &second));
    breaker_leave(&breaker, then_ms, second, BREAKER_GOOD);
    assert_false(breaker_is_open(&breaker));
    assert_true(breaker_enter(&breaker, then_ms, &first));
    assert_false(first);
}

static void
trials_that_fail_double_the_pause_up_to_a_minute(void **state)
{
    (void)state;
    static const int64_t pauses[] = { 5000, 10000, 20000, 40000, 60000, 60000 };
    struct breaker breaker = { 0 };
    int64_t now_ms = 0;
    fail_until_open(&breaker, now_ms);
    for (size_t i = 0; i < ARRAY_LEN(pauses); i++) {
        assert_false(breaker_admits(&breaker, now_ms + pauses[i] - 1));
        now_ms += pauses[i];
        call(&breaker, now_ms, BREAKER_BAD);
    }
    now_ms += BREAKER_PAUSE_MAX_MS;
    call(&breaker, now_ms, BREAKER_GOOD);
    fail_until_open(&breaker, now_ms);
    assert_true(breaker_admits(&breaker, now_ms + BREAKER_PAUSE_MS));
}

static void
late_ends_of_calls_from_before_change_little(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    fail_until_open(&breaker, 0);
    breaker_leave(&breaker, BREAKER_PAUSE_MS - 1, false, BREAKER_BAD);
    assert_true(breaker_admits(&breaker, BREAKER_PAUSE_MS));
    bool trial;
    assert_true(breaker_enter(&breaker, BREAKER_PAUSE_MS, &trial));
    /* Not the trial's: that one is still under way. */
    breaker_leave(&breaker, BREAKER_PAUSE_MS, false, BREAKER_BAD);
    assert_false(breaker_admits(&breaker, BREAKER_PAUSE_MS));
    breaker_leave(&breaker, BREAKER_PAUSE_MS, false, BREAKER_GOOD);
    assert_false(breaker_is_open(&breaker));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_in_a_row_open_it),
        cmocka_unit_test(one_trial_at_a_time_goes_after_the_pause),
        cmocka_unit_test(trials_that_fail_double_the_pause_up_to_a_minute),
        cmocka_unit_test(late_ends_of_calls_from_before_change_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
