/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/kms_messages.h"

#include "rpc/rpc_kms.h"

enum { TIMEOUT_MS = 10000 };

/* Field 1, bytes: EncryptRequest.plaintext and DecryptRequest.ciphertext. */
static enum status
field_one(struct span bytes, struct buf *message)
{
    enum status st = buf_append_byte(message, 0x0a);

    if (st == STATUS_OK && bytes.len >= 0x80)
        st = buf_append_byte(message, (uint8_t)(0x80 | (bytes.len & 0x7f)));
    if (st == STATUS_OK)
        st = buf_append_byte(
            message, (uint8_t)(bytes.len >= 0x80 ? bytes.len >> 7 : bytes.len));
    return st == STATUS_OK ? buf_append(message, bytes) : st;
}

static enum status
add_sealed(const struct kms_service_v2 *service, struct span seed,
    struct buf *decrypt, struct buf *problem)
{
    struct kms_v2_encrypted encrypted = { 0 };
    struct grpc_error error = { 0 };
    enum status st = service->encrypt(service->context, TIMEOUT_MS, seed,
        SPAN_LITERAL("bench"), &encrypted, &error);

    if (st != STATUS_OK)
        buf_say(problem, "Encrypt: %s", buf_text(&error.message));
    else
        st = field_one(buf_span(&encrypted.ciphertext), decrypt);
    kms_v2_encrypted_reset(&encrypted);
    grpc_error_reset(&error);
    return st;
}

enum status
kms_messages_make(
    const char *endpoint, struct kms_messages *out, struct buf *problem)
{
    static const uint8_t bytes[32] = { 1, 2, 3 };
    const struct span seed = span_of(bytes, sizeof(bytes));
    struct rpc_channel *channel = NULL;
    enum status st = rpc_channel_new(span_text(endpoint), RPC_WAIT, &channel);

    if (st == STATUS_OK)
        st = field_one(seed, &out->encrypt);
    for (size_t i = 0; i < KMS_MESSAGES && st == STATUS_OK; i++) {
        struct kms_service_v2 service = rpc_kms_v2(channel);
        st = add_sealed(&service, seed, &out->decrypt[i], problem);
    }
    rpc_channel_free(channel);
    return st;
}

void
kms_messages_reset(struct kms_messages *messages)
{
    buf_reset(&messages->encrypt);
    for (size_t i = 0; i < KMS_MESSAGES; i++)
        buf_reset(&messages->decrypt[i]);
}
