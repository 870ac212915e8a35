/* SPDX-License-Identifier: Apache-2.0 */
/* What the soaked process used at each moment of rest, what came of it, and
 * the report of a whole run. */
#ifndef SOAK_RECORD_H
#define SOAK_RECORD_H

#include "gate/fault.h"
#include "process/usage.h"
#include "soak/traffic.h"
#include "soak/trend.h"

#include <stdio.h>

/*
 * Memory may grow by RECORD_SLOPE_MAX bytes an hour. The first third of a run
 * is for warming up: a heap that is used in new ways still finds its shape. In
 * a run of less than RECORD_LONG_S that is not over, and a leak for each call
 * shows as much more than RECORD_SLOPE_SHORT.
 */
enum {
    RECORD_SLOPE_MAX = 1024 * 1024,
    RECORD_SLOPE_SHORT = 64 * RECORD_SLOPE_MAX,
    RECORD_LONG_S = 20 * 60,
    RECORD_THREAD_SLACK = 2,     /* gRPC core starts them as it sees fit */
    RECORD_DESCRIPTOR_SLACK = 8, /* connections come and go */
};

struct record {
    size_t count;
    struct trend_sample memory[TREND_SAMPLES_MAX];
    struct trend_sample threads[TREND_SAMPLES_MAX];
    struct trend_sample descriptors[TREND_SAMPLES_MAX];
    bool closed; /* descriptors cannot be counted */
};

/* Dropped above TREND_SAMPLES_MAX. */
void record_add(struct record *record, double hours, const struct usage *usage);

struct record_result {
    const struct record *record;
    struct traffic_tally tally;
    uint64_t faults[GATE_FAULT_COUNT];
    struct span complaint; /* empty: none */
    double seconds;
    uint64_t seed;
    unsigned cycles;
};

/* Prints it, for a person or as one line of JSON; whether all is well. */
MUST_USE bool record_report(
    const struct record_result *result, bool json, FILE *to);

#endif
