/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which allocation of our own objects fails: the Makefile links their
 * malloc and calloc to here, in tests named *_out_of_memory. */
#ifndef TEST_FAILING_MEMORY_H
#define TEST_FAILING_MEMORY_H

#include "base/status.h"

#include <stdbool.h>

/* The n-th allocation from now on fails, whatever the thread; 0: none. */
void failing_memory_arm(int n);
/* None fails any more. Whether one did. */
bool failing_memory_disarm(void);

/* For what is to go well in between: none fails until the count goes on. */
int failing_memory_hold(void);
void failing_memory_go_on(int held);

/*
 * Runs `work` with its first allocation failing, then its second, and so on,
 * until it gets through without; then it must be STATUS_OK. Before that it is
 * STATUS_NO_MEMORY; where a cache may do without, it may be STATUS_OK too.
 */
void failing_memory_walk(
    enum status (*work)(void *context), void *context, bool may_do_without);

#endif
