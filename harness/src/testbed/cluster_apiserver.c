/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/cluster_apiserver.h"

#include "base/clock.h"
#include "base/file.h"
#include "cluster/apiserver.h"
#include "cluster/etcd_process.h"
#include "process/interrupt.h"
#include "testbed/cluster_api.h"
#include "testbed/secret.h"

#include <signal.h>
#include <stdlib.h>

struct cluster_apiserver {
    struct cluster_apiserver_options options;
    struct etcd_process *own; /* NULL: the etcd is another's */
    struct etcd_process *etcd;
    struct apiserver *apiserver;
    struct buf configuration; /* path */
    struct clock clock;
    int64_t started_ms;
};

static void
real_free(void *context)
{
    struct cluster_apiserver *a = context;

    apiserver_free(a->apiserver);
    etcd_process_free(a->own);
    buf_reset(&a->configuration);
    free(a);
}

static bool
is_first(const struct cluster_apiserver *a)
{
    return a->options.first == NULL;
}

/* It is up when it is live: readyz may have to wait for a plugin. */
static enum status
real_start(void *context, struct buf *problem)
{
    struct cluster_apiserver *a = context;
    const struct apiserver_options options = {
        .program = a->options.kube_apiserver,
        .etcd_endpoint = etcd_process_server(a->etcd)->endpoint,
        .workspace = a->options.workspace,
        .encryption_config = buf_text(&a->configuration),
        .kms_v1 = a->options.kms_v1,
        .ready_path = "/livez",
        .name = is_first(a) ? NULL : "kube-apiserver-2",
    };
    enum status st = a->apiserver == NULL
                         ? apiserver_launch(&options, &a->apiserver, problem)
                         : apiserver_relaunch(a->apiserver, problem);

    return st == STATUS_OK ? apiserver_await(a->apiserver, problem) : st;
}

static void
real_stop(void *context, bool kill)
{
    struct cluster_apiserver *a = context;

    if (a->apiserver == NULL)
        return;
    if (kill)
        apiserver_kill(a->apiserver);
    else
        apiserver_stop(a->apiserver);
}

static bool
real_running(void *context)
{
    struct cluster_apiserver *a = context;
    struct process *process =
        a->apiserver == NULL ? NULL : apiserver_process(a->apiserver);

    return process != NULL && process_running(process);
}

static struct cluster_api
api_of(const struct cluster_apiserver *a)
{
    return (
        struct cluster_api){ apiserver_server(a->apiserver), SECRET_NAMESPACE };
}

static enum status
real_write(void *context, const char *name, const char *value,
    struct cluster_answer *answer)
{
    struct cluster_api api = api_of(context);

    return cluster_api_write(&api, name, value, answer);
}

static enum status
real_read(void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_api api = api_of(context);

    return cluster_api_read(&api, name, answer);
}

static enum status
real_rewrite(void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_api api = api_of(context);

    return cluster_api_rewrite(&api, name, answer);
}

static enum status
real_remove(void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_api api = api_of(context);

    return cluster_api_remove(&api, name, answer);
}

static enum status
real_list(void *context, struct cluster_answer *answer)
{
    struct cluster_api api = api_of(context);

    return cluster_api_list(&api, answer);
}

static enum status
real_get(void *context, const char *path, struct cluster_answer *answer)
{
    struct cluster_api api = api_of(context);

    return cluster_api_get(&api, path, answer);
}

static enum status
etcd_key(const char *name, struct buf *key)
{
    return buf_printf(key, "/registry/secrets/" SECRET_NAMESPACE "/%s", name);
}

static enum status
real_store(void *context, const char *name, struct span value)
{
    struct cluster_apiserver *a = context;
    struct buf key = { 0 }, problem = { 0 };
    enum status st = etcd_key(name, &key);

    if (st == STATUS_OK)
        st = etcd_put(
            etcd_process_server(a->etcd), buf_span(&key), value, &problem);
    buf_reset(&key);
    buf_reset(&problem);
    return st;
}

static enum status
real_stored(void *context, const char *name, struct buf *value)
{
    struct cluster_apiserver *a = context;
    struct buf key = { 0 }, problem = { 0 };
    enum status st = etcd_key(name, &key);

    if (st == STATUS_OK)
        st = etcd_get(
            etcd_process_server(a->etcd), buf_span(&key), value, &problem);
    buf_reset(&key);
    buf_reset(&problem);
    return st;
}

static int64_t
real_now(void *context)
{
    struct cluster_apiserver *a = context;

    return clock_ms(&a->clock) - a->started_ms;
}

/* Time passes for both while the first waits. */
static enum status
real_pass(void *context, int64_t ms, bool real)
{
    struct cluster_apiserver *a = context;

    (void)real;
    return is_first(a) ? interrupt_sleep(ms) : STATUS_OK;
}

static const struct cluster_table table = {
    .start = real_start,
    .stop = real_stop,
    .running = real_running,
    .write = real_write,
    .read = real_read,
    .rewrite = real_rewrite,
    .remove = real_remove,
    .list = real_list,
    .get = real_get,
    .stored = real_stored,
    .store = real_store,
    .now_ms = real_now,
    .pass = real_pass,
    .free = real_free,
};

static enum status
write_configuration(struct cluster_apiserver *a)
{
    const struct secret_configuration wanted = { a->options.endpoint,
        a->options.kms_v1, a->options.timeout_ms, 1 };
    struct buf text = { 0 };
    enum status st = workspace_file(a->options.workspace,
        is_first(a) ? "encryption.yaml" : "encryption-2.yaml",
        &a->configuration);

    if (st == STATUS_OK)
        st = secret_configure(&wanted, &text);
    if (st == STATUS_OK)
        st = file_replace(buf_text(&a->configuration), 0600, buf_span(&text));
    buf_reset(&text);
    return st;
}

static void
join(struct cluster_apiserver *a, const struct cluster_apiserver *first)
{
    a->etcd = first->etcd;
    a->started_ms = first->started_ms;
}

enum status
cluster_apiserver_new(const struct cluster_apiserver_options *options,
    struct cluster *out, struct buf *problem)
{
    struct cluster_apiserver *a = calloc(1, sizeof(*a));

    if (a == NULL)
        return STATUS_NO_MEMORY;
    a->options = *options;
    a->clock = clock_monotonic();
    a->started_ms = clock_ms(&a->clock);
    enum status st = write_configuration(a);
    if (st == STATUS_OK && is_first(a))
        st = etcd_process_start(
            options->etcd, options->workspace, "etcd", &a->own, problem);
    a->etcd = a->own;
    if (!is_first(a))
        join(a, options->first->context);
    if (st == STATUS_OK)
        *out = (struct cluster){ &table, a };
    else
        real_free(a);
    return st;
}
