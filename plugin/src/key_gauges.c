/* SPDX-License-Identifier: Apache-2.0 */
#include "key_gauges.h"

static const struct metrics_family usable = {
    .name = "aws_kms_plugin_key_usable",
    .help = "1 while the key can be used, 0 while it cannot, -1: not known",
    .kind = METRICS_GAUGE,
    .labels = { "api", "key" },
};

static void
refresh(void *context)
{
    static const int64_t shown[] = {
        [HEALTH_UNKNOWN] = -1, [HEALTH_GOOD] = 1, [HEALTH_BAD] = 0
    };
    const struct key_gauges *g = context;
    for (size_t i = 0; i < METRICS_VERSION_COUNT; i++)
        metrics_set(g->usable[i],
            shown[health_peek(g->health, (enum metrics_version)i)]);
}

enum status
key_gauges_add(struct key_gauges *gauges, struct health *health,
    struct span key_id, struct metrics *metrics)
{
    static const char *const apis[] = {
        [METRICS_V1] = "v1beta1", [METRICS_V2] = "v2"
    };
    struct key_gauges g = { .health = health };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < METRICS_VERSION_COUNT && st == STATUS_OK; i++) {
        const struct span values[] = { span_text(apis[i]), key_id };
        st = metrics_series(metrics, &usable, values, &g.usable[i]);
    }
    if (st != STATUS_OK || metrics == NULL)
        return st;
    *gauges = g;
    return metrics_on_render(metrics, refresh, gauges);
}
