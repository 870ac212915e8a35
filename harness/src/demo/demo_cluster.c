/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_cluster.h"

#include "model/secret_object.h"
#include "rpc/rpc_kms.h"
#include "services/plugin.h"

#include <stdlib.h>

struct demo_cluster {
    struct rpc_channel *channel;
    struct kv *kv;
    struct model *model;
    struct encryption_config config;
};

static enum status
connect_plugin(void *context, const struct provider_config *config,
    struct kms_service_v1 *v1, struct kms_service_v2 *v2)
{
    struct demo_cluster *cluster = context;

    (void)config; /* there is one plugin */
    *v1 = rpc_kms_v1(cluster->channel);
    *v2 = rpc_kms_v2(cluster->channel);
    return STATUS_OK;
}

static enum status
configure(
    struct demo_cluster *cluster, const char *endpoint, struct buf *problem)
{
    struct config_options options = { .file_name = "encryption.yaml" };
    struct buf text = { 0 };
    enum status status = plugin_configuration(endpoint, &text);

    if (status == STATUS_OK)
        status =
            config_parse(buf_span(&text), &options, &cluster->config, problem);
    if (status == STATUS_OK)
        status =
            rpc_channel_new(span_text(endpoint), RPC_WAIT, &cluster->channel);
    buf_reset(&text);
    return status;
}

static enum status
open_store(struct demo_cluster *cluster, const struct workspace *workspace)
{
    struct clock clock = clock_wall();
    struct model_options options = { .now_ms = clock_ms(&clock),
        .random = random_system(),
        .plugins = { connect_plugin, cluster } };
    struct buf path = { 0 };
    enum status status = workspace_file(workspace, "etcd.db", &path);

    if (status == STATUS_OK)
        status = kv_open(buf_text(&path), &cluster->kv);
    options.kv = cluster->kv;
    if (status == STATUS_OK)
        status = model_new(&options, &cluster->model);
    buf_reset(&path);
    return status;
}

enum status
demo_cluster_new(const struct workspace *workspace, const char *plugin_endpoint,
    struct demo_cluster **out, struct buf *problem)
{
    struct demo_cluster *cluster = calloc(1, sizeof(*cluster));
    enum status status;

    if (cluster == NULL)
        return STATUS_NO_MEMORY;
    status = configure(cluster, plugin_endpoint, problem);
    if (status == STATUS_OK)
        status = open_store(cluster, workspace);
    if (status == STATUS_OK)
        *out = cluster;
    else
        demo_cluster_free(cluster);
    return status;
}

void
demo_cluster_free(struct demo_cluster *cluster)
{
    if (cluster == NULL)
        return;
    model_free(cluster->model);
    kv_free(cluster->kv);
    rpc_channel_free(cluster->channel);
    config_reset(&cluster->config);
    free(cluster);
}

enum status
demo_cluster_describe(const struct demo_cluster *cluster, struct buf *out)
{
    const struct config_rule *rule = &cluster->config.rules[0];
    enum status status = buf_printf(out, "%s:", buf_text(&rule->resources[0]));

    for (size_t i = 0; i < rule->provider_count && status == STATUS_OK; i++) {
        const struct provider_config *provider = &rule->providers[i];

        status = buf_printf(out, "%s %s%s%s", i > 0 ? ", then" : "",
            provider_kind_name(provider->kind),
            provider->kind == PROVIDER_KMS_V2 ? " v2 " : "",
            buf_text(&provider->name));
    }
    return status;
}

enum status
demo_cluster_start(struct demo_cluster *cluster, struct buf *problem)
{
    struct transform_error error = { 0 };
    enum status status = model_start(cluster->model, &cluster->config, &error);

    if (status != STATUS_OK)
        buf_say(
            problem, "the apiserver does not start: %s", buf_text(&error.text));
    transform_error_reset(&error);
    return status;
}

static struct model_object
secret_named(const char *name)
{
    return (struct model_object){ "secrets", "default", name };
}

static enum status
encode_secret(const char *name, const char *password, struct buf *out)
{
    struct secret_object secret = { .created_s = 1767225600 };
    enum status status = buf_append_text(&secret.name, name);

    if (status == STATUS_OK)
        status = buf_append_text(&secret.namespace, "default");
    if (status == STATUS_OK)
        status = buf_append_text(&secret.type, "Opaque");
    if (status == STATUS_OK)
        status = byte_map_set(
            &secret.data, SPAN_LITERAL("password"), span_text(password));
    if (status == STATUS_OK)
        status = secret_object_encode(&secret, out);
    secret_object_reset(&secret);
    return status;
}

enum status
demo_cluster_write(struct demo_cluster *cluster, const char *name,
    const char *password, struct model_answer *answer)
{
    struct model_object object = secret_named(name);
    struct buf bytes = { 0 };
    enum status status = encode_secret(name, password, &bytes);

    if (status == STATUS_OK)
        status =
            model_update(cluster->model, &object, buf_span(&bytes), 0, answer);
    if (status == STATUS_OK && answer->code == 404) {
        model_answer_reset(answer);
        status =
            model_create(cluster->model, &object, buf_span(&bytes), answer);
    }
    buf_reset(&bytes);
    return status;
}

enum status
demo_cluster_read(struct demo_cluster *cluster, const char *name,
    struct buf *password, struct model_answer *answer)
{
    struct model_object object = secret_named(name);
    struct secret_object secret = { 0 };
    struct span found;
    enum status status = model_get(cluster->model, &object, answer);

    buf_clear(password);
    if (status != STATUS_OK || answer->code != 200)
        return status;
    status = secret_object_decode(buf_span(&answer->body), &secret);
    if (status == STATUS_OK &&
        byte_map_find(&secret.data, SPAN_LITERAL("password"), &found))
        status = buf_append(password, found);
    secret_object_reset(&secret);
    return status;
}

enum status
demo_cluster_rewrite(
    struct demo_cluster *cluster, const char *name, struct model_answer *answer)
{
    struct model_object object = secret_named(name);
    struct model_answer read = { 0 };
    enum status status = model_get(cluster->model, &object, &read);

    if (status == STATUS_OK && read.code == 200)
        status = model_update(cluster->model, &object, buf_span(&read.body),
            read.revision, answer);
    model_answer_reset(&read);
    return status;
}

enum status
demo_cluster_is_stale(
    struct demo_cluster *cluster, const char *name, bool *stale)
{
    struct model_object object = secret_named(name);
    struct transform_error error = { 0 };
    enum status status = model_is_stale(cluster->model, &object, stale, &error);

    transform_error_reset(&error);
    return status;
}

enum status
demo_cluster_stored(struct demo_cluster *cluster, const char *name,
    struct buf *key, struct buf *value)
{
    struct model_object object = secret_named(name);
    enum status status = model_etcd_key(&object, key);

    if (status == STATUS_OK)
        status = kv_get(cluster->kv, buf_span(key), value, NULL);
    return status;
}

enum status
demo_cluster_look(struct demo_cluster *cluster, struct kms_v2_view *view)
{
    return model_look(cluster->model, SPAN_LITERAL(PLUGIN_PROVIDER), view);
}

struct model *
demo_cluster_model(struct demo_cluster *cluster)
{
    return cluster->model;
}

struct kv *
demo_cluster_kv(struct demo_cluster *cluster)
{
    return cluster->kv;
}
