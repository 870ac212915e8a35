/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v1beta1.pb-c.h"
#include "rpc/rpc_kms.h"
#include "rpc/rpc_message.h"

static char api_version[] = "v1beta1";

static enum status
call(void *context, const char *method, const ProtobufCMessage *request,
    int64_t timeout_ms, const ProtobufCMessageDescriptor *type,
    ProtobufCMessage **answer, struct grpc_error *error)
{
    return rpc_message_call(
        context, method, request, timeout_ms, type, answer, error);
}

static enum status
fill_version(const V1beta1__VersionResponse *answer, struct kms_v1_version *out)
{
    struct kms_v1_version read = { 0 };
    enum status status = buf_append_text(&read.version, answer->version);

    if (status == STATUS_OK)
        status = buf_append_text(&read.runtime_name, answer->runtime_name);
    if (status == STATUS_OK)
        status =
            buf_append_text(&read.runtime_version, answer->runtime_version);
    if (status == STATUS_OK) {
        buf_take(&out->version, &read.version);
        buf_take(&out->runtime_name, &read.runtime_name);
        buf_take(&out->runtime_version, &read.runtime_version);
    }
    kms_v1_version_reset(&read);
    return status;
}

static enum status
get_version(void *context, int64_t timeout_ms, struct kms_v1_version *out,
    struct grpc_error *error)
{
    V1beta1__VersionRequest request;
    ProtobufCMessage *answer = NULL;
    enum status status;

    v1beta1__version_request__init(&request);
    request.version = api_version;
    status =
        call(context, "/v1beta1.KeyManagementService/Version", &request.base,
            timeout_ms, &v1beta1__version_response__descriptor, &answer, error);
    if (status != STATUS_OK)
        return status;
    status = fill_version((const V1beta1__VersionResponse *)answer, out);
    message_free(answer);
    return rpc_message_check(status, error);
}

static enum status
encrypt(void *context, int64_t timeout_ms, struct span plaintext,
    struct buf *ciphertext, struct grpc_error *error)
{
    V1beta1__EncryptRequest request;
    ProtobufCMessage *answer = NULL;
    enum status status;

    v1beta1__encrypt_request__init(&request);
    request.version = api_version;
    request.plain = message_data(plaintext);
    status =
        call(context, "/v1beta1.KeyManagementService/Encrypt", &request.base,
            timeout_ms, &v1beta1__encrypt_response__descriptor, &answer, error);
    if (status != STATUS_OK)
        return status;
    status = buf_set(ciphertext,
        message_bytes(((V1beta1__EncryptResponse *)answer)->cipher));
    message_free(answer);
    return rpc_message_check(status, error);
}

static enum status
decrypt(void *context, int64_t timeout_ms, struct span ciphertext,
    struct buf *plaintext, struct grpc_error *error)
{
    V1beta1__DecryptRequest request;
    ProtobufCMessage *answer = NULL;
    enum status status;

    v1beta1__decrypt_request__init(&request);
    request.version = api_version;
    request.cipher = message_data(ciphertext);
    status =
        call(context, "/v1beta1.KeyManagementService/Decrypt", &request.base,
            timeout_ms, &v1beta1__decrypt_response__descriptor, &answer, error);
    if (status != STATUS_OK)
        return status;
    status = buf_set(
        plaintext, message_bytes(((V1beta1__DecryptResponse *)answer)->plain));
    message_free(answer);
    return rpc_message_check(status, error);
}

struct kms_service_v1
rpc_kms_v1(struct rpc_channel *channel)
{
    return (struct kms_service_v1){ .version = get_version,
        .encrypt = encrypt,
        .decrypt = decrypt,
        .context = channel };
}
