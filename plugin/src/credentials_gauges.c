/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials_gauges.h"

static const struct metrics_family usable = {
    .name = "aws_kms_plugin_credentials_usable",
    .help = "1 while credentials are held that have not expired",
    .kind = METRICS_GAUGE,
};
static const struct metrics_family expires = {
    .name = "aws_kms_plugin_credentials_expiry_timestamp_seconds",
    .help = "When the credentials expire, in seconds since 1970; 0: never",
    .kind = METRICS_GAUGE,
    .decimals = 3,
};
static const struct metrics_family refreshes = {
    .name = "aws_kms_plugin_credentials_refreshes",
    .help = "Fetches of credentials",
    .kind = METRICS_COUNTER,
    .labels = { "result" },
};

static void
refresh(void *context)
{
    const struct credentials_gauges *g = context;
    struct credentials_facts facts;
    credentials_describe(g->credentials, &facts);
    metrics_set(g->usable, facts.usable ? 1 : 0);
    metrics_set(g->expires, facts.expires_ms);
    metrics_set(g->fetched, (int64_t)facts.refreshes_ok);
    metrics_set(g->failed, (int64_t)facts.refreshes_failed);
}

enum status
credentials_gauges_add(struct credentials_gauges *gauges,
    struct credentials *credentials, struct metrics *metrics)
{
    static const struct span success = SPAN_INIT("success");
    static const struct span failure = SPAN_INIT("failure");
    struct credentials_gauges g = { .credentials = credentials };
    enum status st = metrics_series(metrics, &usable, NULL, &g.usable);
    if (st == STATUS_OK)
        st = metrics_series(metrics, &expires, NULL, &g.expires);
    if (st == STATUS_OK)
        st = metrics_series(metrics, &refreshes, &success, &g.fetched);
    if (st == STATUS_OK)
        st = metrics_series(metrics, &refreshes, &failure, &g.failed);
    if (st != STATUS_OK)
        return st;
    *gauges = g;
    return metrics_on_render(metrics, refresh, gauges);
}
