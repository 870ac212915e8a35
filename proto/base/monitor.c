/* SPDX-License-Identifier: Apache-2.0 */
#include "base/monitor.h"

#include <time.h>

enum status
monitor_init(struct monitor *monitor)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return STATUS_NO_MEMORY;
    enum status st = STATUS_NO_MEMORY;
    if (pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
        pthread_cond_init(&monitor->changed, &monotonic) != 0)
        goto out;
    if (pthread_mutex_init(&monitor->mutex, NULL) == 0)
        st = STATUS_OK;
    else
        (void)pthread_cond_destroy(&monitor->changed);
out:
    (void)pthread_condattr_destroy(&monotonic);
    return st;
}

void
monitor_reset(struct monitor *monitor)
{
    (void)pthread_mutex_destroy(&monitor->mutex);
    (void)pthread_cond_destroy(&monitor->changed);
}

void
monitor_lock(struct monitor *monitor)
{
    (void)pthread_mutex_lock(&monitor->mutex);
}

void
monitor_unlock(struct monitor *monitor)
{
    (void)pthread_mutex_unlock(&monitor->mutex);
}

void
monitor_signal(struct monitor *monitor)
{
    (void)pthread_cond_broadcast(&monitor->changed);
}

bool
monitor_wait(struct monitor *monitor, int64_t deadline_ms)
{
    if (deadline_ms == INT64_MAX)
        return pthread_cond_wait(&monitor->changed, &monitor->mutex) == 0;
    struct timespec until = { .tv_sec = (time_t)(deadline_ms / 1000),
        .tv_nsec = (long)(deadline_ms % 1000) * 1000000 };
    return pthread_cond_timedwait(&monitor->changed, &monitor->mutex, &until) ==
           0;
}
