/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/latency.h"

#include <math.h>

enum { DAY_MS = 86400 * 1000 };

static const double usual_sigma = 0.5, most_sigma = 10;

static void
read_lognormal(struct params *params, struct latency *out)
{
    out->shape = LATENCY_LOGNORMAL;
    out->high_ms = DAY_MS;
    out->sigma = usual_sigma;
    params_duration(params, "median", &out->low_ms);
    params_duration(params, "max", &out->high_ms);
    if (params->status == STATUS_OK)
        params->status = fault_read_number(&params->place, params->object,
            "sigma", 0, most_sigma, &out->sigma);
}

static void
read_uniform(struct params *params, struct latency *out)
{
    out->shape = LATENCY_UNIFORM;
    params_duration(params, "min", &out->low_ms);
    params_duration(params, "max", &out->high_ms);
    if (!params_has(params, "min") || out->high_ms < out->low_ms)
        params_refuse(params, "max: must be given with min, and not be less");
}

void
latency_read(struct params *params, struct latency *out)
{
    struct latency read = { .shape = LATENCY_FIXED };
    bool fixed = params_has(params, "fixed");
    bool median = params_has(params, "median");
    bool range = params_has(params, "min") || params_has(params, "max");

    if (!fixed && !median && !range)
        params_refuse(
            params, "fixed, or min and max, or median and sigma are wanted");
    if ((fixed && (median || range)) || (median && params_has(params, "min")) ||
        (!median && params_has(params, "sigma")))
        params_refuse(
            params, "either fixed, or min and max, or median and sigma");
    if (fixed) {
        params_duration(params, "fixed", &read.low_ms);
        read.high_ms = read.low_ms;
    } else if (median) {
        read_lognormal(params, &read);
    } else {
        read_uniform(params, &read);
    }
    if (params->status == STATUS_OK)
        *out = read;
}

/* Box and Muller's normal deviate; the logarithm of 0 is not wanted. */
static double
draw_lognormal(const struct latency *latency, const struct fault_draw *draw)
{
    double normal = sqrt(-2 * log(1 - fault_draw_unit(draw, 1))) *
                    cos(6.283185307179586 * fault_draw_unit(draw, 2));
    double ms = (double)latency->low_ms * exp(latency->sigma * normal);

    return fmin(ms, (double)latency->high_ms);
}

int64_t
latency_draw(const struct latency *latency, const struct fault_draw *draw)
{
    double width = (double)(latency->high_ms - latency->low_ms) + 1;
    double ms = (double)latency->low_ms;

    switch (latency->shape) {
    case LATENCY_FIXED:
        break;
    case LATENCY_UNIFORM:
        ms += floor(width * fault_draw_unit(draw, 1));
        break;
    case LATENCY_LOGNORMAL:
        ms = draw_lognormal(latency, draw);
        break;
    }
    return (int64_t)fmin(ms, DAY_MS);
}
