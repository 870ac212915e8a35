/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/klog.h"
#include "test/check.h"

static void
words_in_quotes_are_unquoted(void **state)
{
    (void)state;
    struct buf words = { 0 };
    assert_ok(klog_command_failed(
        SPAN_LITERAL("I1122 12:00:00.1 1 x.go:1] starting\n"
                     "E1122 12:00:00.2 1 run.go:72] \"command failed\" "
                     "err=\"no \\\"file\\\" here\"\nmore\n"),
        &words));
    assert_string_equal(buf_text(&words), "no \"file\" here");
    buf_reset(&words);
}

static void
words_of_several_lines_end_at_their_mark(void **state)
{
    (void)state;
    struct buf words = { 0 };
    assert_ok(klog_command_failed(
        SPAN_LITERAL("E1 run.go:72] \"command failed\" err=<\n"
                     "\tfirst\n\t  second\n >\nE2 after\n"),
        &words));
    assert_string_equal(buf_text(&words), "first\n  second");
    buf_reset(&words);
}

static void
a_log_without_the_line_changes_nothing(void **state)
{
    (void)state;
    struct buf words = { 0 };
    assert_ok(buf_append_text(&words, "kept"));
    assert_int_equal(
        klog_command_failed(SPAN_LITERAL("I1 all is well\n"), &words),
        STATUS_NOT_FOUND);
    assert_int_equal(klog_command_failed(
                         SPAN_LITERAL("\"command failed\" err=\"cut"), &words),
        STATUS_INVALID);
    assert_string_equal(buf_text(&words), "kept");
    buf_reset(&words);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_in_quotes_are_unquoted),
        cmocka_unit_test(words_of_several_lines_end_at_their_mark),
        cmocka_unit_test(a_log_without_the_line_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
