/* SPDX-License-Identifier: Apache-2.0 */
/* When credentials are fetched again; and times as they are written. */
#include "credentials/schedule.h"
#include "credentials/timestamp.h"
#include "test/check.h"

enum { MINUTE_MS = 60 * 1000, NOW_MS = 1000 * 1000 };

static int64_t
due_after(int64_t life_ms, bool often, double share)
{
    struct schedule s = { 0 };
    schedule_fetched(&s, NOW_MS, NOW_MS + life_ms, often, share);
    return s.due_ms - NOW_MS;
}

static void
an_hour_is_renewed_in_its_last_five_minutes(void **state)
{
    (void)state;
    assert_int_equal(due_after(60 * MINUTE_MS, false, 0), 55 * MINUTE_MS);
    assert_int_equal(
        due_after(60 * MINUTE_MS, false, 1), 57 * MINUTE_MS + MINUTE_MS / 2);
}

static void
a_short_life_is_renewed_in_its_last_fifth(void **state)
{
    (void)state;
    assert_int_equal(due_after(10 * MINUTE_MS, false, 0), 8 * MINUTE_MS);
    assert_int_equal(due_after(10 * MINUTE_MS, false, 1), 9 * MINUTE_MS);
    assert_true(due_after(10, false, 1) < 10);
    assert_true(due_after(1, false, 1) >= 0);
}

static void
instances_are_asked_each_hour(void **state)
{
    (void)state;
    assert_int_equal(due_after(360 * MINUTE_MS, true, 0), 55 * MINUTE_MS);
    assert_int_equal(due_after(360 * MINUTE_MS, false, 0), 355 * MINUTE_MS);
}

static void
what_never_expires_is_never_renewed(void **state)
{
    (void)state;
    struct schedule s = { .due_ms = 1 };
    schedule_fetched(&s, NOW_MS, 0, true, 0.5);
    assert_int_equal(s.due_ms, INT64_MAX);
}

static void
expired_ones_are_tried_again_after_a_while(void **state)
{
    (void)state;
    assert_int_equal(due_after(-1, true, 0), 5 * MINUTE_MS);
    assert_int_equal(due_after(0, true, 1), 15 * MINUTE_MS);
}

static void
failures_wait_longer_and_longer(void **state)
{
    (void)state;
    struct schedule s = { 0 };
    static const int64_t longest_ms[] = { 500, 1000, 2000, 4000, 8000, 16000,
        32000, 60000, 60000, 60000 };
    for (size_t i = 0; i < ARRAY_LEN(longest_ms); i++) {
        struct schedule early = s;
        schedule_failed(&early, NOW_MS, 0);
        schedule_failed(&s, NOW_MS, 1);
        assert_int_equal(early.due_ms - NOW_MS, longest_ms[i] / 2);
        assert_int_equal(s.due_ms - NOW_MS, longest_ms[i]);
    }
    schedule_fetched(&s, NOW_MS, 0, false, 0);
    schedule_failed(&s, NOW_MS, 1);
    assert_int_equal(s.due_ms - NOW_MS, 500);
}

static void
a_refusal_counts_once_in_a_while(void **state)
{
    (void)state;
    struct schedule s = { .due_ms = INT64_MAX };
    assert_true(schedule_refused(&s, NOW_MS));
    assert_int_equal(s.due_ms, NOW_MS);
    s.due_ms = INT64_MAX;
    assert_false(schedule_refused(&s, NOW_MS + SCHEDULE_REFUSED_MS - 1));
    assert_int_equal(s.due_ms, INT64_MAX);
    assert_true(schedule_refused(&s, NOW_MS + SCHEDULE_REFUSED_MS));
    schedule_failed(&s, NOW_MS, 1);
    assert_false(schedule_refused(&s, NOW_MS + 10 * SCHEDULE_REFUSED_MS));
}

static void
times_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; /* -1: none */
    } cases[] = {
        { "1970-01-01T00:00:01Z", 1000 },
        { "1970-01-01T00:00:01.999Z", 1000 },
        { "1970-01-01T00:00:01UTC", 1000 },
        { "1970-01-01T01:00:01+01:00", 1000 },
        { "1970-01-01T00:00:01-00:30", 1801000 },
        { "2026-11-22T12:00:00Z", 1795348800000 },
        { "1970-01-01T00:00:00+00:01", -1 },
        { "9999-12-31T23:59:59-00:01", -1 },
        { "2026-11-22T12:00:00", -1 },
        { "2026-11-22 12:00:00Z", -1 },
        { "2026-11-22T12:00:00.Z", -1 },
        { "2026-11-22T12:00:00+0100", -1 },
        { "2026-11-22T12:00:00+24:00", -1 },
        { "2026-13-22T12:00:00Z", -1 },
        { "2026-11-22T12:00:00ZZ", -1 },
        { "", -1 },
        { "0", -1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t ms = -1;
        enum status st = timestamp_parse(span_text(cases[i].text), &ms);
        assert_int_equal(st, cases[i].ms < 0 ? STATUS_INVALID : STATUS_OK);
        assert_int_equal(ms, cases[i].ms);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_is_renewed_in_its_last_five_minutes),
        cmocka_unit_test(a_short_life_is_renewed_in_its_last_fifth),
        cmocka_unit_test(instances_are_asked_each_hour),
        cmocka_unit_test(what_never_expires_is_never_renewed),
        cmocka_unit_test(expired_ones_are_tried_again_after_a_while),
        cmocka_unit_test(failures_wait_longer_and_longer),
        cmocka_unit_test(a_refusal_counts_once_in_a_while),
        cmocka_unit_test(times_are_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
