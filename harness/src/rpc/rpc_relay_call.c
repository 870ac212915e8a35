/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_relay_call.h"

#include "rpc/rpc_core.h"

#include <grpc/byte_buffer.h>
#include <grpc/support/time.h>
#include <stdlib.h>

void
rpc_relay_answer_reset(struct rpc_relay_answer *answer)
{
    buf_reset(&answer->message);
    buf_reset(&answer->text);
}

static int64_t
now_ns(void)
{
    gpr_timespec now = gpr_now(GPR_CLOCK_MONOTONIC);

    return now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
count(struct rpc_relay *relay, bool begins)
{
    (void)pthread_mutex_lock(&relay->lock);
    relay->calls = begins ? relay->calls + 1 : relay->calls - 1;
    if (relay->calls == 0)
        (void)pthread_cond_broadcast(&relay->over);
    (void)pthread_mutex_unlock(&relay->lock);
}

static void
destroy(struct rpc_relay_call *call)
{
    grpc_call_details_destroy(&call->details);
    grpc_metadata_array_destroy(&call->headers);
    grpc_metadata_array_destroy(&call->initial);
    grpc_metadata_array_destroy(&call->trailing);
    grpc_byte_buffer_destroy(call->request);
    grpc_byte_buffer_destroy(call->answer);
    grpc_slice_unref(call->text);
    rpc_relay_answer_reset(&call->plan.answer);
    buf_reset(&call->plan.mark);
    if (call->to_server != NULL)
        grpc_call_unref(call->to_server);
    if (call->from_client != NULL)
        grpc_call_unref(call->from_client);
    free(call);
}

void
relay_call_drop(struct rpc_relay_call *call)
{
    struct rpc_relay *relay = call->relay;

    if (--call->references > 0)
        return;
    destroy(call);
    count(relay, false);
}

void
relay_call_settle(struct rpc_relay_call *call, int code)
{
    const struct rpc_relay_end end = {
        .method = rpc_core_span(&call->details.method),
        .code = code,
        .cancelled = call->cancelled != 0,
        .took_ms = (double)(now_ns() - call->came_ns) / 1e6,
        .state = call->plan.state,
    };

    if (!call->planned || call->settled)
        return;
    call->settled = true;
    call->relay->hooks.over(call->relay->hooks.context, &end);
}

bool
rpc_relay_header(const struct rpc_relay_request *request, const char *name,
    struct span *value)
{
    const grpc_metadata_array *headers = &request->call->headers;

    for (size_t i = 0; i < headers->count; i++) {
        if (!span_equal_text(rpc_core_span(&headers->metadata[i].key), name))
            continue;
        *value = rpc_core_span(&headers->metadata[i].value);
        return true;
    }
    return false;
}

enum status
rpc_relay_message(const struct rpc_relay_request *request, struct buf *out)
{
    if (request->call->request == NULL)
        return STATUS_OK;
    return rpc_core_copy(request->call->request, out);
}

/*
 * The client's own clock began before ours, and grpc-timeout is rounded: one
 * that goes shortly before its deadline goes because of it.
 */
static bool
is_late(const struct rpc_relay_call *call)
{
    gpr_timespec deadline = call->details.deadline;
    gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
    int64_t left_ms, waited_ms = (now_ns() - call->came_ns) / 1000000;

    if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0)
        return false;
    left_ms = gpr_time_to_millis(left);
    return left_ms <= 10 + waited_ms / 16;
}

/* The client has stopped waiting: so does whatever works for it. */
static void
on_closed(struct relay_tag *tag, bool success)
{
    struct rpc_relay_call *call = RELAY_CALL_OF(tag, closed);

    (void)success; /* always true, and either way the call is over */
    if (call->cancelled != 0) {
        bool held = relay_held_take(call);
        relay_call_settle(call, is_late(call) ? GRPC_STATUS_DEADLINE_EXCEEDED
                                              : GRPC_STATUS_CANCELLED);
        if (call->to_server != NULL)
            (void)grpc_call_cancel(call->to_server, NULL);
        if (held) {
            relay_onward_go(call);
            relay_call_drop(call);
        }
    }
    relay_call_drop(call);
}

static void
on_received(struct relay_tag *tag, bool success)
{
    struct rpc_relay_call *call = RELAY_CALL_OF(tag, received);
    struct rpc_relay *relay = call->relay;
    const struct rpc_relay_request request = {
        rpc_core_span(&call->details.method), call
    };

    (void)success; /* a call that was cancelled is known as such */
    call->planned = true;
    relay->hooks.plan(relay->hooks.context, &request, &call->plan);
    if (call->plan.wait_ms > 0 && call->cancelled == 0)
        relay_held_add(call);
    else
        relay_onward_go(call);
    relay_call_drop(call);
}

/* Both batches are asked for before either can complete: the thread that
 * completes them is this one. */
static void
begin(struct rpc_relay_call *call)
{
    grpc_op close = { .op = GRPC_OP_RECV_CLOSE_ON_SERVER };
    grpc_op receive = { .op = GRPC_OP_RECV_MESSAGE };

    call->came_ns = now_ns();
    call->references = 1;
    count(call->relay, true);
    close.data.recv_close_on_server.cancelled = &call->cancelled;
    receive.data.recv_message.recv_message = &call->request;
    call->references++;
    if (grpc_call_start_batch(
            call->from_client, &close, 1, &call->closed, NULL) != GRPC_CALL_OK)
        call->references--;
    call->references++;
    if (grpc_call_start_batch(call->from_client, &receive, 1, &call->received,
            NULL) != GRPC_CALL_OK)
        call->references--;
    relay_call_drop(call);
}

static void
on_arrived(struct relay_tag *tag, bool success)
{
    struct rpc_relay_call *call = RELAY_CALL_OF(tag, arrived);
    struct rpc_relay *relay = call->relay;

    relay->next = NULL;
    if (!success) { /* the server shuts down */
        destroy(call);
        return;
    }
    relay_call_await(relay);
    begin(call);
}

static struct rpc_relay_call *
new_call(struct rpc_relay *relay)
{
    struct rpc_relay_call *call = calloc(1, sizeof(*call));

    if (call == NULL)
        return NULL;
    call->relay = relay;
    call->arrived.complete = on_arrived;
    call->closed.complete = on_closed;
    call->received.complete = on_received;
    call->answered.complete = relay_onward_answered;
    call->sent.complete = relay_onward_sent;
    call->text = grpc_empty_slice();
    grpc_call_details_init(&call->details);
    grpc_metadata_array_init(&call->headers);
    grpc_metadata_array_init(&call->initial);
    grpc_metadata_array_init(&call->trailing);
    return call;
}

void
relay_call_await(struct rpc_relay *relay)
{
    struct rpc_relay_call *call = new_call(relay);

    relay->next = call;
    if (call != NULL &&
        grpc_server_request_call(relay->server, &call->from_client,
            &call->details, &call->headers, relay->queue, relay->queue,
            &call->arrived) != GRPC_CALL_OK) {
        relay->next = NULL;
        destroy(call);
    }
}
