/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/provider_keys.h"

#include "k8s/cipher.h"
#include "k8s/prefix_transformer.h"

#include <stdlib.h>

struct provider_keys {
    enum provider_kind kind;
    size_t count;
    /* One of each for each key. */
    struct buf *secrets;
    struct buf *prefixes;
    struct cipher_key *bound;
    struct prefix_transformer *list;
};

/* What differs between the kinds that hold keys. */
static const struct {
    const struct cipher *cipher;
    const char *no_keys;
    const char *no_match;
} kinds[] = {
    [PROVIDER_AESCBC] = { &cipher_aes_cbc, "aes provider has no valid keys",
        "no matching key was found for the provided AES transformer" },
    [PROVIDER_AESGCM] = { &cipher_aes_gcm, "aes provider has no valid keys",
        "no matching key was found for the provided AES transformer" },
    [PROVIDER_SECRETBOX] = { &cipher_secretbox,
        "secretbox provider has no valid keys",
        "no matching key was found for the provided Secretbox transformer" },
};

/* kube-apiserver wants every key named and filled before it builds one. */
static enum status
check_keys(const struct provider_config *config, struct transform_error *error)
{
    if (config->key_count == 0) {
        transform_error_set(error, "%s", kinds[config->kind].no_keys);
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < config->key_count; i++) {
        const struct provider_key *key = &config->keys[i];
        if (key->name.len == 0) {
            transform_error_set(error, "key with invalid name provided");
            return STATUS_INVALID;
        }
        if (key->secret.len == 0) {
            transform_error_set(
                error, "key %s has no provided secret", buf_text(&key->name));
            return STATUS_INVALID;
        }
    }
    return STATUS_OK;
}

static enum status
check_secret(enum provider_kind kind, const struct provider_key *key,
    struct transform_error *error)
{
    size_t len = key->secret.len;
    if (len == 32)
        return STATUS_OK;
    if (kind == PROVIDER_SECRETBOX) {
        transform_error_set(
            error, "expected key size 32 for secretbox provider, got %zu", len);
        return STATUS_INVALID;
    }
    if (len == 16 || len == 24)
        return STATUS_OK;
    transform_error_set(error,
        "error while creating cipher for named key %s: crypto/aes: invalid "
        "key size %zu",
        buf_text(&key->name), len);
    return STATUS_INVALID;
}

static enum status
allocate_keys(struct provider_keys *keys, size_t count)
{
    keys->secrets = calloc(count, sizeof(*keys->secrets));
    keys->prefixes = calloc(count, sizeof(*keys->prefixes));
    keys->bound = calloc(count, sizeof(*keys->bound));
    if (keys->secrets == NULL || keys->prefixes == NULL || keys->bound == NULL)
        return STATUS_NO_MEMORY;
    keys->count = count;
    return STATUS_OK;
}

static enum status
copy_key(struct provider_keys *keys, size_t i, const struct provider_key *key,
    const struct random *random)
{
    enum status st = buf_append(&keys->secrets[i], buf_span(&key->secret));
    if (st == STATUS_OK)
        st = buf_append(&keys->prefixes[i], buf_span(&key->name));
    if (st == STATUS_OK)
        st = buf_append_byte(&keys->prefixes[i], ':');
    keys->bound[i] = (struct cipher_key){
        .cipher = kinds[keys->kind].cipher,
        .secret = buf_span(&keys->secrets[i]),
        .random = *random,
    };
    return st;
}

static enum status
list_keys(struct provider_keys *keys)
{
    struct prefix_entry *entries = calloc(keys->count, sizeof(*entries));
    if (entries == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < keys->count; i++)
        entries[i] = (struct prefix_entry){ buf_span(&keys->prefixes[i]),
            cipher_transformer(&keys->bound[i]) };
    enum status st = prefix_transformer_new(
        entries, keys->count, kinds[keys->kind].no_match, &keys->list);
    free(entries);
    return st;
}

enum status
provider_keys_new(const struct provider_config *config,
    const struct random *random, struct provider_keys **out,
    struct transform_error *error)
{
    struct provider_keys *keys = calloc(1, sizeof(*keys));
    if (keys == NULL)
        return STATUS_NO_MEMORY;
    keys->kind = config->kind;
    enum status st = check_keys(config, error);
    if (st == STATUS_OK)
        st = allocate_keys(keys, config->key_count);
    for (size_t i = 0; i < config->key_count && st == STATUS_OK; i++) {
        st = check_secret(config->kind, &config->keys[i], error);
        if (st == STATUS_OK)
            st = copy_key(keys, i, &config->keys[i], random);
    }
    if (st == STATUS_OK)
        st = list_keys(keys);
    if (st != STATUS_OK) {
        provider_keys_free(keys);
        return st;
    }
    *out = keys;
    return STATUS_OK;
}

void
provider_keys_free(struct provider_keys *keys)
{
    if (keys == NULL)
        return;
    prefix_transformer_free(keys->list);
    for (size_t i = 0; i < keys->count; i++) {
        buf_reset(&keys->secrets[i]);
        buf_reset(&keys->prefixes[i]);
    }
    free(keys->secrets);
    free(keys->prefixes);
    free(keys->bound);
    free(keys);
}

struct transformer
provider_keys_transformer(struct provider_keys *keys)
{
    return prefix_transformer(keys->list);
}
