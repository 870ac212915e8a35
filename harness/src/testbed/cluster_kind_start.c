/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/cluster_kind_internal.h"

#include "cluster/wait.h"
#include "testbed/secret.h"

const struct engine *
cluster_kind_engine(const struct cluster_kind *k)
{
    return &k->options.site->engine;
}

struct cluster_api
cluster_kind_api(const struct cluster_kind *k)
{
    return (struct cluster_api){ &k->server, KIND_SITE_NAMESPACE };
}

/* It is up when it is live: readyz may have to wait for a plugin. */
static enum status
await_live(struct cluster_kind *k, struct buf *problem)
{
    enum { LIVE_MS = 180 * 1000, ASK_MS = 5000 };
    struct buf url = { 0 };
    enum status st = buf_printf(&url, "%s/livez", k->server.url);
    const struct http_request request = { .url = buf_text(&url),
        .ca_file = k->server.ca_file,
        .cert_file = k->server.cert_file,
        .key_file = k->server.key_file,
        .timeout_ms = ASK_MS };

    if (st == STATUS_OK)
        st = wait_until_ok(&request, NULL, LIVE_MS);
    if (st != STATUS_OK && st != STATUS_CANCELLED)
        buf_say(problem,
            "kube-apiserver in %s does not come up: %s; kmslab kind logs %s "
            "apiserver says more",
            k->node, status_text(st), buf_text(&k->options.site->record.name));
    buf_reset(&url);
    return st;
}

static enum status
make_namespace(struct cluster_kind *k, struct buf *problem)
{
    enum { CREATED = 201, THERE = 409 };
    const struct kube_call call = { .method = "POST",
        .path = "/api/v1/namespaces",
        .body = SPAN_LITERAL(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\","
            "\"metadata\":{\"name\":\"" KIND_SITE_NAMESPACE "\"}}") };
    struct cluster_api api = cluster_kind_api(k);
    struct http_answer got = { 0 };
    struct cluster_answer answer = { 0 };
    enum status st = cluster_api_send(&api, &call, &got, &answer);

    if (st == STATUS_OK && answer.code != CREATED && answer.code != THERE) {
        buf_say(problem, "namespace " KIND_SITE_NAMESPACE ": %u %s",
            answer.code, buf_text(&answer.words));
        st = STATUS_DENIED;
    }
    k->has_namespace = st == STATUS_OK;
    http_answer_reset(&got);
    cluster_answer_reset(&answer);
    return st;
}

enum status
cluster_kind_start(void *context, struct buf *problem)
{
    struct cluster_kind *k = context;

    if (k->options.server == 0)
        k->options.site->part = k->options.site->log.len;
    enum status st = node_apiserver_start(
        cluster_kind_engine(k), k->node, buf_text(&k->configuration), problem);

    if (st == STATUS_OK)
        st = await_live(k, problem);
    if (st == STATUS_OK)
        st = node_apiserver_process(
            cluster_kind_engine(k), k->node, &k->pid, problem);
    if (st == STATUS_OK && !k->has_namespace)
        st = make_namespace(k, problem);
    if (st == STATUS_OK)
        kind_site_identify(k->options.site);
    return st;
}

/* The plugin's socket has another path in the node. */
enum status
cluster_kind_configure(struct cluster_kind *k, struct buf *problem)
{
    const struct cluster_kind_options *o = &k->options;
    struct buf endpoint = { 0 }, text = { 0 };
    enum status st = buf_printf(&endpoint, "unix://%s%s",
        buf_text(&o->site->inside), strrchr(o->socket, '/'));
    const struct secret_configuration wanted = { buf_text(&endpoint), o->kms_v1,
        o->timeout_ms, 1 };

    if (st == STATUS_OK)
        st = secret_configure(&wanted, &text);
    if (st == STATUS_OK)
        st = buf_printf(&k->configuration,
            KIND_ENCRYPTION_FOLDER "/run-%zu.yaml", o->server + 1);
    if (st == STATUS_OK)
        st = engine_copy_in(cluster_kind_engine(k), k->node,
            buf_text(&k->configuration), "0600", buf_span(&text), problem);
    buf_reset(&endpoint);
    buf_reset(&text);
    return st;
}
