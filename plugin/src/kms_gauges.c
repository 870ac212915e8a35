/* SPDX-License-Identifier: Apache-2.0 */
#include "kms_gauges.h"

static const struct metrics_family open_family = {
    .name = "aws_kms_plugin_region_open",
    .help = "1 while calls keep away from the Region, because it does not "
            "answer (its circuit breaker is open)",
    .kind = METRICS_GAUGE,
    .labels = { "region" },
};
static const struct metrics_family offset_family = {
    .name = "aws_kms_plugin_clock_offset_seconds",
    .help = "What is added to this machine's clock to sign requests; 0 while "
            "it is less than four minutes off KMS's",
    .kind = METRICS_GAUGE,
    .decimals = 3,
    .labels = { "region" },
};

static void
refresh(void *context)
{
    const struct kms_gauges *g = context;
    struct kms_place_facts facts[KMS_PLACES_MAX];
    size_t count = kms_client_describe(g->client, facts);
    for (size_t i = 0; i < count; i++) {
        metrics_set(g->open[i], facts[i].is_open ? 1 : 0);
        metrics_set(g->offset[i], facts[i].skew_ms);
    }
}

enum status
kms_gauges_add(struct kms_gauges *gauges, const struct kms_client *client,
    struct metrics *metrics)
{
    struct kms_place_facts facts[KMS_PLACES_MAX];
    struct kms_gauges g = { .client = client };
    enum status st = STATUS_OK;
    size_t count = kms_client_describe(client, facts);
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        const struct span *region = &facts[i].region;
        st = metrics_series(metrics, &open_family, region, &g.open[i]);
        if (st == STATUS_OK)
            st = metrics_series(metrics, &offset_family, region, &g.offset[i]);
    }
    if (st != STATUS_OK)
        return st;
    *gauges = g;
    return metrics_on_render(metrics, refresh, gauges);
}
