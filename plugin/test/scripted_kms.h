/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KMS played by a script: this file defines the functions of kms/kms.h, so a
 * test program that includes it (once) gets no real client from the library.
 * Answers come on a thread of its own, as they do from the real one.
 *
 * Its blobs are 0x01 and the plaintext with every bit turned.
 */
#ifndef TEST_SCRIPTED_KMS_H
#define TEST_SCRIPTED_KMS_H

#include "base/monitor.h"
#include "kms/kms.h"

#include <stdlib.h>

enum scripted_mode { SCRIPTED_ANSWER, SCRIPTED_HANG, SCRIPTED_FAIL };

struct scripted_reply {
    enum scripted_mode mode;
    enum kms_failure failure; /* for SCRIPTED_FAIL */
    unsigned http_status;
    const char *error_type;
    const char *message;
    /* For SCRIPTED_ANSWER: the key that Encrypt names and the material that
     * Decrypt does; NULL: SCRIPTED_ARN, and none. */
    const char *arn, *material;
};

#define SCRIPTED_ARN "arn:aws:kms:eu-west-1:111122223333:key/k"

struct kms_call {
    struct kms_call *next;
    struct kms_input input; /* its spans are not kept, but bytes in `bytes` */
    struct buf bytes;
    kms_done_fn *done;
    void *context;
    bool cancelled;
};

struct kms_client {
    struct monitor monitor;
    pthread_t thread;
    struct kms_call *calls;
    struct scripted_reply replies[2][2]; /* by operation and lane */
    unsigned started[2][2];              /* by operation and lane */
    unsigned cancelled;
    struct buf key_id, context; /* of the last call but probes */
    bool wrong_plaintext;
    bool refuse_start;
    bool stopping;
};

static inline bool
scripted_invert(struct span bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (buf_append_byte(out, (uint8_t)~bytes.ptr[i]) != STATUS_OK)
            return false;
    return true;
}

/* What the script says about a call; false while it hangs. */
static inline bool
scripted_result(
    struct kms_client *client, struct kms_call *call, struct kms_result *result)
{
    const struct scripted_reply *reply =
        &client->replies[call->input.operation][call->input.lane];
    struct clock clock = clock_monotonic();
    if (call->cancelled || client->stopping)
        result->failure = KMS_FAILURE_CANCELLED;
    else if (clock_ms(&clock) >= call->input.deadline_ms)
        result->failure = KMS_FAILURE_TIMEOUT;
    else if (reply->mode == SCRIPTED_HANG)
        return false;
    else if (reply->mode == SCRIPTED_FAIL) {
        result->failure = reply->failure;
        result->http_status = reply->http_status;
        result->error_type = span_text(reply->error_type);
        result->message = span_text(reply->message);
        result->request_id = SPAN_LITERAL("req-1");
    } else if (call->input.operation == KMS_ENCRYPT) {
        if (buf_append_byte(&result->bytes, 1) != STATUS_OK)
            abort();
        (void)scripted_invert(buf_span(&call->bytes), &result->bytes);
        buf_say(&result->key_arn, "%s",
            reply->arn == NULL ? SCRIPTED_ARN : reply->arn);
    } else {
        buf_say(&result->key_material_id, "%s",
            reply->material == NULL ? "" : reply->material);
        (void)scripted_invert(
            span_skip(buf_span(&call->bytes), client->wrong_plaintext ? 2 : 1),
            &result->bytes);
    }
    return true;
}

static inline void
scripted_deliver(struct kms_call *call, struct kms_result *result)
{
    call->done(call->context, result);
    buf_reset(&result->bytes);
    buf_reset(&result->key_arn);
    buf_reset(&result->key_material_id);
    buf_reset(&call->bytes);
    free(call);
}

static inline void *
scripted_loop(void *context)
{
    struct kms_client *client = context;
    struct clock clock = clock_monotonic();
    monitor_lock(&client->monitor);
    while (!client->stopping || client->calls != NULL) {
        struct kms_call **at = &client->calls;
        struct kms_result result = { 0 };
        while (*at != NULL && !scripted_result(client, *at, &result))
            at = &(*at)->next;
        struct kms_call *call = *at;
        if (call == NULL) {
            (void)monitor_wait(&client->monitor, clock_ms(&clock) + 5);
            continue;
        }
        *at = call->next;
        client->cancelled += call->cancelled;
        monitor_unlock(&client->monitor);
        scripted_deliver(call, &result);
        monitor_lock(&client->monitor);
    }
    monitor_unlock(&client->monitor);
    return NULL;
}

enum status
kms_client_new(
    const struct kms_options *options UNUSED, struct kms_client **out)
{
    struct kms_client *client = calloc(1, sizeof(*client));
    if (client == NULL || monitor_init(&client->monitor) != STATUS_OK ||
        pthread_create(&client->thread, NULL, scripted_loop, client) != 0)
        abort();
    *out = client;
    return STATUS_OK;
}

void
kms_client_free(struct kms_client *client)
{
    monitor_lock(&client->monitor);
    client->stopping = true;
    monitor_signal(&client->monitor);
    monitor_unlock(&client->monitor);
    (void)pthread_join(client->thread, NULL);
    monitor_reset(&client->monitor);
    buf_reset(&client->key_id);
    buf_reset(&client->context);
    free(client);
}

static inline void
scripted_remember(struct kms_client *client, const struct kms_input *input)
{
    client->started[input->operation][input->lane]++;
    if (input->lane != KMS_LANE_TRAFFIC)
        return;
    buf_clear(&client->key_id);
    buf_say(&client->key_id, "%.*s", SPAN_ARG(input->key_id));
    buf_clear(&client->context);
    for (size_t i = 0; i < input->context_count; i++)
        buf_say(&client->context, "%.*s=%.*s;", SPAN_ARG(input->context[i].key),
            SPAN_ARG(input->context[i].value));
}

enum status
kms_start(struct kms_client *client, const struct kms_input *input,
    kms_done_fn *done, void *context, struct kms_call **out)
{
    struct kms_call *call = calloc(1, sizeof(*call));
    if (call == NULL || buf_append(&call->bytes, input->bytes) != STATUS_OK)
        abort();
    call->input = *input;
    call->done = done;
    call->context = context;
    monitor_lock(&client->monitor);
    bool refused = client->refuse_start;
    scripted_remember(client, input);
    if (!refused) {
        *out = call;
        call->next = client->calls;
        client->calls = call;
        monitor_signal(&client->monitor);
    }
    monitor_unlock(&client->monitor);
    if (!refused)
        return STATUS_OK;
    buf_reset(&call->bytes);
    free(call);
    return STATUS_NO_MEMORY;
}

void
kms_cancel(struct kms_client *client, struct kms_call *call)
{
    monitor_lock(&client->monitor);
    call->cancelled = true;
    monitor_signal(&client->monitor);
    monitor_unlock(&client->monitor);
}

/* For tests: what calls of an operation on a lane meet from now on. */
static inline void
scripted_set(struct kms_client *client, enum kms_operation operation,
    enum kms_lane lane, struct scripted_reply reply)
{
    monitor_lock(&client->monitor);
    client->replies[operation][lane] = reply;
    monitor_signal(&client->monitor);
    monitor_unlock(&client->monitor);
}

static inline void
scripted_set_all(struct kms_client *client, struct scripted_reply reply)
{
    for (int i = 0; i < 4; i++)
        scripted_set(client, i % 2 ? KMS_ENCRYPT : KMS_DECRYPT,
            i / 2 ? KMS_LANE_TRAFFIC : KMS_LANE_HEALTH, reply);
}

static inline unsigned
scripted_started(
    struct kms_client *client, enum kms_operation operation, enum kms_lane lane)
{
    monitor_lock(&client->monitor);
    unsigned count = client->started[operation][lane];
    monitor_unlock(&client->monitor);
    return count;
}

static inline void
scripted_refuse(struct kms_client *client, bool refuse)
{
    monitor_lock(&client->monitor);
    client->refuse_start = refuse;
    monitor_unlock(&client->monitor);
}

static inline void
scripted_last(
    struct kms_client *client, struct buf *key_id, struct buf *context)
{
    monitor_lock(&client->monitor);
    buf_clear(key_id);
    buf_say(key_id, "%s", buf_text(&client->key_id));
    buf_clear(context);
    buf_say(context, "%s", buf_text(&client->context));
    monitor_unlock(&client->monitor);
}

#endif
