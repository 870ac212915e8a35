/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/heap.h"

#include <malloc.h>

void
heap_settle(void)
{
    (void)mallopt(M_ARENA_MAX, 1);
}

void
heap_trim(void)
{
    (void)malloc_trim(0);
}
