/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/prometheus.h"

#include "base/version.h"
#include "fault/rule_table.h"

#include <inttypes.h>
#include <stdarg.h>

/* The first failure sticks, so that lines can be listed one after another. */
static void PRINTF_LIKE(3, 4)
    line(struct buf *out, enum status *st, const char *format, ...)
{
    if (*st != STATUS_OK)
        return;
    va_list args;
    va_start(args, format);
    *st = buf_vprintf(out, format, args);
    va_end(args);
}

static void
head(struct buf *out, enum status *st, const char *name, const char *type,
    const char *help)
{
    line(out, st, "# HELP kms_emulator_%s %s\n# TYPE kms_emulator_%s %s\n",
        name, help, name, type);
}

static void
print_requests(const struct http_metrics *m, struct buf *out, enum status *st)
{
    head(out, st, "requests_total", "counter",
        "Answers, by operation and HTTP status.");
    for (size_t i = 0; i < HTTP_METRICS_SLOTS; i++) {
        const struct http_metrics_slot *slot = &m->slots[i];
        uint64_t count = slot->count;
        if (count > 0)
            line(out, st,
                "kms_emulator_requests_total"
                "{operation=\"%s\",code=\"%u\"} %" PRIu64 "\n",
                slot->operation, slot->http_status, count);
    }
}

static void
print_latency(const struct http_metrics *m, struct buf *out, enum status *st)
{
    static const char name[] = "kms_emulator_request_duration_seconds";
    uint64_t total = 0;
    head(out, st, "request_duration_seconds", "histogram",
        "From the first line of a request to the last byte of its answer.");
    for (size_t i = 0; i < HTTP_METRICS_BUCKETS - 1; i++) {
        total += m->latency[i];
        line(out, st, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
            (double)http_metrics_bounds_us[i] / 1e6, total);
    }
    total += m->latency[HTTP_METRICS_BUCKETS - 1];
    line(out, st, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, total);
    line(out, st, "%s_sum %.6f\n", name, (double)m->latency_sum_us / 1e6);
    line(out, st, "%s_count %" PRIu64 "\n", name, total);
}

static void
print_plain(const struct http_metrics *m, struct buf *out, enum status *st)
{
    const struct {
        const char *name, *type, *help;
        int64_t value;
    } rows[] = {
        { "connections_accepted_total", "counter", "Connections let in.",
            (int64_t)m->connections_accepted },
        { "connections_refused_total", "counter",
            "Connections closed at once: all places were busy.",
            (int64_t)m->connections_refused },
        { "connections_expired_total", "counter",
            "Connections closed as idle, too slow, or to make room.",
            (int64_t)m->connections_expired },
        { "connections_open", "gauge", "Connections open now.",
            m->connections_open },
        { "requests_running", "gauge", "Requests being handled now.",
            m->requests_running },
        { "requests_waiting", "gauge",
            "Requests that wait for a change to become durable.",
            m->requests_waiting },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        head(out, st, rows[i].name, rows[i].type, rows[i].help);
        line(out, st, "kms_emulator_%s %" PRId64 "\n", rows[i].name,
            rows[i].value);
    }
}

struct listing {
    struct buf *out;
    enum status st;
};

static void
print_rule(void *context, const struct fault_rule *rule)
{
    struct listing *listing = context;
    line(listing->out, &listing->st,
        "kms_emulator_faults_fired_total{rule=\"%s\",kind=\"%s\"} %" PRIu64
        "\n",
        rule->name, rule->meaning->kind_of(rule->actions[0]), rule->fired);
}

static void
print_faults(struct fault_table *faults, struct buf *out, enum status *st)
{
    struct listing listing = { out, *st };
    if (faults == NULL)
        return;
    head(out, &listing.st, "faults_fired_total", "counter",
        "How often each fault rule that is there has fired.");
    fault_table_visit(faults, print_rule, &listing);
    *st = listing.st;
}

enum status
admin_prometheus_print(const struct http_metrics *metrics,
    struct fault_table *faults, struct buf *out)
{
    enum status st = STATUS_OK;
    size_t before = out->len;
    head(out, &st, "build_info", "gauge", "Always 1.");
    line(out, &st, "kms_emulator_build_info{version=\"%s\"} 1\n",
        project_version);
    print_plain(metrics, out, &st);
    print_requests(metrics, out, &st);
    print_latency(metrics, out, &st);
    print_faults(faults, out, &st);
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}
