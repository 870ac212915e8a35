/* SPDX-License-Identifier: Apache-2.0 */
#include "readiness.h"

static void
on_told(void *context, const struct health_view *view)
{
    struct readiness *readiness = context;
    if (view->state == HEALTH_GOOD)
        readiness->good++;
    readiness->open--;
}

bool
readiness_look(
    struct readiness *r, struct instance *const *instances, size_t count)
{
    if (r->open > 0)
        return false;
    if (r->good == count)
        return true;
    r->good = 0;
    r->open = count;
    for (size_t i = 0; i < count; i++)
        if (health_ask(instance_health(instances[i]), METRICS_V2,
                HEALTH_PROBE_MS, on_told, r) != STATUS_OK)
            r->open--;
    return false;
}
