/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "storm/rig_internal.h"

#include <stdlib.h>

enum { DEAD_BAND_MS = 1 };

static enum status
connect_plugin(void *context, const struct provider_config *config,
    struct kms_service_v1 *v1, struct kms_service_v2 *v2)
{
    struct rig *rig = context;
    (void)config; /* there is one plugin */
    *v1 = rpc_kms_v1(rig->channel);
    *v2 = rpc_kms_v2(rig->channel);
    return STATUS_OK;
}

enum status
rig_start_plugin(struct rig *rig, struct buf *problem)
{
    const struct plugin_options options = {
        .account = emulator_account(rig->emulator),
        .key = buf_text(&rig->key),
        .socket = buf_text(&rig->socket),
        .health_cache = "500ms",
    };
    return plugin_start(rig->workspace, &options, &rig->plugin, problem);
}

static enum status
start_proxy(struct rig *rig, struct buf *problem)
{
    struct proxy_options options = { .layers = PROXY_BOTH,
        .seed = (uint64_t)rig->seed };
    struct buf path = { 0 };
    enum status st = workspace_file(rig->workspace, "front.sock", &path);
    if (st == STATUS_OK)
        st = buf_printf(&rig->front, "unix://%s", buf_text(&path));
    options.listen = buf_text(&rig->front);
    options.plugin = plugin_endpoint(rig->plugin);
    if (st == STATUS_OK)
        st = proxy_new(&options, &rig->proxy, problem);
    buf_reset(&path);
    return st;
}

static enum status
start_services(struct rig *rig, struct buf *problem)
{
    const struct emulator_options emulator = { 0 };
    enum status st = workspace_file(rig->workspace, "kms.sock", &rig->socket);
    if (st == STATUS_OK)
        st = emulator_start(rig->workspace, &emulator, &rig->emulator, problem);
    if (st != STATUS_OK)
        return st;
    struct kms_account account = emulator_account(rig->emulator);
    st = kms_create_key(&account, "storm", &rig->key, problem);
    if (st == STATUS_OK)
        st = rig_start_plugin(rig, problem);
    return st == STATUS_OK ? start_proxy(rig, problem) : st;
}

static enum status
configure(struct rig *rig, struct buf *problem)
{
    struct config_options options = { .file_name = "encryption.yaml",
        .kms_v1 = true };
    struct buf text = { 0 };
    enum status st = buf_printf(&text,
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: EncryptionConfiguration\n"
        "resources:\n"
        "- resources: [secrets]\n"
        "  providers:\n"
        "  - kms: { apiVersion: v2, name: storm-v2, endpoint: \"%s\", "
        "timeout: %dms }\n"
        "- resources: [configmaps]\n"
        "  providers:\n"
        "  - kms: { apiVersion: v1, name: storm-v1, endpoint: \"%s\", "
        "timeout: %dms, cachesize: 4 }\n",
        buf_text(&rig->front), RIG_RPC_MS, buf_text(&rig->front), RIG_RPC_MS);
    if (st == STATUS_OK)
        st = config_parse(buf_span(&text), &options, &rig->config, problem);
    buf_reset(&text);
    return st;
}

static enum status
start_apiserver(struct rig *rig, struct buf *problem)
{
    struct clock wall = clock_wall();
    struct model_options options = { .now_ms = clock_ms(&wall),
        .random = random_system(),
        .plugins = { connect_plugin, rig } };
    enum status st = configure(rig, problem);
    if (st == STATUS_OK)
        st = rpc_channel_new(buf_span(&rig->front), RPC_WAIT, &rig->channel);
    if (st == STATUS_OK)
        st = kv_open(NULL, &rig->kv);
    options.kv = rig->kv;
    if (st == STATUS_OK)
        st = model_new(&options, &rig->model);
    return st == STATUS_OK ? rig_restart(rig, problem) : st;
}

enum status
rig_new(const struct workspace *workspace, int64_t seed, struct rig **out,
    struct buf *problem)
{
    struct rig *rig = calloc(1, sizeof(*rig));
    if (rig == NULL)
        return STATUS_NO_MEMORY;
    rig->workspace = workspace;
    rig->seed = seed;
    rig->clock = clock_monotonic();
    rig->ticked_ms = clock_ms(&rig->clock);
    enum status st = start_services(rig, problem);
    if (st == STATUS_OK)
        st = start_apiserver(rig, problem);
    if (st == STATUS_OK)
        *out = rig;
    else
        rig_free(rig);
    return st;
}

void
rig_free(struct rig *rig)
{
    if (rig == NULL)
        return;
    if (rig->proxy != NULL)
        proxy_heal(rig->proxy);
    model_free(rig->model);
    kv_free(rig->kv);
    rpc_channel_free(rig->channel);
    proxy_free(rig->proxy);
    plugin_free(rig->plugin);
    emulator_free(rig->emulator);
    config_reset(&rig->config);
    buf_reset(&rig->key);
    buf_reset(&rig->socket);
    buf_reset(&rig->front);
    free(rig);
}

void
rig_tick(struct rig *rig)
{
    int64_t now_ms = clock_ms(&rig->clock);
    int64_t passed = now_ms - rig->ticked_ms;
    if (passed < DEAD_BAND_MS)
        return;
    rig->ticked_ms = now_ms;
    model_advance(rig->model, passed * RIG_HASTE);
}

bool
rig_runs(struct rig *rig)
{
    return process_running(emulator_process(rig->emulator)) &&
           (rig->plugin == NULL ||
               process_running(plugin_process(rig->plugin)));
}

enum status
rig_usage(struct rig *rig, struct usage *out)
{
    struct usage plugin, emulator;
    if (rig->plugin == NULL)
        return STATUS_NOT_FOUND;
    enum status st =
        usage_read(process_id(plugin_process(rig->plugin)), &plugin);
    if (st == STATUS_OK)
        st = usage_read(process_id(emulator_process(rig->emulator)), &emulator);
    if (st == STATUS_OK)
        *out = (struct usage){ plugin.memory + emulator.memory,
            plugin.threads + emulator.threads,
            plugin.descriptors + emulator.descriptors,
            plugin.closed || emulator.closed };
    return st;
}
