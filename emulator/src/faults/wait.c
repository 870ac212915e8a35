/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/wait.h"

#include "base/clock.h"

#include <math.h>

#define WAIT_MAX_MS 86400000.0
#define TWO_PI 6.283185307179586

static double
uniform(const struct action *action, const struct fault_draw *draw)
{
    double span = (double)(action->max_ms - action->min_ms);
    return (double)action->min_ms + span * fault_draw_unit(draw, 1);
}

/* Box and Muller; 1 - u is above 0. */
static double
normal(const struct fault_draw *draw)
{
    return sqrt(-2 * log(1 - fault_draw_unit(draw, 1))) *
           cos(TWO_PI * fault_draw_unit(draw, 2));
}

static double
lognormal(const struct action *action, const struct fault_draw *draw)
{
    double ms = (double)action->median_ms * exp(action->sigma * normal(draw));
    return action->max_ms >= 0 ? fmin(ms, (double)action->max_ms) : ms;
}

static double
ramp(const struct action *action, int64_t armed_ms)
{
    struct clock clock = clock_monotonic();
    double done =
        (double)(clock_ms(&clock) - armed_ms) / (double)action->over_ms;
    double step = (double)(action->to_ms - action->from_ms);
    return (double)action->from_ms + step * fmin(fmax(done, 0), 1);
}

int64_t
wait_of(const struct action *action, const struct fault_draw *draw,
    int64_t armed_ms)
{
    double ms = 0;
    switch (action->shape) {
    case ACTION_SHAPE_FIXED:
        ms = (double)action->fixed_ms;
        break;
    case ACTION_SHAPE_UNIFORM:
        ms = uniform(action, draw);
        break;
    case ACTION_SHAPE_LOGNORMAL:
        ms = lognormal(action, draw);
        break;
    case ACTION_SHAPE_RAMP:
        ms = ramp(action, armed_ms);
        break;
    }
    return (int64_t)fmin(ms, WAIT_MAX_MS);
}
