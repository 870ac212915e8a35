/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* realpath */
#include "plugin.h"

#include "aws/arn.h"
#include "base/descriptors.h"
#include "call_settings.h"
#include "checks.h"
#include "credentials/credentials.h"
#include "credentials_gauges.h"
#include "health/aep_health.h"
#include "instance.h"
#include "kms_gauges.h"
#include "metrics/process.h"
#include "readiness.h"

#include <stdlib.h>

struct plugin {
    const struct options *options;
    struct metrics *metrics;
    struct credentials *credentials;
    struct kms_client *kms;
    struct instance **instances;
    size_t count;                  /* instances that were made */
    struct aep_health *aep_health; /* NULL: each key has its own health */
    struct checks healthz, livez, readyz;
    struct credentials_gauges credentials_gauges;
    struct kms_gauges kms_gauges;
    struct http_server *http;
    struct readiness readiness;
    int64_t beat_ms;
};

static enum status
region_of_key(const struct options *o, struct buf *region)
{
    struct arn arn;
    if (!o->behaviour->region_from_key ||
        arn_parse(span_text(o->keys.items[0]), &arn) != STATUS_OK ||
        arn.region.len == 0)
        return STATUS_NOT_FOUND;
    return buf_append(region, arn.region);
}

static enum status
region_of_instance(struct buf *region, struct buf *problem)
{
    struct buf why = { 0 };
    enum status st = credentials_region_imds(region, &why);
    if (st != STATUS_OK) {
        buf_say(problem,
            "no Region: give --region, set AWS_REGION, or name the key by its "
            "ARN (instance metadata: %s)",
            buf_text(&why));
        st = STATUS_INVALID;
    }
    buf_reset(&why);
    return st;
}

/* The flag, else what the environment and the profile say, else the first
 * key's own; the instance is asked last, because off EC2 that takes its time.
 */
static enum status
find_region(const struct options *o, struct buf *region, struct buf *problem)
{
    if (o->region.len > 0)
        return buf_append(region, buf_span(&o->region));
    enum status st = credentials_region(region, problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    buf_clear(problem);
    st = region_of_key(o, region);
    return st == STATUS_NOT_FOUND ? region_of_instance(region, problem) : st;
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
start_credentials(struct span region, struct credentials **out)
{
    const struct credentials_options options = { .region = region };
    return credentials_default_new(&options, out);
}

static enum status
start_kms(struct plugin *p, struct buf *problem)
{
    const struct options *o = p->options;
    struct buf region = { 0 };
    struct call_settings calls = { 0 };
    enum status st = o->behaviour->profile_must_be_there
                         ? credentials_check_profile(problem)
                         : STATUS_OK;
    if (st == STATUS_OK)
        st = find_region(o, &region, problem);
    if (st == STATUS_OK)
        st = call_settings_read(o, buf_span(&region), &calls, problem);
    if (st == STATUS_OK)
        st = start_credentials(buf_span(&region), &p->credentials);
    if (st == STATUS_OK)
        st = credentials_gauges_add(
            &p->credentials_gauges, p->credentials, p->metrics);
    if (st == STATUS_OK) {
        const struct kms_options kms = {
            .endpoint = buf_span(&calls.endpoint),
            .region = buf_span(&region),
            .ca_file = calls.ca_file.len > 0 ? buf_text(&calls.ca_file) : NULL,
            .credentials = p->credentials,
            .source_arn = buf_span(&o->source_arn),
            .connections_traffic = count_connections(),
            .retry_max_attempts = calls.max_attempts,
            .retry_tokens = calls.retry_tokens,
            .retry_cost = calls.retry_cost,
            .connection_max_age_ms = calls.connection_max_age_ms,
            .failovers = calls.failovers,
            .failover_count = calls.failover_count,
            .beat_ms = p->beat_ms,
        };
        st = kms_client_new(&kms, &p->kms);
    }
    if (st == STATUS_OK)
        st = kms_gauges_add(&p->kms_gauges, p->kms, p->metrics);
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "cannot start the client of KMS: %s", status_text(st));
    call_settings_reset(&calls);
    buf_reset(&region);
    return st;
}

static enum status
start_instance(struct plugin *p, size_t index, struct listeners *listeners,
    struct buf *problem)
{
    const struct options *o = p->options;
    struct instance_options options = {
        .behaviour = o->behaviour,
        .address = o->listens.items[index],
        .beat_ms = p->beat_ms,
        .hand_over = o->hand_over,
        .crypt = { .kms = p->kms,
            .key_id = span_text(o->keys.items[index]),
            .context = o->contexts[index].pairs,
            .context_count = o->contexts[index].count },
        .metrics = p->metrics,
        .key_id = o->key_id,
        .coalesce_decrypts = o->coalesce_decrypts,
        .status_failure = o->status_failure,
        .health_cache_ms = o->health_cache_ms,
        .aep_health = p->aep_health,
    };
    enum status st = metrics_add_key(
        p->metrics, options.crypt.key_id, &options.crypt.metrics);
    if (st != STATUS_OK)
        return st;
    options.socket = listeners->sockets[index];
    listeners->sockets[index] = NULL;
    st = instance_new(&options, &p->instances[index], problem);
    if (st == STATUS_OK)
        p->count++;
    return st;
}

static enum status
start_instances(
    struct plugin *p, struct listeners *listeners, struct buf *problem)
{
    size_t count = p->options->keys.count;
    p->instances = calloc(count, sizeof(*p->instances));
    if (p->instances == NULL)
        return STATUS_NO_MEMORY;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = start_instance(p, i, listeners, problem);
    return st;
}

static void
serve_metrics(void *context, struct http_reply *reply)
{
    struct plugin *p = context;
    struct buf text = { 0 };
    enum metrics_format format =
        metrics_format_accepted(http_request_header(reply, "Accept"));
    bool good = metrics_render(p->metrics, format, &text) == STATUS_OK;
    http_reply_send(
        reply, good ? 200 : 500, metrics_content_type(format), &text);
    buf_reset(&text);
}

static enum status
start_http(struct plugin *p, struct listeners *listeners, struct buf *problem)
{
    const struct options *o = p->options;
    const struct checks checks = { .instances = p->instances,
        .count = o->health_is_checked ? p->count : 0,
        .version = o->health_version,
        .reaches = o->behaviour->socket_file_is_checked };
    p->healthz = p->livez = p->readyz = checks;
    p->livez.forgiving = true;
    p->readyz.count = p->count;
    p->readyz.lasting = true;
    p->readyz.reaches = true;
    const struct http_options http = {
        .listen_fd = listeners->health_fd,
        .routes = { { buf_span(&o->healthz_path), checks_handle, &p->healthz },
            { buf_span(&o->livez_path), checks_handle, &p->livez },
            { buf_span(&o->readyz_path), checks_handle, &p->readyz },
            { SPAN_LITERAL("/metrics"), serve_metrics, p } },
        .route_count = 4,
        .any_method = o->behaviour->http_takes_any_method,
    };
    enum status st = http_server_new(&http, &p->http);
    if (st == STATUS_OK)
        listeners->health_fd = -1;
    else
        buf_say(problem, "cannot serve on --health-port=%.200s: %s",
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
plugin_start(const struct options *options, struct listeners *listeners,
    int64_t beat_ms, struct plugin **out, struct buf *problem)
{
    struct plugin *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return STATUS_NO_MEMORY;
    p->options = options;
    p->beat_ms = beat_ms;
    enum status st = metrics_new(&p->metrics);
    if (st == STATUS_OK)
        st = metrics_add_process(p->metrics);
    if (st == STATUS_OK && options->behaviour->health_is_shared)
        st = aep_health_new(&p->aep_health);
    if (st == STATUS_OK)
        st = start_kms(p, problem);
    if (st == STATUS_OK)
        st = start_instances(p, listeners, problem);
    if (st == STATUS_OK)
        st = start_http(p, listeners, problem);
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

/* As kube-apiserver's configuration names it. */
static enum status
describe_socket(const struct unix_address *address, struct buf *out)
{
    char room[UNIX_ADDRESS_MAX + 1];
    const char *text = unix_address_text(address, room);
    char *path = address->abstract ? NULL : realpath(text, NULL);
    enum status st = address->abstract ? buf_printf(out, " unix:///%s", text)
                                       : buf_printf(out, " unix://%s",
                                             path == NULL ? text : path);
    free(path);
    return st;
}

enum status
plugin_describe(const struct plugin *p, struct buf *out)
{
    enum status st = buf_append_text(out, "ready");
    for (size_t i = 0; i < p->count && st == STATUS_OK; i++)
        st = describe_socket(instance_address(p->instances[i]), out);
    if (st == STATUS_OK)
        st = buf_append_text(out, " health http://");
    if (st == STATUS_OK)
        st = http_server_address(p->http, out);
    return st;
}

bool
plugin_waits(const struct plugin *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (instance_waits(p->instances[i]))
            return true;
    return false;
}

bool
plugin_is_alone(const struct plugin *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (instance_waits(p->instances[i]) &&
            instance_place(p->instances[i]) == UNIX_SOCKET_ANOTHERS)
            return false;
    return true;
}

enum status
plugin_take_over(struct plugin *p, struct buf *problem)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < p->count && st == STATUS_OK; i++) {
        st = instance_take_over(p->instances[i]);
        if (st != STATUS_OK)
            buf_say(problem, "cannot take over %s: %s",
                p->options->listens.items[i], unix_socket_problem(st));
    }
    return st;
}

bool
plugin_is_replaced(const struct plugin *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (instance_place(p->instances[i]) != UNIX_SOCKET_ANOTHERS)
            return false;
    return true;
}

void
plugin_renew_sockets(struct plugin *p, int64_t now_ms)
{
    for (size_t i = 0; i < p->count; i++)
        instance_renew_socket(p->instances[i], now_ms);
}

void
plugin_give_way(struct plugin *p)
{
    http_server_refuse(p->http);
}

bool
plugin_is_usable(struct plugin *p)
{
    return readiness_look(&p->readiness, p->instances, p->count);
}

bool
plugin_is_alive(const struct plugin *p, int64_t within_ms)
{
    for (size_t i = 0; i < p->count; i++)
        if (!instance_is_alive(p->instances[i], within_ms))
            return false;
    return kms_client_is_alive(p->kms, within_ms);
}

void
plugin_reload(struct plugin *p)
{
    credentials_reload(p->credentials);
    kms_client_reload(p->kms);
}

static enum status
stop_calls(struct plugin *p)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < p->count; i++)
        instance_refuse(p->instances[i]);
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + p->options->stop_timeout_ms;
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
    aep_health_free(p->aep_health);
    metrics_free(p->metrics);
    free(p->instances);
    free(p);
    return STATUS_OK;
}
