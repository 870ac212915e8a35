/* SPDX-License-Identifier: Apache-2.0 */
#include "model/reconnect.h"

#include <stdlib.h>

enum { FIRST_PAUSE_MS = 1000, LAST_PAUSE_MS = 120 * 1000 };

struct reconnect {
    struct reconnect_options options;
    bool down;
    int64_t pause_ms; /* before the try after the next */
    int64_t next_ms;  /* the next try, while it is down */
};

enum status
reconnect_new(const struct reconnect_options *options, struct reconnect **out)
{
    struct reconnect *link = calloc(1, sizeof(*link));
    if (link == NULL)
        return STATUS_NO_MEMORY;
    link->options = *options;
    *out = link;
    return STATUS_OK;
}

void
reconnect_free(struct reconnect *link)
{
    free(link);
}

/* A try at next_ms has failed. */
static void
wait_longer(struct reconnect *link)
{
    link->next_ms += link->pause_ms;
    link->pause_ms = link->pause_ms * 16 / 10;
    if (link->pause_ms > LAST_PAUSE_MS)
        link->pause_ms = LAST_PAUSE_MS;
}

static bool
is_up(struct reconnect *link)
{
    int64_t now_ms = clock_ms(&link->options.clock);
    if (link->down && link->next_ms > now_ms)
        return false;
    if (link->options.answers(link->options.context)) {
        link->down = false;
        return true;
    }
    if (!link->down) {
        link->down = true;
        link->pause_ms = FIRST_PAUSE_MS;
        link->next_ms = now_ms;
    }
    while (link->next_ms <= now_ms)
        wait_longer(link);
    return false;
}

/* STATUS_OK where the call may be made. */
static enum status
pass(struct reconnect *link, struct grpc_error *error)
{
    if (is_up(link))
        return STATUS_OK;
    grpc_error_set(error, GRPC_CODE_DEADLINE_EXCEEDED,
        SPAN_LITERAL("latest balancer error: connection error: desc = "
                     "\"transport: Error while dialing\""));
    return grpc_error_status(GRPC_CODE_DEADLINE_EXCEEDED);
}

static enum status
v1_version(void *context, int64_t timeout_ms, struct kms_v1_version *out,
    struct grpc_error *error)
{
    struct reconnect *link = context;
    const struct kms_service_v1 *v1 = &link->options.v1;
    enum status st = pass(link, error);
    return st == STATUS_OK ? v1->version(v1->context, timeout_ms, out, error)
                           : st;
}

static enum status
v1_encrypt(void *context, int64_t timeout_ms, struct span plaintext,
    struct buf *ciphertext, struct grpc_error *error)
{
    struct reconnect *link = context;
    const struct kms_service_v1 *v1 = &link->options.v1;
    enum status st = pass(link, error);
    return st == STATUS_OK ? v1->encrypt(v1->context, timeout_ms, plaintext,
                                 ciphertext, error)
                           : st;
}

static enum status
v1_decrypt(void *context, int64_t timeout_ms, struct span ciphertext,
    struct buf *plaintext, struct grpc_error *error)
{
    struct reconnect *link = context;
    const struct kms_service_v1 *v1 = &link->options.v1;
    enum status st = pass(link, error);
    return st == STATUS_OK ? v1->decrypt(v1->context, timeout_ms, ciphertext,
                                 plaintext, error)
                           : st;
}

static enum status
v2_status(void *context, int64_t timeout_ms, struct kms_v2_status *out,
    struct grpc_error *error)
{
    struct reconnect *link = context;
    const struct kms_service_v2 *v2 = &link->options.v2;
    enum status st = pass(link, error);
    return st == STATUS_OK ? v2->status(v2->context, timeout_ms, out, error)
                           : st;
}

static enum status
v2_encrypt(void *context, int64_t timeout_ms, struct span plaintext,
    struct span uid, struct kms_v2_encrypted *out, struct grpc_error *error)
{
    struct reconnect *link = context;
    const struct kms_service_v2 *v2 = &link->options.v2;
    enum status st = pass(link, error);
    return st == STATUS_OK ? v2->encrypt(v2->context, timeout_ms, plaintext,
                                 uid, out, error)
                           : st;
}

static enum status
v2_decrypt(void *context, int64_t timeout_ms,
    const struct kms_v2_decrypt *request, struct buf *plaintext,
    struct grpc_error *error)
{
    struct reconnect *link = context;
    const struct kms_service_v2 *v2 = &link->options.v2;
    enum status st = pass(link, error);
    return st == STATUS_OK
               ? v2->decrypt(v2->context, timeout_ms, request, plaintext, error)
               : st;
}

struct kms_service_v1
reconnect_v1(struct reconnect *link)
{
    return (struct kms_service_v1){
        .version = v1_version,
        .encrypt = v1_encrypt,
        .decrypt = v1_decrypt,
        .context = link,
    };
}

struct kms_service_v2
reconnect_v2(struct reconnect *link)
{
    return (struct kms_service_v2){
        .status = v2_status,
        .encrypt = v2_encrypt,
        .decrypt = v2_decrypt,
        .context = link,
    };
}
