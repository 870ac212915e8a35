/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/trend.h"

#include <math.h>

enum { SAMPLES_MIN = 3 };

static const double spread_min = 1e-9; /* hours squared: all at one time */

struct sums {
    double mean_x, mean_y;
    double xx, xy; /* around the means */
};

static struct sums
sum_up(const struct trend_sample *samples, size_t count)
{
    struct sums s = { 0 };
    for (size_t i = 0; i < count; i++) {
        s.mean_x += samples[i].hours / (double)count;
        s.mean_y += samples[i].value / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        double x = samples[i].hours - s.mean_x;
        s.xx += x * x;
        s.xy += x * (samples[i].value - s.mean_y);
    }
    return s;
}

enum status
trend_of(const struct trend_sample *samples, size_t count, struct trend *out)
{
    if (count < SAMPLES_MIN)
        return STATUS_INVALID;
    const struct sums s = sum_up(samples, count);
    if (s.xx < spread_min)
        return STATUS_INVALID;
    double slope = s.xy / s.xx, left = 0;
    for (size_t i = 0; i < count; i++) {
        double off =
            samples[i].value - s.mean_y - slope * (samples[i].hours - s.mean_x);
        left += off * off;
    }
    *out = (struct trend){ slope, sqrt(left / (double)(count - 2) / s.xx) };
    return STATUS_OK;
}

bool
trend_exceeds(const struct trend *trend, double limit)
{
    return trend->slope - 2 * trend->error > limit;
}

static double
largest(const struct trend_sample *samples, size_t count)
{
    double most = samples[0].value;
    for (size_t i = 1; i < count; i++)
        most = samples[i].value > most ? samples[i].value : most;
    return most;
}

bool
trend_has_risen(const struct trend_sample *samples, size_t count, double slack)
{
    size_t third = count / 3;
    return count >= SAMPLES_MIN && largest(samples + count - third, third) >
                                       largest(samples, third) + slack;
}
