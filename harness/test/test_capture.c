/* SPDX-License-Identifier: Apache-2.0 */
#include "process/capture.h"
#include "test/check.h"

#include <signal.h>
#include <time.h>

static enum status
run_shell(const char *script, struct span input, int64_t timeout_ms,
    struct capture_result *out)
{
    const char *const argv[] = { "sh", "-c", script, NULL };
    struct capture_call call = {
        .argv = argv, .input = input, .timeout_ms = timeout_ms
    };

    return capture_run(&call, out);
}

static void
both_outputs_and_the_exit_code_are_kept(void **state)
{
    struct capture_result result = { 0 };

    (void)state;
    assert_ok(run_shell(
        "echo out; echo err >&2; exit 3", (struct span){ 0 }, 0, &result));
    assert_int_equal(result.exit_code, 3);
    assert_span_text(buf_span(&result.output), "out\n");
    assert_span_text(buf_span(&result.errors), "err\n");
    capture_result_reset(&result);
}

static void
input_reaches_the_program_whole(void **state)
{
    struct capture_result result = { 0 };
    struct buf input = { 0 };
    uint8_t *place;

    (void)state;
    /* More than any pipe holds, and nobody reads it at first. */
    assert_ok(buf_extend(&input, 1000000, &place));
    memset(place, 'x', 1000000);
    assert_ok(run_shell("sleep 0.1; wc -c", buf_span(&input), 0, &result));
    assert_span_text(span_trim(buf_span(&result.output)), "1000000");
    capture_result_reset(&result);
    assert_ok(run_shell("true", buf_span(&input), 0, &result));
    assert_int_equal(result.exit_code, 0);
    capture_result_reset(&result);
    buf_reset(&input);
}

static void
a_program_without_input_reads_its_end(void **state)
{
    struct capture_result result = { 0 };

    (void)state;
    assert_ok(run_shell("cat", (struct span){ 0 }, 5000, &result));
    assert_int_equal(result.output.len, 0);
    capture_result_reset(&result);
}

static void
a_slow_program_is_ended(void **state)
{
    struct capture_result result = { 0 };

    (void)state;
    assert_int_equal(
        run_shell("echo begun; sleep 60", (struct span){ 0 }, 300, &result),
        STATUS_TIMEOUT);
    assert_span_text(buf_span(&result.output), "begun\n");
    assert_int_equal(result.exit_code, 128 + SIGTERM);
    capture_result_reset(&result);
}

static void
too_much_output_ends_it(void **state)
{
    struct capture_result result = { 0 };

    (void)state;
    assert_int_equal(
        run_shell("yes", (struct span){ 0 }, 30000, &result), STATUS_TOO_LARGE);
    assert_true(result.output.len <= CAPTURE_MAX);
    capture_result_reset(&result);
}

static void
what_is_not_a_program_is_told(void **state)
{
    const char *const missing[] = { "no-such-program-here", NULL };
    const char *const denied[] = { "/etc/passwd", NULL };
    struct capture_call call = { .argv = missing };
    struct capture_result result = { 0 };

    (void)state;
    assert_int_equal(capture_run(&call, &result), STATUS_NOT_FOUND);
    call.argv = denied;
    assert_int_equal(capture_run(&call, &result), STATUS_DENIED);
    capture_result_reset(&result);
}

/* Whatever a program leaves behind holds its pipes open. */
static void
a_background_child_does_not_hold_the_call(void **state)
{
    struct capture_result result = { 0 };
    time_t begun = time(NULL);

    (void)state;
    assert_ok(
        run_shell("sleep 60 & echo done", (struct span){ 0 }, 20000, &result));
    assert_span_text(buf_span(&result.output), "done\n");
    assert_true(time(NULL) - begun < 15);
    capture_result_reset(&result);
}

static void
collect(void *context, struct span line)
{
    struct buf *lines = context;

    assert_ok(buf_printf(lines, "<%.*s>", SPAN_ARG(line)));
}

static void
lines_of_stderr_are_followed(void **state)
{
    const char *const argv[] = { "sh", "-c",
        "printf 'one\\ntw' >&2; sleep 0.1; printf 'o\\nhalf' >&2", NULL };
    struct buf lines = { 0 };
    struct capture_call call = {
        .argv = argv, .on_line = collect, .context = &lines
    };
    struct capture_result result = { 0 };

    (void)state;
    assert_ok(capture_run(&call, &result));
    assert_span_text(buf_span(&lines), "<one><two>");
    assert_span_text(buf_span(&result.errors), "one\ntwo\nhalf");
    capture_result_reset(&result);
    buf_reset(&lines);
}

static enum status
give_up(void *context)
{
    int *count = context;

    return ++*count == 2 ? STATUS_UNAVAILABLE : STATUS_OK;
}

static void
a_tick_can_end_it(void **state)
{
    const char *const argv[] = { "sleep", "60", NULL };
    int count = 0;
    struct capture_call call = {
        .argv = argv, .on_tick = give_up, .context = &count
    };
    struct capture_result result = { 0 };

    (void)state;
    assert_int_equal(capture_run(&call, &result), STATUS_UNAVAILABLE);
    assert_int_equal(count, 2);
    capture_result_reset(&result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_outputs_and_the_exit_code_are_kept),
        cmocka_unit_test(input_reaches_the_program_whole),
        cmocka_unit_test(a_program_without_input_reads_its_end),
        cmocka_unit_test(a_slow_program_is_ended),
        cmocka_unit_test(too_much_output_ends_it),
        cmocka_unit_test(what_is_not_a_program_is_told),
        cmocka_unit_test(a_background_child_does_not_hold_the_call),
        cmocka_unit_test(lines_of_stderr_are_followed),
        cmocka_unit_test(a_tick_can_end_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
