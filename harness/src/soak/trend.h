/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A straight line through samples, by least squares: does a quantity grow? The
 * error of the slope says how far the samples can be trusted: over a short run
 * a growth that is small beside it cannot be told from none. Pure.
 */
#ifndef SOAK_TREND_H
#define SOAK_TREND_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { TREND_SAMPLES_MAX = 8192 };

struct trend_sample {
    double hours;
    double value;
};

struct trend {
    double slope; /* a hour */
    double error; /* its standard error */
};

/* STATUS_INVALID for fewer than three samples, or all at one time. */
MUST_USE enum status trend_of(
    const struct trend_sample *samples, size_t count, struct trend *out);

/* Whether it grows faster than `limit`: what the samples prove, leaving them
 * two standard errors. */
bool trend_exceeds(const struct trend *trend, double limit);

/* The largest value of the last third is above that of the first by more
 * than `slack`. False for fewer than three. */
bool trend_has_risen(
    const struct trend_sample *samples, size_t count, double slack);

#endif
