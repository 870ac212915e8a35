/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v2.pb-c.h"
#include "rpc/rpc_kms.h"
#include "rpc/rpc_message.h"

#include <stdlib.h>

static enum status
fill_status(const V2__StatusResponse *answer, struct kms_v2_status *out)
{
    struct kms_v2_status read = { 0 };
    enum status status = buf_append_text(&read.version, answer->version);

    if (status == STATUS_OK)
        status = buf_append_text(&read.healthz, answer->healthz);
    if (status == STATUS_OK)
        status = buf_append_text(&read.key_id, answer->key_id);
    if (status == STATUS_OK) {
        buf_take(&out->version, &read.version);
        buf_take(&out->healthz, &read.healthz);
        buf_take(&out->key_id, &read.key_id);
    }
    kms_v2_status_reset(&read);
    return status;
}

static enum status
get_status(void *context, int64_t timeout_ms, struct kms_v2_status *out,
    struct grpc_error *error)
{
    V2__StatusRequest request;
    ProtobufCMessage *answer = NULL;
    enum status status;

    v2__status_request__init(&request);
    status = rpc_message_call(context, "/v2.KeyManagementService/Status",
        &request.base, timeout_ms, &v2__status_response__descriptor, &answer,
        error);
    if (status != STATUS_OK)
        return status;
    status = fill_status((const V2__StatusResponse *)answer, out);
    message_free(answer);
    return rpc_message_check(status, error);
}

static enum status
fill_encrypted(const V2__EncryptResponse *answer, struct kms_v2_encrypted *out)
{
    struct kms_v2_encrypted read = { 0 };
    enum status status =
        buf_append(&read.ciphertext, message_bytes(answer->ciphertext));

    if (status == STATUS_OK)
        status = buf_append_text(&read.key_id, answer->key_id);
    for (size_t i = 0; status == STATUS_OK && i < answer->n_annotations; i++)
        status = byte_map_set(&read.annotations,
            span_text(answer->annotations[i]->key),
            message_bytes(answer->annotations[i]->value));
    if (status == STATUS_OK) {
        buf_take(&out->ciphertext, &read.ciphertext);
        buf_take(&out->key_id, &read.key_id);
        byte_map_take(&out->annotations, &read.annotations);
    }
    kms_v2_encrypted_reset(&read);
    return status;
}

static enum status
encrypt(void *context, int64_t timeout_ms, struct span plaintext,
    struct span uid, struct kms_v2_encrypted *out, struct grpc_error *error)
{
    V2__EncryptRequest request;
    ProtobufCMessage *answer = NULL;
    struct buf uid_text = { 0 };
    enum status status = rpc_message_check(buf_append(&uid_text, uid), error);

    v2__encrypt_request__init(&request);
    request.plaintext = message_data(plaintext);
    request.uid = (char *)uid_text.ptr;
    if (status == STATUS_OK)
        status = rpc_message_call(context, "/v2.KeyManagementService/Encrypt",
            &request.base, timeout_ms, &v2__encrypt_response__descriptor,
            &answer, error);
    buf_reset(&uid_text);
    if (status != STATUS_OK)
        return status;
    status = fill_encrypted((const V2__EncryptResponse *)answer, out);
    message_free(answer);
    return rpc_message_check(status, error);
}

/* What a DecryptRequest points at and a span cannot give: texts with NUL. */
struct decrypt_texts {
    struct buf uid, key_id;
    V2__Annotation *entries;
    V2__Annotation **pointers;
};

static void
decrypt_texts_reset(struct decrypt_texts *texts)
{
    buf_reset(&texts->uid);
    buf_reset(&texts->key_id);
    free(texts->entries);
    free(texts->pointers);
}

/* The texts of annotations are borrowed: a buf's text ends in NUL. */
static enum status
fill_annotations(const struct byte_map *annotations,
    struct decrypt_texts *texts, V2__DecryptRequest *request)
{
    size_t count = annotations->count;

    if (count == 0)
        return STATUS_OK;
    texts->entries = calloc(count, sizeof(*texts->entries));
    texts->pointers = calloc(count, sizeof(*texts->pointers));
    if (texts->entries == NULL || texts->pointers == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        v2__annotation__init(&texts->entries[i]);
        texts->entries[i].key = (char *)annotations->items[i].key.ptr;
        texts->entries[i].value =
            message_data(buf_span(&annotations->items[i].value));
        texts->pointers[i] = &texts->entries[i];
    }
    request->n_annotations = count;
    request->annotations = texts->pointers;
    return STATUS_OK;
}

static enum status
fill_decrypt(const struct kms_v2_decrypt *from, struct decrypt_texts *texts,
    V2__DecryptRequest *request)
{
    enum status status = buf_append(&texts->uid, from->uid);

    v2__decrypt_request__init(request);
    if (status == STATUS_OK)
        status = buf_append(&texts->key_id, from->key_id);
    if (status == STATUS_OK)
        status = fill_annotations(from->annotations, texts, request);
    request->ciphertext = message_data(from->ciphertext);
    request->uid = (char *)texts->uid.ptr;
    request->key_id = (char *)texts->key_id.ptr;
    return status;
}

static enum status
decrypt(void *context, int64_t timeout_ms, const struct kms_v2_decrypt *from,
    struct buf *plaintext, struct grpc_error *error)
{
    V2__DecryptRequest request;
    struct decrypt_texts texts = { 0 };
    ProtobufCMessage *answer = NULL;
    enum status status =
        rpc_message_check(fill_decrypt(from, &texts, &request), error);

    if (status == STATUS_OK)
        status = rpc_message_call(context, "/v2.KeyManagementService/Decrypt",
            &request.base, timeout_ms, &v2__decrypt_response__descriptor,
            &answer, error);
    decrypt_texts_reset(&texts);
    if (status != STATUS_OK)
        return status;
    status = buf_set(
        plaintext, message_bytes(((V2__DecryptResponse *)answer)->plaintext));
    message_free(answer);
    return rpc_message_check(status, error);
}

struct kms_service_v2
rpc_kms_v2(struct rpc_channel *channel)
{
    return (struct kms_service_v2){ .status = get_status,
        .encrypt = encrypt,
        .decrypt = decrypt,
        .context = channel };
}
