/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v1_client.h"

#include <pthread.h>
#include <stdlib.h>

#define API_VERSION "v1beta1"

struct kms_v1_client {
    struct kms_service_v1 service;
    int64_t timeout_ms;
    struct clock clock;
    pthread_mutex_t lock; /* guards version_checked, held while asking */
    bool version_checked;
};

enum status
kms_v1_client_new(const struct kms_service_v1 *service, int64_t timeout_ms,
    const struct clock *clock, struct kms_v1_client **out)
{
    struct kms_v1_client *client = calloc(1, sizeof(*client));
    if (client == NULL)
        return STATUS_NO_MEMORY;
    client->service = *service;
    client->timeout_ms = timeout_ms;
    client->clock = *clock;
    if (pthread_mutex_init(&client->lock, NULL) != 0) {
        free(client);
        return STATUS_NO_MEMORY;
    }
    *out = client;
    return STATUS_OK;
}

void
kms_v1_client_free(struct kms_v1_client *client)
{
    if (client == NULL)
        return;
    pthread_mutex_destroy(&client->lock);
    free(client);
}

static enum status
judge_version(const struct kms_v1_version *reply, struct transform_error *error)
{
    if (span_equal_text(buf_span(&reply->version), API_VERSION))
        return STATUS_OK;
    transform_error_set(error,
        "KMS provider api version %s is not supported, only " API_VERSION
        " is supported now",
        buf_text(&reply->version));
    return STATUS_UNSUPPORTED;
}

static enum status
ask_version(struct kms_v1_client *client, struct transform_error *error)
{
    struct kms_v1_version reply = { 0 };
    struct grpc_error cause = { 0 };
    enum status st = client->service.version(
        client->service.context, client->timeout_ms, &reply, &cause);
    if (st == STATUS_OK) {
        st = judge_version(&reply, error);
    } else {
        transform_error_set_grpc(error, &cause);
        transform_error_wrap(
            error, "failed get version from remote KMS provider: ");
    }
    kms_v1_version_reset(&reply);
    grpc_error_reset(&cause);
    return st;
}

static enum status
check_version(struct kms_v1_client *client, struct transform_error *error)
{
    enum status st = STATUS_OK;
    pthread_mutex_lock(&client->lock);
    if (!client->version_checked)
        st = ask_version(client, error);
    if (st == STATUS_OK)
        client->version_checked = true;
    pthread_mutex_unlock(&client->lock);
    return st;
}

typedef enum status call_fn(void *context, int64_t timeout_ms,
    struct span input, struct buf *output, struct grpc_error *error);

/* The version check and the call share one deadline. */
static enum status
call(struct kms_v1_client *client, call_fn *fn, struct span input,
    struct buf *output, struct transform_error *error)
{
    struct grpc_error cause = { 0 };
    int64_t deadline_ms = clock_ms(&client->clock) + client->timeout_ms;
    enum status st = check_version(client, error);
    if (st != STATUS_OK)
        return st;
    int64_t left_ms = deadline_ms - clock_ms(&client->clock);
    if (left_ms > 0) {
        st = fn(client->service.context, left_ms, input, output, &cause);
    } else {
        st = STATUS_TIMEOUT;
        grpc_error_set(&cause, GRPC_CODE_DEADLINE_EXCEEDED,
            SPAN_LITERAL("context deadline exceeded"));
    }
    if (st != STATUS_OK)
        transform_error_set_grpc(error, &cause);
    grpc_error_reset(&cause);
    return st;
}

enum status
kms_v1_client_encrypt(struct kms_v1_client *client, struct span plaintext,
    struct buf *ciphertext, struct transform_error *error)
{
    return call(client, client->service.encrypt, plaintext, ciphertext, error);
}

enum status
kms_v1_client_decrypt(struct kms_v1_client *client, struct span ciphertext,
    struct buf *plaintext, struct transform_error *error)
{
    return call(client, client->service.decrypt, ciphertext, plaintext, error);
}
