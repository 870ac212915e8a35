/* SPDX-License-Identifier: Apache-2.0 */
#include "support_api.h"

#include "k8s/kms_v1beta1.pb-c.h"
#include "k8s/kms_v2.pb-c.h"
#include "k8s/message.h"
#include "test/check.h"

#define V1 "/v1beta1.KeyManagementService/"
#define V2 "/v2.KeyManagementService/"

static enum grpc_code
call(struct support_rpc *client, const char *method,
    const ProtobufCMessage *request, struct buf *answer, struct buf *details)
{
    struct buf bytes = { 0 };
    assert_ok(message_pack(request, &bytes));
    enum grpc_code code =
        support_rpc_call(client, method, buf_span(&bytes), answer, details);
    buf_reset(&bytes);
    return code;
}

enum grpc_code
support_api_v2_decrypt(struct support_rpc *client, struct span ciphertext,
    struct buf *plaintext, struct buf *details)
{
    V2__DecryptRequest request;
    v2__decrypt_request__init(&request);
    char uid[] = "uid", foreign[] = "another key", name[] = "a.b";
    request.ciphertext = message_data(ciphertext);
    request.uid = uid;
    request.key_id = foreign; /* nobody looks at it */
    V2__Annotation annotation;
    v2__annotation__init(&annotation);
    annotation.key = name;
    V2__Annotation *annotations[] = { &annotation };
    request.annotations = annotations;
    request.n_annotations = 1;
    struct buf answer = { 0 };
    enum grpc_code code =
        call(client, V2 "Decrypt", &request.base, &answer, details);
    if (code == GRPC_CODE_OK) {
        V2__DecryptResponse *response = (void *)message_unpack(
            &v2__decrypt_response__descriptor, buf_span(&answer));
        assert_non_null(response);
        assert_ok(buf_append(plaintext, message_bytes(response->plaintext)));
        message_free(&response->base);
    }
    buf_reset(&answer);
    return code;
}

enum grpc_code
support_api_v2_encrypt_as(struct support_rpc *client, struct span plaintext,
    struct buf *ciphertext, struct buf *key_id, struct buf *details)
{
    V2__EncryptRequest request;
    v2__encrypt_request__init(&request);
    request.plaintext = message_data(plaintext);
    struct buf answer = { 0 };
    enum grpc_code code =
        call(client, V2 "Encrypt", &request.base, &answer, details);
    if (code == GRPC_CODE_OK) {
        V2__EncryptResponse *response = (void *)message_unpack(
            &v2__encrypt_response__descriptor, buf_span(&answer));
        assert_non_null(response);
        assert_int_equal(response->n_annotations, 0);
        assert_ok(buf_append(ciphertext, message_bytes(response->ciphertext)));
        buf_say(key_id, "%s", response->key_id);
        message_free(&response->base);
    }
    buf_reset(&answer);
    return code;
}

enum grpc_code
support_api_v2_encrypt(struct support_rpc *client, struct span plaintext,
    struct buf *ciphertext, struct buf *details)
{
    struct buf key_id = { 0 };
    enum grpc_code code = support_api_v2_encrypt_as(
        client, plaintext, ciphertext, &key_id, details);
    if (code == GRPC_CODE_OK)
        assert_string_equal(buf_text(&key_id), SUPPORT_API_KEY);
    buf_reset(&key_id);
    return code;
}

enum grpc_code
support_api_v1_decrypt(struct support_rpc *client, struct span cipher,
    struct buf *plain, struct buf *details)
{
    V1beta1__DecryptRequest request;
    v1beta1__decrypt_request__init(&request);
    request.cipher = message_data(cipher);
    struct buf answer = { 0 };
    enum grpc_code code =
        call(client, V1 "Decrypt", &request.base, &answer, details);
    if (code == GRPC_CODE_OK) {
        V1beta1__DecryptResponse *response = (void *)message_unpack(
            &v1beta1__decrypt_response__descriptor, buf_span(&answer));
        assert_non_null(response);
        assert_ok(buf_append(plain, message_bytes(response->plain)));
        message_free(&response->base);
    }
    buf_reset(&answer);
    return code;
}

enum grpc_code
support_api_v1_encrypt(
    struct support_rpc *client, struct span plain, struct buf *cipher)
{
    V1beta1__EncryptRequest request;
    v1beta1__encrypt_request__init(&request);
    request.plain = message_data(plain);
    struct buf answer = { 0 };
    enum grpc_code code =
        call(client, V1 "Encrypt", &request.base, &answer, NULL);
    if (code == GRPC_CODE_OK) {
        V1beta1__EncryptResponse *response = (void *)message_unpack(
            &v1beta1__encrypt_response__descriptor, buf_span(&answer));
        assert_non_null(response);
        assert_ok(buf_append(cipher, message_bytes(response->cipher)));
        message_free(&response->base);
    }
    buf_reset(&answer);
    return code;
}

enum grpc_code
support_api_v2_status_as(struct support_rpc *client, struct buf *healthz,
    struct buf *key_id, struct buf *details)
{
    V2__StatusRequest request;
    v2__status_request__init(&request);
    struct buf answer = { 0 };
    enum grpc_code code =
        call(client, V2 "Status", &request.base, &answer, details);
    if (code == GRPC_CODE_OK) {
        V2__StatusResponse *response = (void *)message_unpack(
            &v2__status_response__descriptor, buf_span(&answer));
        assert_non_null(response);
        assert_string_equal(response->version, "v2beta1");
        buf_say(healthz, "%s", response->healthz);
        buf_say(key_id, "%s", response->key_id);
        message_free(&response->base);
    }
    buf_reset(&answer);
    return code;
}

enum grpc_code
support_api_v2_status(
    struct support_rpc *client, struct buf *healthz, struct buf *details)
{
    struct buf key_id = { 0 };
    enum grpc_code code =
        support_api_v2_status_as(client, healthz, &key_id, details);
    if (code == GRPC_CODE_OK)
        assert_string_equal(buf_text(&key_id), SUPPORT_API_KEY);
    buf_reset(&key_id);
    return code;
}
