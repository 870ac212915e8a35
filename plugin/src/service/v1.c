/* SPDX-License-Identifier: Apache-2.0 */
#include "base/version.h"
#include "k8s/kms_v1beta1.pb-c.h"
#include "k8s/message.h"
#include "service/methods.h"
#include "service/request.h"

static void
fail_malformed(struct rpc_call *call)
{
    rpc_call_fail(call, GRPC_CODE_INVALID_ARGUMENT,
        SPAN_LITERAL("the request is not a message of v1beta1"));
}

static enum status
encode_encrypted(
    struct span bytes, const struct buf *key_id UNUSED, struct buf *out)
{
    V1beta1__EncryptResponse response;
    v1beta1__encrypt_response__init(&response);
    response.cipher = message_data(bytes);
    return message_pack(&response.base, out);
}

static enum status
encode_decrypted(
    struct span bytes, const struct buf *key_id UNUSED, struct buf *out)
{
    V1beta1__DecryptResponse response;
    v1beta1__decrypt_response__init(&response);
    response.plain = message_data(bytes);
    return message_pack(&response.base, out);
}

static const struct request_kind encrypt_kind = { KMS_ENCRYPT, METRICS_V1,
    encode_encrypted };
static const struct request_kind decrypt_kind = { KMS_DECRYPT, METRICS_V1,
    encode_decrypted };

void
v1_version(void *context UNUSED, struct rpc_call *call, struct span message)
{
    ProtobufCMessage *request =
        message_unpack(&v1beta1__version_request__descriptor, message);
    if (request == NULL) {
        fail_malformed(call);
        return;
    }
    message_free(request); /* which version it asks for is not looked at */
    char api[] = "v1beta1", runtime[] = "AWSKMS";
    V1beta1__VersionResponse response;
    v1beta1__version_response__init(&response);
    response.version = api;
    response.runtime_name = runtime;
    response.runtime_version = (char *)(uintptr_t)project_version;
    struct buf answer = { 0 };
    if (message_pack(&response.base, &answer) == STATUS_OK)
        rpc_call_answer(call, &answer);
    else
        rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
    buf_reset(&answer);
}

void
v1_encrypt(void *context, struct rpc_call *call, struct span message)
{
    V1beta1__EncryptRequest *request =
        (void *)message_unpack(&v1beta1__encrypt_request__descriptor, message);
    if (request == NULL) {
        fail_malformed(call);
        return;
    }
    request_start(context, &encrypt_kind, call, message_bytes(request->plain));
    message_free(&request->base);
}

void
v1_decrypt(void *context, struct rpc_call *call, struct span message)
{
    V1beta1__DecryptRequest *request =
        (void *)message_unpack(&v1beta1__decrypt_request__descriptor, message);
    if (request == NULL) {
        fail_malformed(call);
        return;
    }
    struct span cipher = message_bytes(request->cipher);
    /* Very old data has no version in front: it goes to KMS as it is. KMS's
     * own blobs begin with 0x01. */
    bool versioned = cipher.len > 0 && cipher.ptr[0] == REQUEST_STORAGE_VERSION;
    if (cipher.len == 0)
        request_refuse(context, call, SPAN_LITERAL("invalid empty ciphertext"));
    else
        request_start(
            context, &decrypt_kind, call, span_skip(cipher, versioned ? 1 : 0));
    message_free(&request->base);
}
