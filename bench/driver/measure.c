/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/measure.h"

#include "process/usage.h"

#include <stdio.h>
#include <time.h>

static double
seconds_of(clockid_t clock)
{
    struct timespec at;

    if (clock_gettime(clock, &at) != 0)
        return -1;
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

double
measure_now(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double
measure_own_cpu(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double
measure_process_cpu(pid_t pid)
{
    clockid_t clock;

    return clock_getcpuclockid(pid, &clock) == 0 ? seconds_of(clock) : -1;
}

uint64_t
measure_private_dirty(pid_t pid)
{
    struct usage usage;

    return usage_read(pid, &usage) == STATUS_OK && !usage.closed ? usage.memory
                                                                 : 0;
}
