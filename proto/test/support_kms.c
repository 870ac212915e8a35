/* SPDX-License-Identifier: Apache-2.0 */
#include "test/support_kms.h"

void
support_kms_init(struct fake_kms *fake)
{
    memset(fake, 0, sizeof(*fake));
    fake->key_id = "key-1";
    pthread_mutex_init(&fake->lock, NULL);
}

void
support_kms_reset(struct fake_kms *fake)
{
    buf_reset(&fake->last_key_id);
    pthread_mutex_destroy(&fake->lock);
}

static enum status
begin(struct fake_kms *fake, enum grpc_code code, struct grpc_error *error)
{
    if (fake->clock != NULL)
        fake->clock->now_ms += fake->call_ms;
    if (code == GRPC_CODE_OK)
        return STATUS_OK;
    grpc_error_set(error, code, SPAN_LITERAL("scripted"));
    return grpc_error_status(code);
}

static enum status
append_reversed(struct buf *out, struct span bytes)
{
    enum status st = STATUS_OK;
    for (size_t i = bytes.len; i > 0 && st == STATUS_OK; i--)
        st = buf_append_byte(out, bytes.ptr[i - 1]);
    return st;
}

static enum status
wrap(const struct fake_kms *fake, struct span plain, struct buf *out)
{
    enum status st = buf_append_text(out, "wrapped:");
    if (st == STATUS_OK)
        st = append_reversed(out, plain);
    while (st == STATUS_OK && out->len < fake->wrapped_len)
        st = buf_append_byte(out, '.');
    return st;
}

static enum status
unwrap(struct fake_kms *fake, struct span wrapped, struct buf *out,
    struct grpc_error *error)
{
    for (size_t i = 0; i < fake->unwrap_count; i++)
        if (span_equal(buf_span(&fake->unwraps[i].wrapped), wrapped))
            return buf_append(out, buf_span(&fake->unwraps[i].plain));
    if (span_starts_with(wrapped, SPAN_LITERAL("wrapped:")))
        return append_reversed(out, span_skip(wrapped, strlen("wrapped:")));
    grpc_error_set(error, GRPC_CODE_INVALID_ARGUMENT,
        SPAN_LITERAL("not wrapped by this key"));
    return STATUS_INVALID;
}

static enum status
v2_status(void *context, int64_t timeout_ms, struct kms_v2_status *out,
    struct grpc_error *error)
{
    struct fake_kms *fake = context;
    (void)timeout_ms;
    fake->status_calls++;
    enum status st = begin(fake, fake->status_code, error);
    if (st == STATUS_OK)
        st = buf_append_text(
            &out->healthz, fake->healthz == NULL ? "ok" : fake->healthz);
    if (st == STATUS_OK)
        st = buf_append_text(
            &out->version, fake->version == NULL ? "v2" : fake->version);
    if (st == STATUS_OK)
        st = buf_append_text(&out->key_id, fake->key_id);
    return st;
}

static enum status
v2_encrypt(void *context, int64_t timeout_ms, struct span plaintext,
    struct span uid, struct kms_v2_encrypted *out, struct grpc_error *error)
{
    struct fake_kms *fake = context;
    (void)timeout_ms;
    (void)uid;
    fake->encrypt_calls++;
    enum status st = begin(fake, fake->encrypt_code, error);
    if (st == STATUS_OK)
        st = wrap(fake, plaintext, &out->ciphertext);
    if (st == STATUS_OK)
        st = buf_append_text(&out->key_id,
            fake->encrypt_key_id == NULL ? fake->key_id : fake->encrypt_key_id);
    if (st == STATUS_OK && fake->annotation != NULL)
        st = byte_map_set(
            &out->annotations, span_text(fake->annotation), SPAN_LITERAL("x"));
    return st;
}

static enum status
v2_decrypt(void *context, int64_t timeout_ms,
    const struct kms_v2_decrypt *request, struct buf *plaintext,
    struct grpc_error *error)
{
    struct fake_kms *fake = context;
    (void)timeout_ms;
    fake->decrypt_calls++;
    enum status st = begin(fake, fake->decrypt_code, error);
    pthread_mutex_lock(&fake->lock);
    if (st == STATUS_OK)
        st = buf_set(&fake->last_key_id, request->key_id);
    fake->last_annotations = request->annotations->count;
    pthread_mutex_unlock(&fake->lock);
    if (st == STATUS_OK)
        st = unwrap(fake, request->ciphertext, plaintext, error);
    return st;
}

static enum status
v1_version(void *context, int64_t timeout_ms, struct kms_v1_version *out,
    struct grpc_error *error)
{
    struct fake_kms *fake = context;
    (void)timeout_ms;
    fake->version_calls++;
    enum status st = begin(fake, fake->version_code, error);
    if (st == STATUS_OK)
        st = buf_append_text(&out->version,
            fake->v1_version == NULL ? "v1beta1" : fake->v1_version);
    return st;
}

static enum status
v1_encrypt(void *context, int64_t timeout_ms, struct span plaintext,
    struct buf *ciphertext, struct grpc_error *error)
{
    struct fake_kms *fake = context;
    (void)timeout_ms;
    fake->encrypt_calls++;
    enum status st = begin(fake, fake->encrypt_code, error);
    return st == STATUS_OK ? wrap(fake, plaintext, ciphertext) : st;
}

static enum status
v1_decrypt(void *context, int64_t timeout_ms, struct span ciphertext,
    struct buf *plaintext, struct grpc_error *error)
{
    struct fake_kms *fake = context;
    (void)timeout_ms;
    fake->decrypt_calls++;
    enum status st = begin(fake, fake->decrypt_code, error);
    return st == STATUS_OK ? unwrap(fake, ciphertext, plaintext, error) : st;
}

struct kms_service_v1
support_kms_v1(struct fake_kms *fake)
{
    return (struct kms_service_v1){
        .version = v1_version,
        .encrypt = v1_encrypt,
        .decrypt = v1_decrypt,
        .context = fake,
    };
}

struct kms_service_v2
support_kms_v2(struct fake_kms *fake)
{
    return (struct kms_service_v2){
        .status = v2_status,
        .encrypt = v2_encrypt,
        .decrypt = v2_decrypt,
        .context = fake,
    };
}
