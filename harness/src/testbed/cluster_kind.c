/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/cluster_kind_internal.h"

#include "node/node_etcd.h"
#include "process/interrupt.h"
#include "testbed/kind_pod.h"

#include <stdlib.h>

static void
kind_free(void *context)
{
    struct cluster_kind *k = context;

    buf_reset(&k->configuration);
    buf_reset(&k->url);
    free(k);
}

/* Where it cannot be ended, it is found running. */
static void
kind_stop(void *context, bool kill)
{
    struct cluster_kind *k = context;
    struct buf problem = { 0 };

    /* Before, and what it said at its end: kubelet removes logs at any time. */
    if (k->options.server == 0)
        kind_site_take_log(k->options.site);
    if (node_apiserver_stop(cluster_kind_engine(k), k->node, kill, &problem) ==
        STATUS_OK)
        k->pid = 0;
    if (k->options.server == 0)
        kind_site_take_log(k->options.site);
    buf_reset(&problem);
}

/* The one that was started: kubelet starts another where it ends by itself. */
static bool
kind_running(void *context)
{
    struct cluster_kind *k = context;
    struct buf problem = { 0 };
    int64_t pid = 0;
    enum status st =
        node_apiserver_process(cluster_kind_engine(k), k->node, &pid, &problem);

    buf_reset(&problem);
    return st == STATUS_OK && pid != 0 && pid == k->pid;
}

static enum status
kind_write(void *context, const char *name, const char *value,
    struct cluster_answer *answer)
{
    struct cluster_api api = cluster_kind_api(context);

    return cluster_api_write(&api, name, value, answer);
}

static enum status
kind_read(void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_api api = cluster_kind_api(context);

    return cluster_api_read(&api, name, answer);
}

static enum status
kind_rewrite(void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_api api = cluster_kind_api(context);

    return cluster_api_rewrite(&api, name, answer);
}

static enum status
kind_remove(void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_api api = cluster_kind_api(context);

    return cluster_api_remove(&api, name, answer);
}

static enum status
kind_list(void *context, struct cluster_answer *answer)
{
    struct cluster_api api = cluster_kind_api(context);

    return cluster_api_list(&api, answer);
}

static enum status
kind_get(void *context, const char *path, struct cluster_answer *answer)
{
    struct cluster_api api = cluster_kind_api(context);

    return cluster_api_get(&api, path, answer);
}

static enum status
kind_stored(void *context, const char *name, struct buf *value)
{
    struct cluster_kind *k = context;
    struct buf key = { 0 }, problem = { 0 };
    enum status st = buf_printf(&key, KIND_SITE_KEYS "%s", name);

    if (st == STATUS_OK)
        st = node_etcd_get(
            cluster_kind_engine(k), k->node, buf_text(&key), value, &problem);
    buf_reset(&key);
    buf_reset(&problem);
    return st;
}

static enum status
kind_store(void *context, const char *name, struct span value)
{
    struct cluster_kind *k = context;
    struct buf key = { 0 }, problem = { 0 };
    enum status st = buf_printf(&key, KIND_SITE_KEYS "%s", name);

    if (st == STATUS_OK)
        st = node_etcd_put(
            cluster_kind_engine(k), k->node, buf_text(&key), value, &problem);
    buf_reset(&key);
    buf_reset(&problem);
    return st;
}

static struct kind_pod
pod_of(const struct cluster_kind *k, const char *name)
{
    return (struct kind_pod){ cluster_kind_engine(k), k->node,
        strrchr(kind_site_sockets(k->options.site), '/') + 1, name };
}

static enum status
kind_pod(void *context, const char *name, struct cluster_answer *answer)
{
    const struct kind_pod pod = pod_of(context, name);
    struct cluster_api api = cluster_kind_api(context);
    struct buf problem = { 0 };
    enum status st = kind_pod_create(&pod, &api, answer, &problem);

    buf_reset(&problem);
    return st;
}

static enum status
kind_pod_has(
    void *context, const char *name, bool environment, struct buf *value)
{
    const struct kind_pod pod = pod_of(context, name);
    struct buf problem = { 0 };
    enum status st = kind_pod_value(&pod, environment, value, &problem);

    buf_reset(&problem);
    return st;
}

static int64_t
kind_now(void *context)
{
    struct cluster_kind *k = context;

    return clock_ms(&k->clock) - k->started_ms;
}

static enum status
kind_pass(void *context, int64_t ms, bool real)
{
    (void)context;
    (void)real;
    return interrupt_sleep(ms);
}

static const struct cluster_table table = {
    .start = cluster_kind_start,
    .stop = kind_stop,
    .running = kind_running,
    .write = kind_write,
    .read = kind_read,
    .rewrite = kind_rewrite,
    .remove = kind_remove,
    .list = kind_list,
    .get = kind_get,
    .stored = kind_stored,
    .store = kind_store,
    .pod = kind_pod,
    .pod_value = kind_pod_has,
    .now_ms = kind_now,
    .pass = kind_pass,
    .free = kind_free,
};

enum status
cluster_kind_new(const struct cluster_kind_options *options,
    struct cluster *out, struct buf *problem)
{
    struct cluster_kind *k = calloc(1, sizeof(*k));

    if (k == NULL)
        return STATUS_NO_MEMORY;
    k->options = *options;
    k->node = kind_site_node(options->site, options->server);
    k->clock = clock_monotonic();
    enum status st =
        kind_site_url(options->site, options->server, &k->url, problem);
    k->server = kubeconfig_server(&options->site->api);
    k->server.url = buf_text(&k->url);
    if (st == STATUS_OK)
        st = kind_site_clean(cluster_kind_engine(k), k->node, problem);
    if (st == STATUS_OK)
        st = cluster_kind_configure(k, problem);
    k->started_ms = clock_ms(&k->clock);
    if (st == STATUS_OK)
        *out = (struct cluster){ &table, k };
    else
        kind_free(k);
    return st;
}
