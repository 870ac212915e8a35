/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/attempts.h"
#include "kms/lanes.h"

#include <utlist.h>

static void
on_finished(void *context, CURL *easy, CURLcode code)
{
    struct kms_call *call = transfer_of(easy)->owner;
    attempts_finish(context, call, code);
}

static void
admit_waiting(struct kms_client *client)
{
    struct kms_call *call;
    for (size_t i = 0; i < LANES; i++)
        while ((call = lanes_next(&client->lanes[i])) != NULL)
            attempts_start(client, call);
}

static void
end_late(struct kms_client *client, struct kms_call *call)
{
    if (call->wants_credentials)
        attempts_break_off(client, call, KMS_FAILURE_CREDENTIALS,
            call->credentials_retried
                ? SPAN_LITERAL("KMS refused those held, and others were not "
                               "there in time: they are still being fetched")
                : SPAN_LITERAL("the first credentials were not there in time: "
                               "they are still being fetched"));
    else
        attempts_break_off(client, call, KMS_FAILURE_TIMEOUT,
            call->state == CALL_SENDING
                ? SPAN_LITERAL("KMS did not answer in time")
                : SPAN_LITERAL("no connection was free in time"));
}

static void
act_on(struct kms_client *client, struct kms_call *call, int64_t now_ms)
{
    if (call->deadline_ms <= now_ms)
        end_late(client, call);
    else if (call->due_ms <= now_ms && call->state == CALL_SENDING)
        attempts_give_up(client, call);
    else if (call->due_ms <= now_ms)
        lanes_move(client, call, CALL_WAITING, INT64_MAX);
    else if (lanes_due_ms(call) < client->next_due_ms)
        client->next_due_ms = lanes_due_ms(call);
}

/* Looks at the calls only when the earliest of their times has come. */
static void
act_on_due(struct kms_client *client)
{
    struct kms_call *call, *following;
    int64_t now_ms = clock_ms(&client->clock);
    if (now_ms < client->next_due_ms)
        return;
    client->next_due_ms = INT64_MAX;
    for (size_t i = 0; i < LANES; i++)
        for (size_t state = 0; state < CALL_STATES; state++)
            DL_FOREACH_SAFE(client->lanes[i].calls[state], call, following)
            {
                act_on(client, call, now_ms);
            }
}

/* With the lock held: a call that may be cancelled is in its lane. */
static void
empty_inbox(struct kms_client *client)
{
    while (client->inbox != NULL) {
        struct kms_call *call = client->inbox;
        DL_DELETE(client->inbox, call);
        lanes_add(client, call);
    }
    if (client->credentials_news)
        lanes_resume(client);
    client->credentials_news = false;
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
    client->asleep = false;
    *stopping = client->stopping;
    (void)pthread_mutex_unlock(&client->lock);
    return call;
}

/* Whether there is nothing to take in. */
static bool
fall_asleep(struct kms_client *client)
{
    (void)pthread_mutex_lock(&client->lock);
    client->asleep = client->inbox == NULL && client->cancelled == NULL &&
                     !client->credentials_news && !client->stopping;
    bool asleep = client->asleep;
    (void)pthread_mutex_unlock(&client->lock);
    return asleep;
}

static void
cancel(struct kms_client *client, struct kms_call *call)
{
    attempts_break_off(
        client, call, KMS_FAILURE_CANCELLED, SPAN_LITERAL("cancelled"));
}

static void
cancel_all(struct kms_client *client)
{
    for (size_t i = 0; i < LANES; i++)
        for (size_t state = 0; state < CALL_STATES; state++)
            while (client->lanes[i].calls[state] != NULL)
                cancel(client, client->lanes[i].calls[state]);
}

/* Shows that it is alive, and when it is to do so again. */
static int64_t
beat(struct kms_client *client)
{
    if (client->beat_ms == 0)
        return INT64_MAX;
    client->beat_at_ms = clock_ms(&client->clock);
    return client->beat_at_ms + client->beat_ms;
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
        act_on_due(client);
        admit_waiting(client);
        /* What ended may have made room, or is to be tried again at once. */
        bool ended = wire_send(client->wire, on_finished, client);
        int64_t until_ms = beat(client);
        if (client->next_due_ms < until_ms)
            until_ms = client->next_due_ms;
        bool rests = !ended && fall_asleep(client);
        wire_turn(client->wire, rests ? until_ms : 0, on_finished, client);
    }
    cancel_all(client);
    return NULL;
}
