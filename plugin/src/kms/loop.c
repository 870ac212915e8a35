/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/client.h"

#include <stdlib.h>
#include <utlist.h>

enum { IDLE_TRANSFERS_MAX = 64 };

static void
give_back(struct kms_client *client, struct transfer *transfer)
{
    if (transfer == NULL)
        return;
    transfer_clear(transfer);
    if (client->idle_count == IDLE_TRANSFERS_MAX) {
        transfer_free(transfer);
        return;
    }
    transfer->next = client->idle;
    client->idle = transfer;
    client->idle_count++;
}

static struct transfer *
take_transfer(struct kms_client *client)
{
    struct transfer *transfer = client->idle;
    if (transfer != NULL) {
        client->idle = transfer->next;
        client->idle_count--;
        return transfer;
    }
    return transfer_new(signer_endpoint(client->signer), client->ca_file,
               &transfer) == STATUS_OK
               ? transfer
               : NULL;
}

/* The last of a call: nobody knows it any more. */
static void
forget_call(struct kms_client *client, struct kms_call *call)
{
    (void)pthread_mutex_lock(&client->lock);
    if (call->cancel_listed)
        DL_DELETE2(client->cancelled, call, cancel_prev, cancel_next);
    client->calls[call->lane]--;
    (void)pthread_mutex_unlock(&client->lock);
    buf_reset(&call->body);
    free(call);
}

/* Takes the call out of its lane, tells its owner, and frees it. What
 * *result borrows lives until then. */
static void
end_call(
    struct kms_client *client, struct kms_call *call, struct kms_result *result)
{
    struct lane *lane = &client->lanes[call->lane];
    if (call->transfer != NULL) {
        DL_DELETE(lane->sending, call);
        lane->sending_count--;
    } else {
        DL_DELETE(lane->waiting, call);
    }
    result->duration_ms = clock_ms(&client->clock) - call->started_ms;
    call->done(call->context, result);
    buf_reset(&result->bytes);
    buf_reset(&result->key_arn);
    give_back(client, call->transfer);
    forget_call(client, call);
}

/* Ends a call that KMS did not answer; a request under way is closed before
 * its owner is told. */
static void
break_off(struct kms_client *client, struct kms_call *call,
    enum kms_failure failure, struct span message)
{
    struct kms_result result = { .failure = failure, .message = message };
    if (call->transfer != NULL)
        wire_remove(client->wire, call->transfer->easy);
    end_call(client, call, &result);
}

static void
on_finished(void *context, CURL *easy, CURLcode code)
{
    struct kms_client *client = context;
    struct transfer *transfer = transfer_of(easy);
    struct kms_call *call = transfer->owner;
    struct kms_result result;
    transfer_read(transfer, code, call->operation, &result);
    end_call(client, call, &result);
}

/* Signs and sends. On failure the transfer is not under way. */
static enum kms_failure
send_call(struct kms_client *client, struct kms_call *call,
    struct transfer *transfer, struct buf *problem)
{
    struct span body = buf_span(&call->body);
    enum kms_failure failure = signer_sign(
        client->signer, call->operation, body, &transfer->header, problem);
    if (failure != KMS_FAILURE_NONE)
        return failure;
    transfer->owner = call;
    if (transfer_set(transfer, body) != STATUS_OK ||
        wire_add(client->wire, transfer->easy) != STATUS_OK)
        return KMS_FAILURE_INTERNAL;
    return KMS_FAILURE_NONE;
}

static void
admit(struct kms_client *client, struct lane *lane)
{
    struct kms_call *call = lane->waiting;
    struct buf problem = { 0 };
    enum kms_failure failure = KMS_FAILURE_INTERNAL;
    struct transfer *transfer = take_transfer(client);
    if (transfer != NULL)
        failure = send_call(client, call, transfer, &problem);
    if (failure == KMS_FAILURE_NONE) {
        DL_DELETE(lane->waiting, call);
        DL_APPEND(lane->sending, call);
        lane->sending_count++;
        call->transfer = transfer;
    } else {
        give_back(client, transfer);
        break_off(client, call, failure, buf_span(&problem));
    }
    buf_reset(&problem);
}

static void
admit_waiting(struct kms_client *client)
{
    for (size_t i = 0; i < LANES; i++) {
        struct lane *lane = &client->lanes[i];
        while (lane->waiting != NULL && lane->sending_count < lane->sending_max)
            admit(client, lane);
    }
}

static void
expire_list(struct kms_client *client, struct kms_call *list, int64_t now_ms)
{
    struct kms_call *call, *following;
    DL_FOREACH_SAFE(list, call, following)
    {
        if (call->deadline_ms <= now_ms)
            break_off(client, call, KMS_FAILURE_TIMEOUT,
                call->transfer != NULL
                    ? SPAN_LITERAL("KMS did not answer in time")
                    : SPAN_LITERAL("no connection was free in time"));
        else if (call->deadline_ms < client->next_deadline_ms)
            client->next_deadline_ms = call->deadline_ms;
    }
}

/* Looks at the calls only when the earliest deadline has come. */
static void
expire(struct kms_client *client)
{
    int64_t now_ms = clock_ms(&client->clock);
    if (now_ms < client->next_deadline_ms)
        return;
    client->next_deadline_ms = INT64_MAX;
    for (size_t i = 0; i < LANES; i++) {
        expire_list(client, client->lanes[i].waiting, now_ms);
        expire_list(client, client->lanes[i].sending, now_ms);
    }
}

/* With the lock held: a call that may be cancelled is in its lane. */
static void
empty_inbox(struct kms_client *client)
{
    while (client->inbox != NULL) {
        struct kms_call *call = client->inbox;
        DL_DELETE(client->inbox, call);
        DL_APPEND(client->lanes[call->lane].waiting, call);
        if (call->deadline_ms < client->next_deadline_ms)
            client->next_deadline_ms = call->deadline_ms;
    }
}

/* Takes in what other threads left; the next call to cancel, or NULL. */
static struct kms_call *
take_in(struct kms_client *client, bool *stopping)
{
    (void)pthread_mutex_lock(&client->lock);
    empty_inbox(client);
    struct kms_call *call = client->cancelled;
    if (call != NULL) {
        DL_DELETE2(client->cancelled, call, cancel_prev, cancel_next);
        call->cancel_listed = false;
    }
    client->wake_sent = false;
    *stopping = client->stopping;
    (void)pthread_mutex_unlock(&client->lock);
    return call;
}

static void
cancel(struct kms_client *client, struct kms_call *call)
{
    break_off(client, call, KMS_FAILURE_CANCELLED, SPAN_LITERAL("cancelled"));
}

static void
cancel_all(struct kms_client *client)
{
    for (size_t i = 0; i < LANES; i++) {
        struct lane *lane = &client->lanes[i];
        while (lane->waiting != NULL)
            cancel(client, lane->waiting);
        while (lane->sending != NULL)
            cancel(client, lane->sending);
    }
}

void *
loop_run(void *opaque)
{
    struct kms_client *client = opaque;
    for (;;) {
        bool stopping;
        struct kms_call *call;
        while ((call = take_in(client, &stopping)) != NULL)
            cancel(client, call);
        if (stopping)
            break;
        expire(client);
        admit_waiting(client);
        wire_turn(client->wire, client->next_deadline_ms, on_finished, client);
    }
    cancel_all(client);
    return NULL;
}
