/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_memory.h"

#include "test/check.h"

#include <stdatomic.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

/* Allocations until one fails; 0 and below: none does. */
static atomic_int countdown;

static bool
fails_now(void)
{
    return atomic_fetch_sub(&countdown, 1) == 1;
}

void *
__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void
failing_memory_arm(int n)
{
    atomic_store(&countdown, n);
}

bool
failing_memory_disarm(void)
{
    return atomic_exchange(&countdown, 0) <= 0;
}

int
failing_memory_hold(void)
{
    return atomic_exchange(&countdown, 0);
}

void
failing_memory_go_on(int held)
{
    atomic_store(&countdown, held);
}

void
failing_memory_walk(
    enum status (*work)(void *context), void *context, bool may_do_without)
{
    enum { MORE_THAN_ANY_WORK_NEEDS = 300 };
    bool failed = true;
    for (int n = 1; failed; n++) {
        assert_true(n < MORE_THAN_ANY_WORK_NEEDS);
        failing_memory_arm(n);
        enum status st = work(context);
        failed = failing_memory_disarm();
        if (!failed || !may_do_without || st != STATUS_OK)
            assert_int_equal(st, failed ? STATUS_NO_MEMORY : STATUS_OK);
    }
}
