/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v2.pb-c.h"
#include "k8s/message.h"
#include "service/methods.h"
#include "service/request.h"

#include <stdlib.h>

/* As aws-encryption-provider says it: an apiserver refuses a change of this
 * while it runs. */
#define STATUS_VERSION "v2beta1"

struct status_request {
    const struct service *service;
    struct rpc_call *call;
};

static void
fail_malformed(struct rpc_call *call)
{
    rpc_call_fail(call, GRPC_CODE_INVALID_ARGUMENT,
        SPAN_LITERAL("the request is not a message of v2"));
}

static void
fail_memory(struct rpc_call *call)
{
    rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
        SPAN_LITERAL("the plugin is out of memory"));
}

/* It has no NUL inside. */
static char *
key_id_text(const struct buf *key_id)
{
    return (char *)(uintptr_t)buf_text(key_id);
}

static enum status
encode_encrypted(struct span bytes, const struct buf *key_id, struct buf *out)
{
    V2__EncryptResponse response;
    v2__encrypt_response__init(&response);
    response.ciphertext = message_data(bytes);
    response.key_id = key_id_text(key_id);
    return message_pack(&response.base, out);
}

static enum status
encode_decrypted(
    struct span bytes, const struct buf *key_id UNUSED, struct buf *out)
{
    V2__DecryptResponse response;
    v2__decrypt_response__init(&response);
    response.plaintext = message_data(bytes);
    return message_pack(&response.base, out);
}

static const struct request_kind encrypt_kind = { KMS_ENCRYPT, METRICS_V2,
    encode_encrypted };
static const struct request_kind decrypt_kind = { KMS_DECRYPT, METRICS_V2,
    encode_decrypted };

static void
answer_status(
    const struct status_request *request, bool good, const struct buf *key_id)
{
    char version[] = STATUS_VERSION, ok[] = "ok", err[] = "err";
    V2__StatusResponse response;
    v2__status_response__init(&response);
    response.version = version;
    response.healthz = good ? ok : err;
    response.key_id = key_id_text(key_id);
    struct buf answer = { 0 };
    if (message_pack(&response.base, &answer) == STATUS_OK)
        rpc_call_answer(request->call, &answer);
    else
        fail_memory(request->call);
    buf_reset(&answer);
}

static void
on_told(void *context, const struct health_view *view)
{
    struct status_request *request = context;
    const struct service *service = request->service;
    struct buf key_id = { 0 };
    bool good = view->state == HEALTH_GOOD;
    enum status st = identity_get(service->crypt->identity, &key_id);
    if (!good && (service->status_failure == SERVICE_STATUS_ERROR ||
                     st == STATUS_NOT_FOUND))
        rpc_call_fail(request->call, view->failure.code, view->text);
    else if (st == STATUS_OK)
        answer_status(request, good, &key_id);
    else
        fail_memory(request->call);
    buf_reset(&key_id);
    free(request);
}

static int64_t
status_wait(const struct service *service)
{
    if (service->behaviour->status_waits_for_probe)
        return SERVICE_STATUS_PATIENT_MS;
    return identity_mode(service->crypt->identity) == IDENTITY_FLAG
               ? SERVICE_STATUS_WAIT_MS
               : SERVICE_STATUS_LEARN_MS;
}

void
v2_status(void *context, struct rpc_call *call, struct span message UNUSED)
{
    /* The request has no fields, so there is nothing to look at. */
    struct service *service = context;
    struct status_request *request = malloc(sizeof(*request));
    if (request == NULL) {
        fail_memory(call);
        return;
    }
    *request = (struct status_request){ service, call };
    if (health_ask(service->health, METRICS_V2, status_wait(service), on_told,
            request) == STATUS_OK)
        return;
    free(request);
    fail_memory(call);
}

void
v2_encrypt(void *context, struct rpc_call *call, struct span message)
{
    V2__EncryptRequest *request =
        (void *)message_unpack(&v2__encrypt_request__descriptor, message);
    if (request == NULL) {
        fail_malformed(call);
        return;
    }
    request_start(
        context, &encrypt_kind, call, message_bytes(request->plaintext));
    message_free(&request->base);
}

static void
fail_version(
    const struct service *service, struct rpc_call *call, uint8_t version)
{
    struct buf text = { 0 };
    bool printable = version >= 0x20 && version < 0x7f;
    buf_say(&text,
        printable ? "version %c in Ciphertext doesn't match kmsplugin"
                  : "version \\x%02x in Ciphertext doesn't match kmsplugin",
        version);
    request_refuse(service, call, buf_span(&text));
    buf_reset(&text);
}

void
v2_decrypt(void *context, struct rpc_call *call, struct span message)
{
    V2__DecryptRequest *request =
        (void *)message_unpack(&v2__decrypt_request__descriptor, message);
    if (request == NULL) {
        fail_malformed(call);
        return;
    }
    struct span cipher = message_bytes(request->ciphertext);
    if (cipher.len == 0)
        request_refuse(context, call, SPAN_LITERAL("invalid empty ciphertext"));
    else if (cipher.ptr[0] != REQUEST_STORAGE_VERSION)
        fail_version(context, call, cipher.ptr[0]);
    else
        request_start(context, &decrypt_kind, call, span_skip(cipher, 1));
    message_free(&request->base);
}
