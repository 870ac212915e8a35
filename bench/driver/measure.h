/* SPDX-License-Identifier: Apache-2.0 */
/* What a load did, and what it cost the process that served it. */
#ifndef DRIVER_MEASURE_H
#define DRIVER_MEASURE_H

#include "base/buf.h"

#include <sys/types.h>

struct measure {
    double seconds; /* wall time */
    double cpu;     /* seconds of the served process, user and system */
    uint64_t answers;
    /* Of gRPC loads alone. */
    double client_cpu;  /* seconds of this process */
    double backend_cpu; /* seconds of the process behind the served one */
    double p50_us, p99_us;
};

static inline double
measure_cpu_us(const struct measure *m)
{
    return m->answers == 0 ? 0 : m->cpu * 1e6 / (double)m->answers;
}

static inline double
measure_rate(const struct measure *m)
{
    return m->seconds == 0 ? 0 : (double)m->answers / m->seconds;
}

/* Seconds since some start. */
double measure_now(void);

/* CPU time that this process used so far, in seconds. */
double measure_own_cpu(void);

/* CPU time that a process used so far, in seconds; negative: no such one. */
double measure_process_cpu(pid_t pid);

/* Private dirty memory of a process in bytes (smaps_rollup); 0: unknown. */
uint64_t measure_private_dirty(pid_t pid);

#endif
