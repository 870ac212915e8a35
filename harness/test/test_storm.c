/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "storm/plan.h"
#include "storm/shrink.h"
#include "test/check.h"

static struct buf
written(int64_t seed, int64_t seconds)
{
    struct plan plan = { 0 };
    struct buf text = { 0 };
    assert_ok(plan_make(seed, seconds, &plan));
    assert_ok(plan_write(&plan, &text));
    plan_reset(&plan);
    return text;
}

static void
a_plan_is_a_function_of_its_seed(void **state UNUSED)
{
    struct buf a = written(7, 60), b = written(7, 60), c = written(8, 60);
    assert_string_equal(buf_text(&a), buf_text(&b));
    assert_string_not_equal(buf_text(&a), buf_text(&c));
    buf_reset(&a);
    buf_reset(&b);
    buf_reset(&c);
}

static void
a_longer_plan_begins_as_a_shorter_one(void **state UNUSED)
{
    struct plan brief = { 0 }, longer = { 0 };
    assert_ok(plan_make(3, 30, &brief));
    assert_ok(plan_make(3, 90, &longer));
    assert_true(longer.count > brief.count);
    for (size_t i = 0; i < brief.count; i++) {
        assert_string_equal(brief.faults[i].name, longer.faults[i].name);
        assert_int_equal(brief.faults[i].at_ms, longer.faults[i].at_ms);
    }
    plan_reset(&brief);
    plan_reset(&longer);
}

static void
each_round_ends_in_calm(void **state UNUSED)
{
    struct plan plan = { 0 };
    for (int64_t seed = 0; seed < 50; seed++) {
        assert_ok(plan_make(seed, 120, &plan));
        for (size_t i = 0; i < plan.count; i++) {
            const struct plan_fault *f = &plan.faults[i];
            int64_t end = f->at_ms % PLAN_ROUND_MS + f->for_ms;
            assert_true(end <= PLAN_ROUND_MS - PLAN_CALM_MS);
            assert_true(i == 0 || f[-1].at_ms <= f->at_ms);
            assert_int_equal(f->rule.len == 0, f->place == PLAN_PROCESS);
        }
        plan_reset(&plan);
    }
}

static void
a_plan_is_read_back_as_it_was(void **state UNUSED)
{
    struct buf text = written(11, 200), again = { 0 }, problem = { 0 };
    struct plan plan = { 0 };
    assert_ok(plan_read(buf_span(&text), &plan, &problem));
    assert_ok(plan_write(&plan, &again));
    assert_string_equal(buf_text(&text), buf_text(&again));
    plan_reset(&plan);
    buf_reset(&text);
    buf_reset(&again);
}

#define PLAN(faults)                                                              \
    "{\"format\":\"kmslab-storm/1\",\"seed\":1,\"seconds\":2,\"faults\":[" faults \
    "]}"

static void
what_is_no_plan_is_refused_with_the_place(void **state UNUSED)
{
    static const char *const rows[][2] = {
        { "", "it is empty" },
        { "{\"format\":\"kmslab-storm/2\"}", "format: not kmslab-storm/1" },
        { PLAN("1"), "faults[0]" },
        { PLAN("{\"name\":\"a\",\"where\":\"sky\",\"at_ms\":1,\"for_ms\":1}"),
            "faults[0]: where: none of kms, plugin, process" },
        { PLAN("{\"name\":\"a\",\"where\":\"kms\",\"at_ms\":1,\"for_ms\":1}"),
            "faults[0]: rule: missing" },
        { PLAN("{\"name\":\"a\",\"where\":\"process\",\"at_ms\":1,"
               "\"for_ms\":1}"),
            "ends in none of kill-plugin" },
        { PLAN("{\"name\":\"a\",\"where\":\"kms\",\"at_ms\":1,\"for_ms\":1,"
               "\"rule\":{\"name\":\"b\"}}"),
            "faults[0]: rule: name: not the fault's" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct plan plan = { 0 };
        struct buf problem = { 0 };
        size_t at;
        assert_int_equal(
            plan_read(span_text(rows[i][0]), &plan, &problem), STATUS_INVALID);
        assert_true(
            span_search(buf_span(&problem), span_text(rows[i][1]), &at));
        assert_null(plan.faults);
        buf_reset(&problem);
    }
}

static void
what_is_picked_keeps_its_order_and_loses_its_idle_time(void **state UNUSED)
{
    struct plan plan = { 0 }, picked = { 0 };
    bool keep[512] = { false };
    assert_ok(plan_make(5, 300, &plan));
    assert_true(plan.count > 60 && plan.count <= ARRAY_LEN(keep));
    keep[3] = keep[60] = true;
    assert_ok(plan_pick(&plan, keep, &picked));
    assert_int_equal(picked.count, 2);
    assert_string_equal(picked.faults[0].name, plan.faults[3].name);
    assert_string_equal(picked.faults[1].name, plan.faults[60].name);
    assert_true(picked.faults[1].at_ms >=
                picked.faults[0].at_ms + picked.faults[0].for_ms);
    assert_true(picked.seconds <= 6);
    plan_reset(&picked);
    plan_reset(&plan);
}

/* ---- shrinking ----------------------------------------------------------- */

struct puzzle {
    const size_t *needed;
    size_t needed_count;
    unsigned tries, tries_max;
};

static enum status
try_puzzle(void *context, const bool *keep, bool *fails)
{
    struct puzzle *puzzle = context;
    if (puzzle->tries++ == puzzle->tries_max)
        return STATUS_TIMEOUT;
    *fails = true;
    for (size_t i = 0; i < puzzle->needed_count; i++)
        *fails = *fails && keep[puzzle->needed[i]];
    return STATUS_OK;
}

static size_t
shrunk(struct puzzle *puzzle, bool *keep, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        keep[i] = true;
    assert_ok(shrink(keep, count, try_puzzle, puzzle));
    for (size_t i = 0; i < count; i++)
        size += keep[i];
    return size;
}

static void
the_one_thing_that_is_needed_is_found(void **state UNUSED)
{
    bool keep[100];
    for (size_t i = 0; i < ARRAY_LEN(keep); i++) {
        struct puzzle puzzle = { &i, 1, 0, 1000 };
        assert_int_equal(shrunk(&puzzle, keep, ARRAY_LEN(keep)), 1);
        assert_true(keep[i]);
        assert_true(puzzle.tries <= 20);
    }
}

static void
things_that_are_needed_together_are_found(void **state UNUSED)
{
    static const size_t needed[] = { 2, 50, 51, 99 };
    struct puzzle puzzle = { needed, ARRAY_LEN(needed), 0, 10000 };
    bool keep[100];
    assert_int_equal(shrunk(&puzzle, keep, ARRAY_LEN(keep)), 4);
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        assert_true(keep[needed[i]]);
}

static void
what_was_found_stays_when_time_is_over(void **state UNUSED)
{
    const size_t needed = 77;
    struct puzzle puzzle = { &needed, 1, 0, 4 };
    bool keep[100];
    size_t size = shrunk(&puzzle, keep, ARRAY_LEN(keep));
    assert_true(size < 100 && size > 1);
    assert_true(keep[77]);
}

static void
nothing_is_no_problem(void **state UNUSED)
{
    struct puzzle puzzle = { NULL, 0, 0, 10 };
    bool keep[1] = { true };
    assert_ok(shrink(keep, 0, try_puzzle, &puzzle));
    assert_int_equal(shrunk(&puzzle, keep, 1), 1);
    assert_int_equal(puzzle.tries, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_a_function_of_its_seed),
        cmocka_unit_test(a_longer_plan_begins_as_a_shorter_one),
        cmocka_unit_test(each_round_ends_in_calm),
        cmocka_unit_test(a_plan_is_read_back_as_it_was),
        cmocka_unit_test(what_is_no_plan_is_refused_with_the_place),
        cmocka_unit_test(
            what_is_picked_keeps_its_order_and_loses_its_idle_time),
        cmocka_unit_test(the_one_thing_that_is_needed_is_found),
        cmocka_unit_test(things_that_are_needed_together_are_found),
        cmocka_unit_test(what_was_found_stays_when_time_is_over),
        cmocka_unit_test(nothing_is_no_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
