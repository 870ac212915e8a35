/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/model_peer.h"

#include "e2e/check.h"
#include "e2e/stored.h"
#include "k8s/provider.h"
#include "model/secret_object.h"
#include "rpc/rpc_kms.h"

#include <stdlib.h>

struct model_peer {
    struct rpc_channel *channel;
    struct provider_config config;
    struct provider *provider;
    struct prefix_transformer *list;
};

void
model_peer_free(struct model_peer *peer)
{
    if (peer == NULL)
        return;
    prefix_transformer_free(peer->list);
    provider_free(peer->provider);
    provider_config_reset(&peer->config);
    rpc_channel_free(peer->channel);
    free(peer);
}

static enum status
configure(
    struct model_peer *peer, const struct lab *lab, enum providers_kind kind)
{
    bool v1 = kind == PROVIDERS_KMS_V1;

    peer->config.kind = v1 ? PROVIDER_KMS_V1 : PROVIDER_KMS_V2;
    peer->config.timeout_ns = PROVIDER_TIMEOUT_SECONDS * INT64_C(1000000000);
    peer->config.cache_size = PROVIDER_CACHE_SIZE;
    enum status st = buf_append_text(&peer->config.name, v1 ? "lab-v1" : "lab");
    if (st == STATUS_OK)
        st = buf_append_text(&peer->config.endpoint, lab_plugin_endpoint(lab));
    return st;
}

static enum status
build(struct model_peer *peer, struct transform_error *error)
{
    struct provider_environment environment = {
        .clock = clock_wall(),
        .random = random_system(),
        .kms_v1 = rpc_kms_v1(peer->channel),
        .kms_v2 = rpc_kms_v2(peer->channel),
    };
    enum status st =
        provider_new(&peer->config, &environment, &peer->provider, error);

    if (st == STATUS_OK)
        st = provider_health(peer->provider, error);
    if (st == STATUS_OK) {
        struct prefix_entry entry = provider_entry(peer->provider);
        st = prefix_transformer_new(&entry, 1, PROVIDER_NO_MATCH, &peer->list);
    }
    return st;
}

enum status
model_peer_new(const struct lab *lab, enum providers_kind kind,
    struct model_peer **out, struct buf *problem)
{
    struct transform_error error = { 0 };
    struct model_peer *peer = calloc(1, sizeof(*peer));

    if (peer == NULL)
        return STATUS_NO_MEMORY;
    enum status st = configure(peer, lab, kind);
    if (st == STATUS_OK)
        st = rpc_channel_new(
            buf_span(&peer->config.endpoint), RPC_WAIT, &peer->channel);
    if (st == STATUS_OK)
        st = build(peer, &error);
    if (st != STATUS_OK) {
        buf_say(problem, "the model cannot use the plugin at %s: %s: %s",
            lab_plugin_endpoint(lab), status_text(st), buf_text(&error.text));
        model_peer_free(peer);
        peer = NULL;
    }
    transform_error_reset(&error);
    if (st == STATUS_OK)
        *out = peer;
    return st;
}

/* The Secret in plain bytes holds the value of its name. */
static enum status
check_plain(struct span plain, const char *name, struct buf *problem)
{
    struct secret_object secret = { 0 };
    struct buf expected = { 0 };
    struct span got = { NULL, 0 };
    enum status st = check_value_of(name, &expected);

    if (st == STATUS_OK)
        st = secret_object_decode(plain, &secret);
    if (st == STATUS_OK &&
        (!span_equal_text(buf_span(&secret.name), name) ||
            !byte_map_find(&secret.data, SPAN_LITERAL(CHECK_DATA_KEY), &got) ||
            !span_equal(got, buf_span(&expected))))
        st = STATUS_CORRUPT;
    if (st != STATUS_OK)
        buf_say(problem, "what the model opened is not Secret %s: %s", name,
            status_text(st));
    secret_object_reset(&secret);
    buf_reset(&expected);
    return st;
}

enum status
model_peer_open(struct model_peer *peer, const char *name, struct span stored,
    struct buf *problem)
{
    struct transform_error error = { 0 };
    struct buf key = { 0 }, plain = { 0 };
    bool stale = false;
    struct transformer transformer = prefix_transformer(peer->list);
    enum status st = stored_key(name, &key);

    if (st == STATUS_OK)
        st = transformer_read(
            &transformer, buf_span(&key), stored, &plain, &stale, &error);
    if (st != STATUS_OK)
        buf_say(problem, "the model cannot open %s: %s", name,
            buf_text(&error.text));
    else
        st = check_plain(buf_span(&plain), name, problem);
    if (st == STATUS_OK && stale) {
        buf_say(problem, "the model calls %s stale, which is current", name);
        st = STATUS_CORRUPT;
    }
    transform_error_reset(&error);
    buf_reset(&key);
    buf_reset(&plain);
    return st;
}

static enum status
new_secret(const char *name, struct buf *plain)
{
    struct secret_object secret = { 0 };
    struct buf value = { 0 };
    struct random random = random_system();
    struct clock clock = clock_wall();
    enum status st = check_value_of(name, &value);

    secret.created_s = clock_ms(&clock) / 1000;
    if (st == STATUS_OK)
        st = buf_append_text(&secret.name, name);
    if (st == STATUS_OK)
        st = buf_append_text(&secret.namespace, "default");
    if (st == STATUS_OK)
        st = buf_append_text(&secret.type, "Opaque");
    if (st == STATUS_OK)
        st = random_uuid(&random, &secret.uid);
    if (st == STATUS_OK)
        st = byte_map_set(
            &secret.data, SPAN_LITERAL(CHECK_DATA_KEY), buf_span(&value));
    if (st == STATUS_OK)
        st = secret_object_encode(&secret, plain);
    secret_object_reset(&secret);
    buf_reset(&value);
    return st;
}

enum status
model_peer_seal(struct model_peer *peer, const char *name, struct buf *stored,
    struct buf *problem)
{
    struct transform_error error = { 0 };
    struct buf key = { 0 }, plain = { 0 };
    struct transformer transformer = prefix_transformer(peer->list);
    enum status st = stored_key(name, &key);

    if (st == STATUS_OK)
        st = new_secret(name, &plain);
    if (st == STATUS_OK)
        st = transformer_write(
            &transformer, buf_span(&key), buf_span(&plain), stored, &error);
    if (st != STATUS_OK)
        buf_say(problem, "the model cannot seal %s: %s %s", name,
            status_text(st), buf_text(&error.text));
    transform_error_reset(&error);
    buf_reset(&key);
    buf_reset(&plain);
    return st;
}
