/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long something takes: always the same, anything between two times, or
 * mostly short and sometimes long (log-normal). A plain value.
 */
#ifndef PROXY_LATENCY_H
#define PROXY_LATENCY_H

#include "fault/draw.h"
#include "proxy/params.h"

enum latency_shape { LATENCY_FIXED, LATENCY_UNIFORM, LATENCY_LOGNORMAL };

struct latency {
    enum latency_shape shape;
    int64_t low_ms, high_ms; /* both the same; the ends; median and most */
    double sigma;            /* log-normal: of the logarithm */
};

/* The members that latency_read knows. */
#define LATENCY_MEMBERS "fixed", "min", "max", "median", "sigma"

/* "fixed"; "min" and "max"; "median" and "sigma" (0.5), never more than "max":
 * as the emulator's latency has it. */
void latency_read(struct params *params, struct latency *out);

/* At most a day. */
int64_t latency_draw(
    const struct latency *latency, const struct fault_draw *draw);

#endif
