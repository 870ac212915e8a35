/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/lanes.h"

#include <stdlib.h>
#include <utlist.h>

int64_t
lanes_due_ms(const struct kms_call *call)
{
    return call->due_ms < call->deadline_ms ? call->due_ms : call->deadline_ms;
}

static void
note_due(struct kms_client *client, const struct kms_call *call)
{
    int64_t due_ms = lanes_due_ms(call);
    if (due_ms < client->next_due_ms)
        client->next_due_ms = due_ms;
}

static void
take_out(struct lane *lane, struct kms_call *call)
{
    DL_DELETE(lane->calls[call->state], call);
    if (call->state == CALL_SENDING)
        lane->sending_count--;
}

void
lanes_add(struct kms_client *client, struct kms_call *call)
{
    call->state = CALL_WAITING;
    call->due_ms = INT64_MAX;
    DL_APPEND(client->lanes[call->lane].calls[CALL_WAITING], call);
    note_due(client, call);
}

void
lanes_move(struct kms_client *client, struct kms_call *call,
    enum call_state state, int64_t due_ms)
{
    struct lane *lane = &client->lanes[call->lane];
    take_out(lane, call);
    call->state = state;
    call->due_ms = due_ms;
    call->wants_credentials = false;
    DL_APPEND(lane->calls[state], call);
    if (state == CALL_SENDING)
        lane->sending_count++;
    note_due(client, call);
}

void
lanes_send_next(struct kms_client *client, struct kms_call *call)
{
    struct lane *lane = &client->lanes[call->lane];
    take_out(lane, call);
    call->state = CALL_WAITING;
    call->due_ms = INT64_MAX;
    DL_PREPEND(lane->calls[CALL_WAITING], call);
}

struct kms_call *
lanes_next(struct lane *lane)
{
    return lane->sending_count < lane->sending_max ? lane->calls[CALL_WAITING]
                                                   : NULL;
}

void
lanes_resume(struct kms_client *client)
{
    struct kms_call *call, *following;
    for (size_t i = 0; i < LANES; i++)
        DL_FOREACH_SAFE(client->lanes[i].calls[CALL_PAUSING], call, following)
        {
            if (call->wants_credentials)
                lanes_move(client, call, CALL_WAITING, INT64_MAX);
        }
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
    buf_reset(&call->moved);
    free(call);
}

void
lanes_end(
    struct kms_client *client, struct kms_call *call, struct kms_result *result)
{
    take_out(&client->lanes[call->lane], call);
    result->attempts = call->attempts;
    result->used_up = call->attempts >= client->attempts_max &&
                      result->failure != KMS_FAILURE_TIMEOUT &&
                      retry_is_worth(result);
    result->duration_ms = clock_ms(&client->clock) - call->started_ms;
    call->done(call->context, result);
    buf_reset(&result->bytes);
    buf_reset(&result->key_arn);
    buf_reset(&result->key_material_id);
    forget_call(client, call);
}
