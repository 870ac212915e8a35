/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the process's memory, and with it keys, out of swap. Before threads
 * and before privileges are dropped. */
#ifndef DAEMON_MEMORY_LOCK_H
#define DAEMON_MEMORY_LOCK_H

#include "base/status.h"

/*
 * Locks each page when it is first used, so that nothing is used that was not
 * before. STATUS_DENIED where RLIMIT_MEMLOCK is not unlimited and cannot be
 * made so: under a limit later allocations would fail, and calls with them.
 * STATUS_UNSUPPORTED where the kernel can only lock everything at once.
 */
MUST_USE enum status memory_lock_all(void);

#endif
