/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with what it needs before it, and the checks all parts share. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* After the four above, which it uses and does not include. */
#include <cmocka.h>

#define assert_ok(call) assert_int_equal((call), STATUS_OK)

/* Says that a test cannot run here, in the words that ci/prove counts; then it
 * returns. (cmocka's skip() is "not ok", which prove takes for a failure.) */
#define SAY_SKIPPED(why)                                                       \
    ((void)fprintf(stderr, "%s: skipped: %s\n", __func__, (why)))

#define assert_span_text(actual, text)                                         \
    do {                                                                       \
        struct span checked_ = (actual);                                       \
        assert_int_equal(checked_.len, strlen(text));                          \
        if (checked_.len > 0)                                                  \
            assert_memory_equal(checked_.ptr, text, checked_.len);             \
    } while (0)

#endif
