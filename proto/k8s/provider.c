/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/provider.h"

#include "k8s/cipher.h"
#include "k8s/provider_keys.h"

#include <stdlib.h>

struct provider {
    enum provider_kind kind;
    struct buf name;
    struct buf prefix;
    struct transformer transformer;

    /* At most one of these. */
    struct provider_keys *keys;
    struct kms_v1 *kms_v1;
    struct kms_v2 *kms_v2;
};

static struct cipher_key plain_key = { &cipher_identity, { NULL, 0 },
    { NULL, NULL } };

struct transformer
provider_plain(void)
{
    return cipher_transformer(&plain_key);
}

static enum status
build_identity(struct provider *p, const struct provider_config *config,
    const struct provider_environment *environment,
    struct transform_error *error)
{
    (void)config;
    (void)environment;
    (void)error;
    p->transformer = provider_plain();
    return STATUS_OK;
}

static enum status
build_keys(struct provider *p, const struct provider_config *config,
    const struct provider_environment *environment,
    struct transform_error *error)
{
    enum status st =
        provider_keys_new(config, &environment->random, &p->keys, error);
    if (st == STATUS_OK)
        p->transformer = provider_keys_transformer(p->keys);
    return st;
}

/* Rounded up, so that a short time limit is not none. */
static int64_t
timeout_ms(const struct provider_config *config)
{
    return (config->timeout_ns + 999999) / 1000000;
}

static enum status
build_kms_v1(struct provider *p, const struct provider_config *config,
    const struct provider_environment *environment,
    struct transform_error *error)
{
    (void)error;
    struct kms_v1_options options = {
        .name = buf_span(&config->name),
        .timeout_ms = timeout_ms(config),
        .cache_size = config->cache_size,
        .service = environment->kms_v1,
        .clock = environment->clock,
        .random = environment->random,
    };
    enum status st = kms_v1_new(&options, &p->kms_v1);
    if (st == STATUS_OK)
        p->transformer = kms_v1_transformer(p->kms_v1);
    return st;
}

static enum status
build_kms_v2(struct provider *p, const struct provider_config *config,
    const struct provider_environment *environment,
    struct transform_error *error)
{
    (void)error;
    struct kms_v2_options options = {
        .name = buf_span(&config->name),
        .timeout_ms = timeout_ms(config),
        .service = environment->kms_v2,
        .clock = environment->clock,
        .random = environment->random,
    };
    enum status st = kms_v2_new(&options, &p->kms_v2);
    if (st == STATUS_OK)
        p->transformer = kms_v2_transformer(p->kms_v2);
    return st;
}

static enum status (*const builders[])(struct provider *,
    const struct provider_config *, const struct provider_environment *,
    struct transform_error *) = {
    [PROVIDER_IDENTITY] = build_identity,
    [PROVIDER_AESCBC] = build_keys,
    [PROVIDER_AESGCM] = build_keys,
    [PROVIDER_SECRETBOX] = build_keys,
    [PROVIDER_KMS_V1] = build_kms_v1,
    [PROVIDER_KMS_V2] = build_kms_v2,
};

static enum status
build_prefix(struct provider *p, const struct provider_config *config)
{
    enum status st =
        buf_append_text(&p->prefix, provider_kind_prefix(config->kind));
    if (st == STATUS_OK && p->name.len > 0) {
        st = buf_append(&p->prefix, buf_span(&p->name));
        if (st == STATUS_OK)
            st = buf_append_byte(&p->prefix, ':');
    }
    return st;
}

enum status
provider_new(const struct provider_config *config,
    const struct provider_environment *environment, struct provider **out,
    struct transform_error *error)
{
    struct provider *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return STATUS_NO_MEMORY;
    p->kind = config->kind;
    enum status st = buf_append(&p->name, buf_span(&config->name));
    if (st == STATUS_OK)
        st = build_prefix(p, config);
    if (st == STATUS_OK)
        st = builders[config->kind](p, config, environment, error);
    if (st != STATUS_OK) {
        provider_free(p);
        return st;
    }
    *out = p;
    return STATUS_OK;
}

void
provider_free(struct provider *p)
{
    if (p == NULL)
        return;
    provider_keys_free(p->keys);
    kms_v1_free(p->kms_v1);
    kms_v2_free(p->kms_v2);
    buf_reset(&p->prefix);
    buf_reset(&p->name);
    free(p);
}

struct prefix_entry
provider_entry(struct provider *provider)
{
    return (struct prefix_entry){ buf_span(&provider->prefix),
        provider->transformer };
}

enum provider_kind
provider_kind(const struct provider *provider)
{
    return provider->kind;
}

struct span
provider_name(const struct provider *provider)
{
    return buf_span(&provider->name);
}

enum status
provider_health(struct provider *provider, struct transform_error *error)
{
    if (provider->kms_v1 != NULL)
        return kms_v1_health(provider->kms_v1, error);
    if (provider->kms_v2 != NULL)
        return kms_v2_health(provider->kms_v2, error);
    return STATUS_OK;
}

enum status
provider_look(struct provider *provider, struct kms_v2_view *view)
{
    if (provider->kms_v2 == NULL)
        return STATUS_NOT_FOUND;
    return kms_v2_look(provider->kms_v2, view);
}
