/* SPDX-License-Identifier: Apache-2.0 */
/* A lock, and a condition under it that is waited for with a deadline on the
 * monotonic clock. */
#ifndef BASE_MONITOR_H
#define BASE_MONITOR_H

#include "base/status.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

MUST_USE enum status monitor_init(struct monitor *monitor);
void monitor_reset(struct monitor *monitor);

void monitor_lock(struct monitor *monitor);
void monitor_unlock(struct monitor *monitor);

/* Wakes all that wait. The lock is held. */
void monitor_signal(struct monitor *monitor);

/*
 * Waits for a signal, at most until deadline_ms (INT64_MAX: for ever); false
 * when that has passed. May return early: the caller looks again at what it
 * waits for. The lock is held, but not while waiting.
 */
bool monitor_wait(struct monitor *monitor, int64_t deadline_ms);

#endif
