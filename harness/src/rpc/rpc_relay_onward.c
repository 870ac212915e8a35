/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_core.h"
#include "rpc/rpc_relay_call.h"

#include <grpc/byte_buffer.h>
#include <stdlib.h>

/* ---- the answer -----------------------------------------------------------
 */

void
relay_onward_sent(struct relay_tag *tag, bool success)
{
    (void)success; /* the client has gone: nobody is left to tell */
    relay_call_drop(RELAY_CALL_OF(tag, sent));
}

/* The trailers that pass, and the mark behind them, which lives as long as the
 * call. */
static size_t
list_trailers(const struct rpc_relay_call *call, grpc_metadata **list)
{
    const struct buf *mark = &call->plan.mark;
    size_t count = relay_metadata_pass(&call->trailing, list);

    if (*list == NULL || mark->len == 0)
        return count;
    (*list)[count].key = grpc_slice_from_static_string("x-kmslab-fault");
    (*list)[count].value = grpc_slice_from_static_buffer(mark->ptr, mark->len);
    return count + 1;
}

/* Gives the client what the call holds as its answer. */
static void
send_answer(struct rpc_relay_call *call)
{
    grpc_metadata *initial = NULL, *trailing = NULL;
    grpc_op ops[3] = { { .op = GRPC_OP_SEND_INITIAL_METADATA },
        { .op = GRPC_OP_SEND_STATUS_FROM_SERVER },
        { .op = GRPC_OP_SEND_MESSAGE } };
    bool has_message = call->code == GRPC_STATUS_OK && call->answer != NULL;

    relay_call_settle(call, (int)call->code);
    ops[0].data.send_initial_metadata.count =
        relay_metadata_pass(&call->initial, &initial);
    ops[0].data.send_initial_metadata.metadata = initial;
    ops[1].data.send_status_from_server.trailing_metadata_count =
        list_trailers(call, &trailing);
    ops[1].data.send_status_from_server.trailing_metadata = trailing;
    ops[1].data.send_status_from_server.status = call->code;
    ops[1].data.send_status_from_server.status_details = &call->text;
    ops[2].data.send_message.send_message = call->answer;
    call->references++;
    if (grpc_call_start_batch(call->from_client, ops, has_message ? 3 : 2,
            &call->sent, NULL) != GRPC_CALL_OK)
        relay_call_drop(call);
    free(initial);
    free(trailing);
}

/* Replaces what the call holds as its answer. */
static void
set_answer(struct rpc_relay_call *call, const struct rpc_relay_answer *answer)
{
    grpc_byte_buffer_destroy(call->answer);
    grpc_slice_unref(call->text);
    call->answer =
        answer->has_message ? rpc_core_wrap(buf_span(&answer->message)) : NULL;
    call->code = (grpc_status_code)answer->code;
    call->text = grpc_slice_from_copied_buffer(
        buf_text(&answer->text), answer->text.len);
}

static void
send_error(struct rpc_relay_call *call, int code, const char *text)
{
    struct rpc_relay_answer answer = { .code = code };

    buf_say(&answer.text, "%s", text);
    set_answer(call, &answer);
    rpc_relay_answer_reset(&answer);
    send_answer(call);
}

static void
alter_answer(struct rpc_relay_call *call)
{
    struct rpc_relay *relay = call->relay;
    struct rpc_relay_answer answer = { .code = (int)call->code,
        .has_message = call->answer != NULL };
    enum status status = buf_append(&answer.text, rpc_core_span(&call->text));

    if (status == STATUS_OK && answer.has_message)
        status = rpc_core_copy(call->answer, &answer.message);
    if (status == STATUS_OK) {
        relay->hooks.alter(relay->hooks.context, call->plan.state, &answer);
        set_answer(call, &answer);
    }
    rpc_relay_answer_reset(&answer);
}

void
relay_onward_answered(struct relay_tag *tag, bool success)
{
    struct rpc_relay_call *call = RELAY_CALL_OF(tag, answered);

    (void)success; /* the code says it */
    if (call->plan.alter)
        alter_answer(call);
    send_answer(call);
    relay_call_drop(call);
}

/* ---- to the server --------------------------------------------------------
 */

static void
open_to_server(struct rpc_relay_call *call)
{
    struct rpc_relay *relay = call->relay;
    const grpc_slice *host = &call->details.host;
    bool named = GRPC_SLICE_LENGTH(*host) > 0;

    call->to_server = grpc_channel_create_call(relay->channel, NULL,
        GRPC_PROPAGATE_DEFAULTS, relay->queue, call->details.method,
        named ? host : NULL, call->details.deadline, NULL);
}

/* A client that sent no message has none sent for it. */
static grpc_call_error
start_to_server(struct rpc_relay_call *call)
{
    grpc_metadata *headers = NULL;
    grpc_op ops[6] = {
        { .op = GRPC_OP_SEND_INITIAL_METADATA },
        { .op = GRPC_OP_SEND_CLOSE_FROM_CLIENT },
        { .op = GRPC_OP_RECV_INITIAL_METADATA },
        { .op = GRPC_OP_RECV_MESSAGE },
        { .op = GRPC_OP_RECV_STATUS_ON_CLIENT },
        { .op = GRPC_OP_SEND_MESSAGE },
    };

    ops[0].flags = GRPC_INITIAL_METADATA_WAIT_FOR_READY |
                   GRPC_INITIAL_METADATA_WAIT_FOR_READY_EXPLICITLY_SET;
    ops[0].data.send_initial_metadata.count =
        relay_metadata_pass(&call->headers, &headers);
    ops[0].data.send_initial_metadata.metadata = headers;
    ops[2].data.recv_initial_metadata.recv_initial_metadata = &call->initial;
    ops[3].data.recv_message.recv_message = &call->answer;
    ops[4].data.recv_status_on_client.trailing_metadata = &call->trailing;
    ops[4].data.recv_status_on_client.status = &call->code;
    ops[4].data.recv_status_on_client.status_details = &call->text;
    ops[5].data.send_message.send_message = call->request;
    grpc_call_error error = grpc_call_start_batch(call->to_server, ops,
        call->request != NULL ? 6 : 5, &call->answered, NULL);
    free(headers);
    return error;
}

static void
forward(struct rpc_relay_call *call)
{
    open_to_server(call);
    call->references++;
    if (start_to_server(call) == GRPC_CALL_OK)
        return;
    send_error(call, GRPC_STATUS_INTERNAL, "gRPC core refused the call");
    relay_call_drop(call);
}

void
relay_onward_go(struct rpc_relay_call *call)
{
    if (call->cancelled != 0) {
        send_error(call, GRPC_STATUS_CANCELLED, "cancelled");
    } else if (call->plan.instead) {
        set_answer(call, &call->plan.answer);
        send_answer(call);
    } else {
        forward(call);
    }
}
