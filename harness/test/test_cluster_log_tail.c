/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "cluster/log_tail.h"
#include "test/check.h"

#include <stdlib.h>
#include <unistd.h>

static const char none[] = "/nowhere/to/be/found.log";

static void
says(const char *log, const char *expected)
{
    char path[] = "/tmp/kmslab-log.XXXXXX";
    struct buf words = { 0 };
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_ok(file_replace(path, 0600, span_text(log)));
    assert_ok(buf_append_text(&words, "it ended"));
    log_tail_say(path, &words);
    assert_string_equal(buf_text(&words), expected);
    (void)unlink(path);
    buf_reset(&words);
}

static void
the_last_line_is_said(void **state)
{
    (void)state;
    says("first\nsecond\nlast\n\n", "it ended; its log ends in: last");
    says("only", "it ended; its log ends in: only");
}

static void
nothing_is_said_of_nothing(void **state)
{
    (void)state;
    struct buf words = { 0 };
    says("", "it ended");
    says(" \n\n", "it ended");
    log_tail_say(none, &words);
    assert_int_equal(words.len, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_line_is_said),
        cmocka_unit_test(nothing_is_said_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
