/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v2.h"

#include "k8s/dek_cache.h"
#include "k8s/kms_probe.h"
#include "k8s/kms_v2_state.h"
#include "k8s/kms_v2_status.h"

#include <stdlib.h>

struct kms_v2 {
    struct buf name;
    struct kms_v2_options options; /* its name points into the one above */
    struct kms_v2_state *state;
    struct dek_cache *cache;
    struct kms_probe *probe;
    struct buf version; /* of the first Status; used by the probe alone */
};

static enum status
check_health(
    void *context, struct transform_error *cause, struct transform_error *error)
{
    struct kms_v2 *kms = context;
    struct kms_v2_status reply = { 0 };
    struct grpc_error failure = { 0 };
    enum status st = kms->options.service.status(kms->options.service.context,
        kms->options.timeout_ms, &reply, &failure);
    if (st != STATUS_OK) {
        transform_error_set_grpc(cause, &failure);
        transform_error_set(error,
            "failed to perform status section of the healthz check for KMS "
            "Provider %s, error: %s",
            buf_text(&kms->name), buf_text(&cause->text));
    } else {
        st = kms_v2_status_judge(
            &reply, kms->options.name, &kms->version, kms->state, error);
        transform_error_copy(cause, error);
    }
    kms_v2_status_reset(&reply);
    grpc_error_reset(&failure);
    return st;
}

enum status
kms_v2_new(const struct kms_v2_options *options, struct kms_v2 **out)
{
    struct dek_cache_options cache = {
        .ttl_ms = KMS_V2_CACHE_TTL_MS,
        .clock = options->clock,
    };
    struct kms_v2 *kms = calloc(1, sizeof(*kms));
    if (kms == NULL)
        return STATUS_NO_MEMORY;
    kms->options = *options;
    enum status st = buf_append(&kms->name, options->name);
    kms->options.name = buf_span(&kms->name);
    if (st == STATUS_OK)
        st = kms_v2_state_new(options, &kms->state);
    if (st == STATUS_OK)
        st = dek_cache_new(&cache, &kms->cache);
    if (st == STATUS_OK)
        st = kms_probe_new(check_health, kms, &options->clock, &kms->probe);
    if (st != STATUS_OK) {
        kms_v2_free(kms);
        return st;
    }
    *out = kms;
    return STATUS_OK;
}

void
kms_v2_free(struct kms_v2 *kms)
{
    if (kms == NULL)
        return;
    kms_probe_free(kms->probe);
    dek_cache_free(kms->cache);
    kms_v2_state_free(kms->state);
    buf_reset(&kms->version);
    buf_reset(&kms->name);
    free(kms);
}

enum status
kms_v2_health(struct kms_v2 *kms, struct transform_error *error)
{
    return kms_probe_ask(kms->probe, error);
}

void
kms_v2_view_reset(struct kms_v2_view *view)
{
    buf_reset(&view->key_id);
    buf_reset(&view->source);
    buf_reset(&view->uid);
    byte_map_reset(&view->annotations);
    *view = (struct kms_v2_view){ 0 };
}

enum status
kms_v2_look(struct kms_v2 *kms, struct kms_v2_view *view)
{
    struct kms_v2_view seen = { 0 };
    struct kms_v2_seed *seed = NULL;
    struct transform_error error = { 0 };
    enum status st =
        kms_v2_state_current(kms->state, &seed, &seen.expires_ms, &error);
    if (st != STATUS_OK) {
        transform_error_reset(&error);
        return STATUS_NOT_FOUND;
    }
    st = buf_append(&seen.key_id, buf_span(&seed->record.key_id));
    if (st == STATUS_OK)
        st = buf_append(&seen.source, buf_span(&seed->record.source));
    if (st == STATUS_OK)
        st = buf_append(&seen.uid, buf_span(&seed->uid));
    if (st == STATUS_OK)
        st = byte_map_copy(&seen.annotations, &seed->record.annotations);
    seen.cached = dek_cache_count(kms->cache);
    if (st == STATUS_OK) {
        kms_v2_view_reset(view);
        *view = seen;
        seen = (struct kms_v2_view){ 0 };
    }
    kms_v2_view_reset(&seen);
    kms_v2_seed_release(seed);
    return st;
}

/* One Decrypt for a record whose seed (or key) is not known here. */
static enum status
ask_plugin(struct kms_v2 *kms, const struct encrypted_object *object,
    struct buf *secret, struct transform_error *error)
{
    struct buf uid = { 0 };
    struct grpc_error cause = { 0 };
    enum status st = random_uuid(&kms->options.random, &uid);
    if (st != STATUS_OK)
        return st;
    struct kms_v2_decrypt request = {
        .ciphertext = buf_span(&object->source),
        .uid = buf_span(&uid),
        .key_id = buf_span(&object->key_id),
        .annotations = &object->annotations,
    };
    st = kms->options.service.decrypt(kms->options.service.context,
        kms->options.timeout_ms, &request, secret, &cause);
    if (st != STATUS_OK) {
        transform_error_set_grpc(error, &cause);
        transform_error_wrap(error, "failed to decrypt DEK, error: ");
    }
    grpc_error_reset(&cause);
    buf_reset(&uid);
    return st;
}

/* What cannot seal is refused here, so that it never enters the cache. */
static enum status
check_secret(const struct encrypted_object *object, const struct buf *secret,
    struct transform_error *error)
{
    size_t len = secret->len;
    if (object->type == ENCRYPTED_OBJECT_SEED) {
        if (len >= CIPHER_SEED_MIN)
            return STATUS_OK;
        transform_error_set(
            error, "invalid seed length %zu used for key generation", len);
        return STATUS_INVALID;
    }
    if (len == 16 || len == 24 || len == 32)
        return STATUS_OK;
    transform_error_set(error, "crypto/aes: invalid key size %zu", len);
    return STATUS_INVALID;
}

static enum status
unwrap(struct kms_v2 *kms, const struct encrypted_object *object,
    struct dek **dek, struct transform_error *error)
{
    uint8_t digest[ENCRYPTED_OBJECT_DIGEST];
    struct buf secret = { 0 };
    struct dek *made = NULL;
    enum status st = encrypted_object_digest(object, digest);
    if (st != STATUS_OK)
        return st;
    *dek = dek_cache_find(kms->cache, span_of(digest, sizeof(digest)));
    if (*dek != NULL)
        return STATUS_OK;

    st = ask_plugin(kms, object, &secret, error);
    if (st == STATUS_OK)
        st = check_secret(object, &secret, error);
    if (st == STATUS_OK)
        st = dek_new(object->type == ENCRYPTED_OBJECT_SEED
                         ? &cipher_extended_nonce
                         : &cipher_aes_gcm,
            &secret, &made);
    if (st == STATUS_OK)
        st = dek_cache_put(kms->cache, span_of(digest, sizeof(digest)), made);
    if (st == STATUS_OK) {
        *dek = made;
        made = NULL;
    }
    dek_release(made);
    buf_reset(&secret);
    return st;
}

/* Not what would be written today. */
static bool
is_stale(const struct encrypted_object *object, const struct kms_v2_seed *seed)
{
    return object->type != seed->record.type ||
           !span_equal(
               buf_span(&object->key_id), buf_span(&seed->record.key_id));
}

static enum status
read_stored(void *self, struct span etcd_key, struct span stored,
    struct buf *plain, bool *stale, struct transform_error *error)
{
    struct kms_v2 *kms = self;
    struct encrypted_object object = { 0 };
    struct kms_v2_seed *seed = NULL;
    struct dek *dek = NULL;
    int64_t expires_ms = 0;
    enum status st = encrypted_object_decode(stored, &object, error);
    if (st == STATUS_OK)
        st = encrypted_object_check(&object, error);
    /* Without a seed of its own the provider reads nothing either. */
    if (st == STATUS_OK)
        st = kms_v2_state_current(kms->state, &seed, &expires_ms, error);
    if (st == STATUS_OK)
        st = unwrap(kms, &object, &dek, error);
    if (st == STATUS_OK)
        st = dek_cipher(dek)->read(
            dek_secret(dek), etcd_key, buf_span(&object.data), plain, error);
    if (st == STATUS_OK)
        *stale = is_stale(&object, seed);
    dek_release(dek);
    kms_v2_seed_release(seed);
    encrypted_object_reset(&object);
    return st;
}

static enum status
copy_record(const struct encrypted_object *from, struct encrypted_object *to)
{
    to->type = from->type;
    enum status st = buf_append(&to->key_id, buf_span(&from->key_id));
    if (st == STATUS_OK)
        st = buf_append(&to->source, buf_span(&from->source));
    if (st == STATUS_OK)
        st = byte_map_copy(&to->annotations, &from->annotations);
    return st;
}

static enum status
write_stored(void *self, struct span etcd_key, struct span plain,
    struct buf *stored, struct transform_error *error)
{
    struct kms_v2 *kms = self;
    struct encrypted_object object = { 0 };
    struct kms_v2_seed *seed = NULL;
    enum status st = kms_v2_state_writable(kms->state, &seed, error);
    /* Also what lets go of seeds inserted a day ago. */
    if (st == STATUS_OK)
        st = dek_cache_put(
            kms->cache, span_of(seed->digest, sizeof(seed->digest)), seed->dek);
    if (st == STATUS_OK)
        st = copy_record(&seed->record, &object);
    if (st == STATUS_OK)
        st = dek_cipher(seed->dek)->write(dek_secret(seed->dek),
            &kms->options.random, etcd_key, plain, &object.data, error);
    if (st == STATUS_OK)
        st = encrypted_object_encode(&object, stored);
    kms_v2_seed_release(seed);
    encrypted_object_reset(&object);
    return st;
}

static const struct transformer_operations operations = {
    .read = read_stored,
    .write = write_stored,
};

struct transformer
kms_v2_transformer(struct kms_v2 *kms)
{
    return (struct transformer){ &operations, kms };
}
