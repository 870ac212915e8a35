/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with what it needs before it, and the checks all parts share. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* After the four above, which it uses and does not include. */
#include <cmocka.h>

#define assert_ok(call) assert_int_equal((call), STATUS_OK)

#define assert_span_text(actual, text)                                         \
    do {                                                                       \
        struct span checked_ = (actual);                                       \
        assert_int_equal(checked_.len, strlen(text));                          \
        if (checked_.len > 0)                                                  \
            assert_memory_equal(checked_.ptr, text, checked_.len);             \
    } while (0)

#endif
