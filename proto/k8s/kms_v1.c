/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v1.h"

#include "k8s/dek_cache.h"
#include "k8s/kms_probe.h"
#include "k8s/kms_v1_client.h"

#include <stdlib.h>

enum { DEK_LEN = 32, LENGTH_FIELD = 2 };

struct kms_v1 {
    struct buf name;
    struct random random;
    struct kms_v1_client *client;
    struct dek_cache *cache; /* NULL: none is kept */
    struct kms_probe *probe;
};

/* Which of the two steps failed shows in the first answer only. */
static enum status
check_health(
    void *context, struct transform_error *cause, struct transform_error *error)
{
    struct kms_v1 *kms = context;
    struct buf sealed = { 0 }, opened = { 0 };
    const char *step = "encrypt";
    enum status st = kms_v1_client_encrypt(
        kms->client, SPAN_LITERAL("ping"), &sealed, cause);
    if (st == STATUS_OK) {
        step = "decrypt";
        st = kms_v1_client_decrypt(
            kms->client, buf_span(&sealed), &opened, cause);
    }
    if (st != STATUS_OK)
        transform_error_set(error,
            "failed to perform %s section of the healthz check for KMS "
            "Provider %s, error: %s",
            step, buf_text(&kms->name), buf_text(&cause->text));
    buf_reset(&sealed);
    buf_reset(&opened);
    return st;
}

static enum status
new_cache(const struct kms_v1_options *options, struct dek_cache **out)
{
    struct dek_cache_options cache = {
        .limit = (size_t)options->cache_size,
        .clock = options->clock,
    };
    return options->cache_size > 0 ? dek_cache_new(&cache, out) : STATUS_OK;
}

enum status
kms_v1_new(const struct kms_v1_options *options, struct kms_v1 **out)
{
    struct kms_v1 *kms = calloc(1, sizeof(*kms));
    if (kms == NULL)
        return STATUS_NO_MEMORY;
    kms->random = options->random;
    enum status st = buf_append(&kms->name, options->name);
    if (st == STATUS_OK)
        st = kms_v1_client_new(&options->service, options->timeout_ms,
            &options->clock, &kms->client);
    if (st == STATUS_OK)
        st = new_cache(options, &kms->cache);
    if (st == STATUS_OK)
        st = kms_probe_new(check_health, kms, &options->clock, &kms->probe);
    if (st != STATUS_OK) {
        kms_v1_free(kms);
        return st;
    }
    *out = kms;
    return STATUS_OK;
}

void
kms_v1_free(struct kms_v1 *kms)
{
    if (kms == NULL)
        return;
    kms_probe_free(kms->probe);
    dek_cache_free(kms->cache);
    kms_v1_client_free(kms->client);
    buf_reset(&kms->name);
    free(kms);
}

enum status
kms_v1_health(struct kms_v1 *kms, struct transform_error *error)
{
    return kms_probe_ask(kms->probe, error);
}

size_t
kms_v1_cached(struct kms_v1 *kms)
{
    return kms->cache == NULL ? 0 : dek_cache_count(kms->cache);
}

/* Takes the key, also when it fails; *dek is held for the caller. */
static enum status
add_dek(struct kms_v1 *kms, struct span wrapped, struct buf *key,
    struct dek **dek, struct transform_error *error)
{
    struct dek *made = NULL;
    if (key->len != 16 && key->len != 24 && key->len != 32) {
        transform_error_set(
            error, "crypto/aes: invalid key size %zu", key->len);
        return STATUS_INVALID;
    }
    enum status st = dek_new(&cipher_aes_gcm, key, &made);
    if (st == STATUS_OK && kms->cache != NULL)
        st = dek_cache_put(kms->cache, wrapped, made);
    if (st != STATUS_OK) {
        dek_release(made);
        return st;
    }
    *dek = made;
    return STATUS_OK;
}

static enum status
unwrap(struct kms_v1 *kms, struct span wrapped, struct dek **dek,
    struct transform_error *error)
{
    struct buf key = { 0 };
    if (kms->cache != NULL)
        *dek = dek_cache_find(kms->cache, wrapped);
    if (*dek != NULL)
        return STATUS_OK;
    enum status st = kms_v1_client_decrypt(kms->client, wrapped, &key, error);
    if (st == STATUS_OK)
        st = add_dek(kms, wrapped, &key, dek, error);
    buf_reset(&key);
    return st;
}

/* GCM, then what 1.24 and older wrote. */
static enum status
open_either(struct span key, struct span etcd_key, struct span sealed,
    struct buf *plain, bool *stale, struct transform_error *error)
{
    static const struct cipher *const ciphers[] = { &cipher_aes_gcm,
        &cipher_aes_cbc };
    struct transform_error all = { 0 }, one = { 0 };
    enum status st = STATUS_INTERNAL, first = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(ciphers); i++) {
        st = ciphers[i]->read(key, etcd_key, sealed, plain, &one);
        if (st == STATUS_OK) {
            *stale = i > 0;
            goto out;
        }
        first = first == STATUS_OK ? st : first;
        transform_error_add(&all, &one);
    }
    st = first;
    transform_error_take(error, &all);
out:
    transform_error_reset(&all);
    transform_error_reset(&one);
    return st;
}

static enum status
split(struct span stored, struct span *wrapped, struct span *sealed)
{
    if (stored.len < LENGTH_FIELD)
        return STATUS_INVALID;
    size_t len = (size_t)stored.ptr[0] << 8 | stored.ptr[1];
    struct span rest = span_of(stored.ptr + 2, stored.len - LENGTH_FIELD);
    if (rest.len < len)
        return STATUS_INVALID;
    *wrapped = span_first(rest, len);
    *sealed = span_skip(rest, len);
    return STATUS_OK;
}

static enum status
read_stored(void *self, struct span etcd_key, struct span stored,
    struct buf *plain, bool *stale, struct transform_error *error)
{
    struct kms_v1 *kms = self;
    struct span wrapped, sealed;
    struct dek *dek = NULL;
    enum status st = split(stored, &wrapped, &sealed);
    if (st != STATUS_OK) {
        transform_error_set(error,
            "invalid data encountered by envelope transformer: failed to read "
            "uint16 length prefixed data");
        return st;
    }
    st = unwrap(kms, wrapped, &dek, error);
    if (st == STATUS_OK)
        st =
            open_either(dek_secret(dek), etcd_key, sealed, plain, stale, error);
    dek_release(dek);
    return st;
}

static enum status
append_wrapped(
    struct span wrapped, struct buf *stored, struct transform_error *error)
{
    if (wrapped.len > UINT16_MAX) {
        transform_error_set(error,
            "cryptobyte: pending child length %zu exceeds 2-byte length "
            "prefix",
            wrapped.len);
        return STATUS_TOO_LARGE;
    }
    enum status st = buf_append_u16(stored, (uint16_t)wrapped.len);
    return st == STATUS_OK ? buf_append(stored, wrapped) : st;
}

static enum status
write_stored(void *self, struct span etcd_key, struct span plain,
    struct buf *stored, struct transform_error *error)
{
    struct kms_v1 *kms = self;
    struct buf key = { 0 }, wrapped = { 0 };
    struct dek *dek = NULL;
    uint8_t *place;
    size_t before = stored->len;
    enum status st = buf_extend(&key, DEK_LEN, &place);
    if (st == STATUS_OK)
        st = random_fill(&kms->random, place, DEK_LEN);
    if (st == STATUS_OK)
        st =
            kms_v1_client_encrypt(kms->client, buf_span(&key), &wrapped, error);
    if (st == STATUS_OK)
        st = add_dek(kms, buf_span(&wrapped), &key, &dek, error);
    if (st == STATUS_OK)
        st = append_wrapped(buf_span(&wrapped), stored, error);
    if (st == STATUS_OK)
        st = cipher_aes_gcm.write(
            dek_secret(dek), &kms->random, etcd_key, plain, stored, error);
    if (st != STATUS_OK)
        buf_truncate(stored, before);
    buf_reset(&key);
    buf_reset(&wrapped);
    dek_release(dek);
    return st;
}

static const struct transformer_operations operations = {
    .read = read_stored,
    .write = write_stored,
};

struct transformer
kms_v1_transformer(struct kms_v1 *kms)
{
    return (struct transformer){ &operations, kms };
}
