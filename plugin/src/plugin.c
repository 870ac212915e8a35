/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* realpath */
#include "plugin.h"

#include "aws/arn.h"
#include "base/descriptors.h"
#include "checks.h"
#include "instance.h"
#include "kms/credentials.h"

#include <stdlib.h>

struct plugin {
    const struct options *options;
    struct metrics *metrics;
    struct credentials *credentials;
    struct kms_client *kms;
    struct instance **instances;
    size_t count; /* instances that were made */
    struct checks healthz, livez;
    struct http_server *http;
};

/* The flag, else what the environment and the profile say, else the first
 * key's own. */
static enum status
find_region(const struct options *o, struct buf *region, struct buf *problem)
{
    if (o->region.len > 0)
        return buf_append(region, buf_span(&o->region));
    enum status st = credentials_region(region, problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    buf_clear(problem);
    struct arn arn;
    if (arn_parse(span_text(o->keys.items[0]), &arn) == STATUS_OK &&
        arn.region.len > 0)
        return buf_append(region, arn.region);
    buf_say(problem, "no Region: give --region, set AWS_REGION, or name the "
                     "key by its ARN");
    return STATUS_INVALID;
}

enum { CONNECTIONS_MAX = 512 }; /* for calls to KMS */

/* More calls than this wait their turn: one that finds no descriptor would
 * fail. */
static size_t
count_connections(void)
{
    size_t room = descriptors_half();
    return room < CONNECTIONS_MAX ? room : CONNECTIONS_MAX;
}

static enum status
start_kms(struct plugin *p, struct buf *problem)
{
    const struct options *o = p->options;
    struct buf region = { 0 };
    enum status st = find_region(o, &region, problem);
    if (st == STATUS_OK)
        st = credentials_default_new(&p->credentials);
    if (st == STATUS_OK) {
        const struct kms_options kms = {
            .endpoint = buf_span(&o->kms_endpoint),
            .region = buf_span(&region),
            .credentials = p->credentials,
            .source_arn = buf_span(&o->source_arn),
            .connections_traffic = count_connections(),
        };
        st = kms_client_new(&kms, &p->kms);
    }
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "cannot start the client of KMS: %s", status_text(st));
    buf_reset(&region);
    return st;
}

static enum status
start_instance(struct plugin *p, size_t index, struct buf *problem)
{
    const struct options *o = p->options;
    struct instance_options options = {
        .path = o->listens.items[index],
        .crypt = { .kms = p->kms,
            .key_id = span_text(o->keys.items[index]),
            .context = o->contexts[index].pairs,
            .context_count = o->contexts[index].count },
        .status_failure = o->status_failure,
        .health_version = o->health_version,
        .health_cache_ms = o->health_cache_ms,
    };
    enum status st = metrics_add_key(
        p->metrics, options.crypt.key_id, &options.crypt.metrics);
    if (st == STATUS_OK)
        st = instance_new(&options, &p->instances[index], problem);
    if (st != STATUS_OK)
        return st;
    p->count++;
    return STATUS_OK;
}

static enum status
start_instances(struct plugin *p, struct buf *problem)
{
    size_t count = p->options->keys.count;
    p->instances = calloc(count, sizeof(*p->instances));
    if (p->instances == NULL)
        return STATUS_NO_MEMORY;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = start_instance(p, i, problem);
    return st;
}

static void
serve_metrics(void *context, struct http_reply *reply)
{
    struct plugin *p = context;
    struct buf text = { 0 };
    bool good = metrics_render(p->metrics, &text) == STATUS_OK;
    http_reply_send(
        reply, good ? 200 : 500, "text/plain; version=0.0.4", &text);
    buf_reset(&text);
}

static enum status
start_http(struct plugin *p, struct buf *problem)
{
    const struct options *o = p->options;
    p->healthz = (struct checks){ p->instances, p->count, false };
    p->livez = (struct checks){ p->instances, p->count, true };
    const struct http_options http = {
        .address = buf_span(&o->health_port),
        .routes = { { buf_span(&o->healthz_path), checks_handle, &p->healthz },
            { buf_span(&o->livez_path), checks_handle, &p->livez },
            { SPAN_LITERAL("/metrics"), serve_metrics, p } },
        .route_count = 3,
    };
    enum status st = http_server_new(&http, &p->http);
    if (st == STATUS_INVALID)
        buf_say(problem,
            "--health-port=%.200s is not valid: it must be "
            "HOST:PORT or :PORT",
            buf_text(&o->health_port));
    else if (st != STATUS_OK)
        buf_say(problem, "cannot listen on --health-port=%.200s: %s",
            buf_text(&o->health_port), status_text(st));
    return st;
}

static enum status
accept_calls(struct plugin *p)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < p->count && st == STATUS_OK; i++)
        st = instance_accept(p->instances[i]);
    return st;
}

enum status
plugin_start(
    const struct options *options, struct plugin **out, struct buf *problem)
{
    struct plugin *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return STATUS_NO_MEMORY;
    p->options = options;
    enum status st = metrics_new(&p->metrics);
    if (st == STATUS_OK)
        st = start_kms(p, problem);
    if (st == STATUS_OK)
        st = start_instances(p, problem);
    if (st == STATUS_OK)
        st = start_http(p, problem);
    if (st == STATUS_OK)
        st = accept_calls(p);
    if (st == STATUS_OK) {
        *out = p;
        return STATUS_OK;
    }
    if (problem->len == 0)
        buf_say(problem, "cannot start: %s", status_text(st));
    /* It has taken no calls, so none can be left over. */
    enum status stopped = plugin_stop(p);
    return stopped == STATUS_OK ? st : stopped;
}

enum status
plugin_describe(const struct plugin *p, struct buf *out)
{
    enum status st = buf_append_text(out, "ready");
    for (size_t i = 0; i < p->count && st == STATUS_OK; i++) {
        char *path = realpath(p->options->listens.items[i], NULL);
        st = buf_printf(out, " unix://%s",
            path == NULL ? p->options->listens.items[i] : path);
        free(path);
    }
    if (st == STATUS_OK)
        st = buf_append_text(out, " health http://");
    if (st == STATUS_OK)
        st = http_server_address(p->http, out);
    return st;
}

static enum status
stop_calls(struct plugin *p)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < p->count; i++)
        instance_refuse(p->instances[i]);
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + PLUGIN_GRACE_MS;
    for (size_t i = 0; i < p->count; i++) {
        int64_t left_ms = end_ms - clock_ms(&clock);
        enum status stopped = instance_stop(
            p->instances[i], left_ms < 0 ? 0 : left_ms, PLUGIN_CANCEL_MS);
        if (stopped != STATUS_OK)
            st = stopped;
    }
    return st;
}

enum status
plugin_stop(struct plugin *p)
{
    enum status st = stop_calls(p);
    if (st != STATUS_OK)
        return st;
    http_server_free(p->http);
    kms_client_free(p->kms);
    for (size_t i = 0; i < p->count; i++)
        instance_free(p->instances[i]);
    credentials_free(p->credentials);
    metrics_free(p->metrics);
    free(p->instances);
    free(p);
    return STATUS_OK;
}
