/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect_plaintext.h"

#include "base/clock.h"
#include "base/random.h"
#include "k8s/cipher.h"
#include "k8s/kms_v1_client.h"
#include "rpc/rpc_kms.h"

enum { CALL_TIMEOUT_MS = 5000 };

static enum status
unwrap_v2(struct rpc_channel *channel, const struct stored_value *value,
    struct buf *secret, struct transform_error *error)
{
    struct kms_service_v2 kms = rpc_kms_v2(channel);
    struct random random = random_system();
    struct grpc_error refusal = { 0 };
    struct buf uid = { 0 };
    struct kms_v2_decrypt request = {
        .ciphertext = buf_span(&value->object.source),
        .key_id = buf_span(&value->object.key_id),
        .annotations = &value->object.annotations,
    };
    enum status status = random_uuid(&random, &uid);

    request.uid = buf_span(&uid);
    if (status == STATUS_OK)
        status = kms.decrypt(
            kms.context, CALL_TIMEOUT_MS, &request, secret, &refusal);
    if (status != STATUS_OK)
        transform_error_set_grpc(error, &refusal);
    grpc_error_reset(&refusal);
    buf_reset(&uid);
    return status;
}

static enum status
open_v2(struct rpc_channel *channel, const struct stored_value *value,
    struct span etcd_key, struct buf *plaintext, struct transform_error *error)
{
    const struct cipher *cipher = value->object.type == ENCRYPTED_OBJECT_SEED
                                      ? &cipher_extended_nonce
                                      : &cipher_aes_gcm;
    struct buf secret = { 0 };
    enum status status = unwrap_v2(channel, value, &secret, error);

    if (status == STATUS_OK)
        status = cipher->read(buf_span(&secret), etcd_key,
            buf_span(&value->object.data), plaintext, error);
    buf_reset(&secret);
    return status;
}

static enum status
unwrap_v1(struct rpc_channel *channel, const struct stored_value *value,
    struct buf *secret, struct transform_error *error)
{
    struct kms_service_v1 kms = rpc_kms_v1(channel);
    struct clock clock = clock_monotonic();
    struct kms_v1_client *client = NULL;
    enum status status =
        kms_v1_client_new(&kms, CALL_TIMEOUT_MS, &clock, &client);

    if (status == STATUS_OK)
        status = kms_v1_client_decrypt(client, value->wrapped, secret, error);
    kms_v1_client_free(client);
    return status;
}

/* As kube-apiserver reads: GCM, and what was written before 1.24 as CBC. */
static enum status
open_v1(struct rpc_channel *channel, const struct stored_value *value,
    struct span etcd_key, struct buf *plaintext, struct transform_error *error)
{
    size_t head =
        (size_t)(value->wrapped.ptr - value->body.ptr) + value->wrapped.len;
    struct span sealed = span_skip(value->body, head);
    struct transform_error of_cbc = { 0 };
    struct buf secret = { 0 };
    enum status status = unwrap_v1(channel, value, &secret, error);

    if (status == STATUS_OK) {
        status = cipher_aes_gcm.read(
            buf_span(&secret), etcd_key, sealed, plaintext, error);
        if (status != STATUS_OK &&
            cipher_aes_cbc.read(buf_span(&secret), etcd_key, sealed, plaintext,
                &of_cbc) == STATUS_OK)
            status = STATUS_OK;
    }
    transform_error_reset(&of_cbc);
    buf_reset(&secret);
    return status;
}

enum status
inspect_plaintext(const struct stored_value *value, const char *endpoint,
    struct span etcd_key, struct buf *plaintext, struct buf *problem)
{
    struct rpc_channel *channel = NULL;
    struct transform_error error = { 0 };
    enum status status;

    if (value->form != STORED_SEALED ||
        (value->kind != PROVIDER_KMS_V1 && value->kind != PROVIDER_KMS_V2)) {
        buf_say(problem, "no plugin holds the key of this value");
        return STATUS_UNSUPPORTED;
    }
    status = rpc_channel_new(span_text(endpoint), RPC_FAIL_FAST, &channel);
    if (status != STATUS_OK) {
        buf_say(problem, "--plugin %s: not of the form unix:///PATH", endpoint);
        return status;
    }
    status = value->kind == PROVIDER_KMS_V1
                 ? open_v1(channel, value, etcd_key, plaintext, &error)
                 : open_v2(channel, value, etcd_key, plaintext, &error);
    if (status != STATUS_OK)
        buf_say(problem, "cannot be opened: %s", buf_text(&error.text));
    transform_error_reset(&error);
    rpc_channel_free(channel);
    return status;
}
