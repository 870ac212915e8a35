/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/proxy.h"

#include "process/unix_listener.h"
#include "proxy/calls.h"
#include "proxy/loop.h"
#include "proxy/proxy_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct proxy {
    struct rules *rules;
    struct tally *tally;
    struct calls *calls; /* NULL: frames only */
    struct loop *loop;
    struct unix_listener listener;
    struct unix_endpoint plugin;
    struct buf endpoint;
};

/* ---- hooks of the loop ----------------------------------------------------
 */

static void
take_connection(void *context, int fd)
{
    const struct proxy *proxy = context;

    calls_add_connection(proxy->calls, fd);
}

static void
strike_connection(void *context, struct strike *strike)
{
    const struct proxy *proxy = context;

    (void)rules_strike_connection(proxy->rules, strike);
}

static void
strike_request(void *context, struct strike *strike)
{
    const struct proxy *proxy = context;

    (void)rules_strike_request(proxy->rules, strike);
}

static void
observe(void *context, const struct strike *strike)
{
    const struct proxy *proxy = context;

    rules_observe(
        proxy->rules, &strike->decision, "", strike_outcome(strike->kind));
}

/* To the layer of calls, which is in this process. */
static enum status
open_calls(const struct proxy *proxy, int *fd)
{
    int pair[2];

    if (socketpair(
            AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        return status_from_errno(errno);
    calls_add_connection(proxy->calls, pair[1]);
    *fd = pair[0];
    return STATUS_OK;
}

static enum status
open_way(void *context, int *fd)
{
    const struct proxy *proxy = context;

    return proxy->calls != NULL ? open_calls(proxy, fd)
                                : unix_endpoint_connect(&proxy->plugin, fd);
}

/* Rules went, or were paused: what they hold goes on. */
static void
release(void *context)
{
    const struct proxy *proxy = context;

    if (proxy->loop != NULL)
        loop_release(proxy->loop);
    if (proxy->calls != NULL)
        calls_release(proxy->calls);
}

/* ---- making and ending it -------------------------------------------------
 */

static enum status
parse_endpoints(struct proxy *proxy, const struct proxy_options *options,
    struct unix_endpoint *listen, struct buf *problem)
{
    const char *wrong = options->listen;
    enum status status = unix_endpoint_parse(span_text(wrong), listen);

    if (status == STATUS_OK) {
        wrong = options->plugin;
        status = unix_endpoint_parse(span_text(wrong), &proxy->plugin);
    }
    if (status != STATUS_OK)
        buf_say(problem, "'%s' is no endpoint: it must be unix:///PATH%s",
            wrong, status == STATUS_TOO_LARGE ? " of at most 107 bytes" : "");
    if (status == STATUS_OK && unix_endpoint_same(listen, &proxy->plugin)) {
        buf_say(problem,
            "'%s' is the plugin's own socket: give another to "
            "listen on",
            options->listen);
        status = STATUS_INVALID;
    }
    return status;
}

static enum status
start_layers(struct proxy *proxy, const struct proxy_options *options)
{
    const struct loop_hooks hooks = {
        .take = options->layers == PROXY_CALLS ? take_connection : NULL,
        .connection = strike_connection,
        .link = { .context = proxy,
            .request = strike_request,
            .struck = observe,
            .open = open_way },
    };
    enum status status = STATUS_OK;

    if (options->layers != PROXY_FRAMES)
        status = calls_new(
            options->plugin, proxy->rules, proxy->tally, &proxy->calls);
    if (status == STATUS_OK)
        status = loop_new(proxy->listener.fd, &hooks, &proxy->loop);
    return status;
}

static enum status
start(struct proxy *proxy, const struct proxy_options *options,
    struct buf *problem)
{
    const struct rules_options rules = { .layers = options->layers,
        .seed = options->seed,
        .withdrawn = release,
        .context = proxy };
    struct unix_endpoint listen;
    enum status status = parse_endpoints(proxy, options, &listen, problem);

    if (status != STATUS_OK)
        return status;
    status = buf_append_text(&proxy->endpoint, options->listen);
    if (status == STATUS_OK)
        status = tally_new(&proxy->tally);
    if (status == STATUS_OK)
        status = rules_new(&rules, &proxy->rules);
    if (status == STATUS_OK)
        status = unix_listener_open(&listen, &proxy->listener);
    if (status == STATUS_OK)
        status = start_layers(proxy, options);
    if (status != STATUS_OK)
        buf_say(problem, "cannot serve %s: %s", options->listen,
            status_text(status));
    return status;
}

enum status
proxy_new(const struct proxy_options *options, struct proxy **out,
    struct buf *problem)
{
    struct proxy *proxy = calloc(1, sizeof(*proxy));
    enum status status;

    if (proxy == NULL)
        return STATUS_NO_MEMORY;
    proxy->listener.fd = -1;
    status = start(proxy, options, problem);
    if (status == STATUS_OK)
        *out = proxy;
    else
        proxy_free(proxy);
    return status;
}

void
proxy_free(struct proxy *proxy)
{
    if (proxy == NULL)
        return;
    loop_free(proxy->loop);
    unix_listener_close(&proxy->listener);
    if (calls_free(proxy->calls)) {
        rules_free(proxy->rules);
        tally_free(proxy->tally);
    }
    buf_reset(&proxy->endpoint);
    free(proxy);
}

const char *
proxy_endpoint(const struct proxy *proxy)
{
    return buf_text(&proxy->endpoint);
}

/* ---- rules ----------------------------------------------------------------
 */

struct rules *
proxy_own_rules(struct proxy *proxy)
{
    return proxy->rules;
}

enum status
proxy_arm(struct proxy *proxy, struct span json, struct buf *problem)
{
    return fault_table_add(rules_table(proxy->rules), json, NULL, problem);
}

enum status
proxy_check_rules(struct span json, struct buf *problem)
{
    return rules_check(PROXY_BOTH, json, problem);
}

enum status
proxy_disarm(struct proxy *proxy, const char *name)
{
    return fault_table_remove(rules_table(proxy->rules), span_text(name));
}

void
proxy_heal(struct proxy *proxy)
{
    fault_table_clear(rules_table(proxy->rules));
}

enum status
proxy_rules(struct proxy *proxy, struct buf *json)
{
    struct json_writer w = json_writer_to(json);

    fault_table_write(rules_table(proxy->rules), &w);
    return json_writer_end(&w);
}

/* ---- account --------------------------------------------------------------
 */

uint64_t
proxy_count(const struct proxy *proxy, const char *method, int code)
{
    return tally_count(proxy->tally, span_text(method), code);
}

enum status
proxy_report(struct proxy *proxy, struct buf *json)
{
    struct loop_counts counts = loop_count(proxy->loop);
    struct json_writer w = json_writer_to(json);
    size_t open = proxy->calls == NULL ? 0 : calls_open(proxy->calls);

    json_write_object_begin(&w);
    json_write_key_int(&w, "connections", (int64_t)counts.connections);
    json_write_key_int(&w, "open_connections", (int64_t)counts.open);
    json_write_key_int(&w, "open_calls", (int64_t)open);
    json_write_key(&w, "calls");
    tally_write(proxy->tally, &w);
    json_write_object_end(&w);
    return json_writer_end(&w);
}
