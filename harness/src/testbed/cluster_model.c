/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/cluster_model.h"

#include "model/model.h"
#include "model/model_health.h"
#include "model/model_list.h"
#include "model/secret_object.h"
#include "process/interrupt.h"
#include "rpc/rpc_kms.h"
#include "testbed/secret.h"

#include <stdlib.h>

struct cluster_model {
    struct rpc_channel *channel;
    struct kv *own; /* NULL: the store is another's */
    struct kv *kv;
    struct model *model;
    struct encryption_config config;
    int64_t started_ms;
    int64_t scale;
};

static enum status
connect_plugin(void *context, const struct provider_config *config,
    struct kms_service_v1 *v1, struct kms_service_v2 *v2)
{
    struct cluster_model *m = context;

    (void)config; /* there is one plugin */
    *v1 = rpc_kms_v1(m->channel);
    *v2 = rpc_kms_v2(m->channel);
    return STATUS_OK;
}

static void
model_cluster_free(void *context)
{
    struct cluster_model *m = context;

    model_free(m->model);
    kv_free(m->own);
    rpc_channel_free(m->channel);
    config_reset(&m->config);
    free(m);
}

static enum status
model_cluster_start(void *context, struct buf *problem)
{
    struct cluster_model *m = context;
    struct transform_error error = { 0 };
    enum status st = model_start(m->model, &m->config, &error);

    if (st != STATUS_OK)
        buf_say(
            problem, "the apiserver does not start: %s", buf_text(&error.text));
    transform_error_reset(&error);
    return st;
}

static void
model_cluster_stop(void *context, bool kill)
{
    struct cluster_model *m = context;

    (void)kill;
    model_stop(m->model);
}

static bool
model_cluster_running(void *context)
{
    struct cluster_model *m = context;

    return model_encryption(m->model) != NULL;
}

static void
tell(struct model_answer *from, struct cluster_answer *to)
{
    to->code = from->code;
    to->revision = from->revision;
    buf_take(&to->words, &from->message);
    model_answer_reset(from);
}

static struct model_object
secret_named(const char *name)
{
    return (struct model_object){ "secrets", SECRET_NAMESPACE, name };
}

static enum status
encode(const char *name, const char *value, struct buf *out)
{
    struct secret_object secret = { .created_s = 1767225600 };
    enum status st = buf_append_text(&secret.name, name);

    if (st == STATUS_OK)
        st = buf_append_text(&secret.namespace, SECRET_NAMESPACE);
    if (st == STATUS_OK)
        st = buf_append_text(&secret.type, "Opaque");
    if (st == STATUS_OK)
        st = byte_map_set(
            &secret.data, SPAN_LITERAL(SECRET_KEY), span_text(value));
    if (st == STATUS_OK)
        st = secret_object_encode(&secret, out);
    secret_object_reset(&secret);
    return st;
}

static enum status
model_cluster_write(void *context, const char *name, const char *value,
    struct cluster_answer *answer)
{
    struct cluster_model *m = context;
    struct model_object object = secret_named(name);
    struct model_answer said = { 0 };
    struct buf bytes = { 0 };
    enum status st = encode(name, value, &bytes);

    if (st == STATUS_OK)
        st = model_update(m->model, &object, buf_span(&bytes), 0, &said);
    if (st == STATUS_OK && said.code == 404) {
        model_answer_reset(&said);
        st = model_create(m->model, &object, buf_span(&bytes), &said);
    }
    tell(&said, answer);
    buf_reset(&bytes);
    return st;
}

static enum status
take_value(struct span object, struct buf *value)
{
    struct secret_object secret = { 0 };
    struct span found = { NULL, 0 };
    enum status st = secret_object_decode(object, &secret);

    if (st == STATUS_OK)
        (void)byte_map_find(&secret.data, SPAN_LITERAL(SECRET_KEY), &found);
    if (st == STATUS_OK)
        st = buf_append(value, found);
    secret_object_reset(&secret);
    return st;
}

static enum status
model_cluster_read(
    void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_model *m = context;
    struct model_object object = secret_named(name);
    struct model_answer said = { 0 };
    enum status st = model_get(m->model, &object, &said);

    /* What cannot be decoded has no value: the ledger says so. */
    if (st == STATUS_OK && said.code == 200 &&
        take_value(buf_span(&said.body), &answer->value) != STATUS_OK)
        buf_clear(&answer->value);
    tell(&said, answer);
    return st;
}

static enum status
model_cluster_rewrite(
    void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_model *m = context;
    struct model_object object = secret_named(name);
    struct model_answer said = { 0 }, written = { 0 };
    enum status st = model_get(m->model, &object, &said);

    if (st == STATUS_OK && said.code == 200) {
        st = model_update(
            m->model, &object, buf_span(&said.body), said.revision, &written);
        tell(&written, answer);
        model_answer_reset(&said);
        return st;
    }
    tell(&said, answer);
    return st;
}

static enum status
model_cluster_remove(
    void *context, const char *name, struct cluster_answer *answer)
{
    struct cluster_model *m = context;
    struct model_object object = secret_named(name);
    struct model_answer said = { 0 };
    enum status st = model_delete(m->model, &object, &said);

    tell(&said, answer);
    return st;
}

static enum status
count_one(void *context, struct span key, struct span bytes)
{
    (void)key;
    (void)bytes;
    (*(size_t *)context)++;
    return STATUS_OK;
}

static enum status
model_cluster_list(void *context, struct cluster_answer *answer)
{
    struct cluster_model *m = context;
    struct model_answer said = { 0 };
    enum status st = model_list(m->model, "secrets", SECRET_NAMESPACE,
        count_one, &answer->count, &said);

    tell(&said, answer);
    return st;
}

static enum status
model_cluster_get(
    void *context, const char *path, struct cluster_answer *answer)
{
    struct cluster_model *m = context;
    struct model_answer said = { 0 };
    enum status st = model_health(m->model, path, &said);

    tell(&said, answer);
    return st;
}

static enum status
model_cluster_stored(void *context, const char *name, struct buf *value)
{
    struct cluster_model *m = context;
    struct model_object object = secret_named(name);
    struct buf key = { 0 };
    enum status st = model_etcd_key(&object, &key);

    if (st == STATUS_OK)
        st = kv_get(m->kv, buf_span(&key), value, NULL);
    buf_reset(&key);
    return st;
}

static enum status
model_cluster_store(void *context, const char *name, struct span value)
{
    struct cluster_model *m = context;
    struct model_object object = secret_named(name);
    struct buf key = { 0 };
    int64_t revision = 0;
    enum status st = model_etcd_key(&object, &key);

    if (st == STATUS_OK)
        st = kv_get(m->kv, buf_span(&key), NULL, &revision);
    if (st == STATUS_OK)
        st = kv_put(m->kv, buf_span(&key), value, revision, NULL);
    buf_reset(&key);
    return st;
}

static int64_t
model_cluster_now(void *context)
{
    struct cluster_model *m = context;

    return model_now_ms(m->model) - m->started_ms;
}

static enum status
model_cluster_pass(void *context, int64_t ms, bool real)
{
    struct cluster_model *m = context;
    enum status st = interrupt_sleep(real ? ms / m->scale : 0);

    if (st == STATUS_OK)
        model_advance(m->model, ms);
    return st;
}

static const struct cluster_table table = {
    .start = model_cluster_start,
    .stop = model_cluster_stop,
    .running = model_cluster_running,
    .write = model_cluster_write,
    .read = model_cluster_read,
    .rewrite = model_cluster_rewrite,
    .remove = model_cluster_remove,
    .list = model_cluster_list,
    .get = model_cluster_get,
    .stored = model_cluster_stored,
    .store = model_cluster_store,
    .now_ms = model_cluster_now,
    .pass = model_cluster_pass,
    .free = model_cluster_free,
};

static enum status
configure(struct cluster_model *m, const struct cluster_model_options *options,
    struct buf *problem)
{
    const struct config_options how = { .file_name = "encryption.yaml",
        .kms_v1 = options->kms_v1 };
    struct secret_configuration wanted = { options->endpoint, options->kms_v1,
        options->timeout_ms, options->scale };
    struct buf text = { 0 };
    enum status st = secret_configure(&wanted, &text);

    if (st == STATUS_OK)
        st = config_parse(buf_span(&text), &how, &m->config, problem);
    if (st == STATUS_OK)
        st = rpc_channel_new(
            span_text(options->endpoint), RPC_WAIT, &m->channel);
    buf_reset(&text);
    return st;
}

/* Both begin at the same time and are moved by the same steps. */
static void
join(struct cluster_model *m, const struct cluster_model *first)
{
    m->kv = first->kv;
    m->started_ms = first->started_ms;
}

enum status
cluster_model_new(const struct cluster_model_options *options,
    struct cluster *out, struct buf *problem)
{
    struct clock clock = clock_wall();
    struct cluster_model *m = calloc(1, sizeof(*m));

    if (m == NULL)
        return STATUS_NO_MEMORY;
    m->scale = options->scale;
    m->started_ms = clock_ms(&clock);
    if (options->first != NULL)
        join(m, options->first->context);
    enum status st = configure(m, options, problem);
    if (st == STATUS_OK && m->kv == NULL)
        st = kv_open(NULL, &m->own);
    if (m->own != NULL)
        m->kv = m->own;
    const struct model_options model = { .kv = m->kv,
        .now_ms = m->started_ms,
        .random = random_system(),
        .plugins = { connect_plugin, m } };
    if (st == STATUS_OK)
        st = model_new(&model, &m->model);
    if (st == STATUS_OK)
        *out = (struct cluster){ &table, m };
    else
        model_cluster_free(m);
    return st;
}
