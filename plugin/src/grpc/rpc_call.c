/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/rpc_call.h"

#include "base/clock.h"
#include "base/log.h"
#include "grpc/rpc_internal.h"

#include <pthread.h>
#include <stdlib.h>

/*
 * Two references: the watch for the call's end, and the duty to finish it,
 * which becomes the batch that sends the answer. Both end on the polling
 * thread, the last one frees.
 */
struct rpc_call {
    struct rpc_live *live;
    struct rpc_tag closed;
    struct rpc_tag sent;
    grpc_call *core;
    int64_t deadline_ms;
    struct traceparent trace;
    int cancelled; /* core wants to tell; `finished` says as much */
    grpc_byte_buffer *answer;
    struct rpc_call_state keep;
    pthread_mutex_t lock;
    bool finished;       /* under lock */
    unsigned references; /* under lock */
};

#define CALL_OF(tag, member)                                                   \
    ((struct rpc_call *)(void *)((char *)(tag)-offsetof(                       \
        struct rpc_call, member)))

static void
count(struct rpc_live *live, bool begins)
{
    monitor_lock(&live->monitor);
    live->calls = begins ? live->calls + 1 : live->calls - 1;
    if (live->calls == 0)
        monitor_signal(&live->monitor);
    monitor_unlock(&live->monitor);
}

static void
drop(struct rpc_call *call)
{
    (void)pthread_mutex_lock(&call->lock);
    bool last = --call->references == 0;
    (void)pthread_mutex_unlock(&call->lock);
    if (!last)
        return;
    if (call->keep.release != NULL)
        call->keep.release(call->keep.state);
    if (call->answer != NULL)
        grpc_byte_buffer_destroy(call->answer);
    grpc_call_unref(call->core);
    (void)pthread_mutex_destroy(&call->lock);
    count(call->live, false);
    free(call);
}

static void
on_closed(struct rpc_tag *tag, bool success)
{
    (void)success; /* always true, and either way the call is over */
    struct rpc_call *call = CALL_OF(tag, closed);
    (void)pthread_mutex_lock(&call->lock);
    /* Under the lock, so that the work which `cancel` stops cannot finish the
     * call and be gone at the same time. */
    if (!call->finished && call->keep.cancel != NULL)
        call->keep.cancel(call->keep.state);
    (void)pthread_mutex_unlock(&call->lock);
    drop(call);
}

static void
on_sent(struct rpc_tag *tag, bool success)
{
    (void)success; /* the client has gone: nobody is left to tell */
    drop(CALL_OF(tag, sent));
}

static int64_t
deadline_from(gpr_timespec deadline)
{
    gpr_timespec never = gpr_inf_future(deadline.clock_type);
    if (gpr_time_cmp(deadline, never) == 0)
        return INT64_MAX;
    gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
    struct clock clock = clock_monotonic();
    return clock_ms(&clock) + (int64_t)gpr_time_to_millis(left);
}

static bool
watch_end(struct rpc_call *call)
{
    grpc_op op = { .op = GRPC_OP_RECV_CLOSE_ON_SERVER };
    op.data.recv_close_on_server.cancelled = &call->cancelled;
    return grpc_call_start_batch(call->core, &op, 1,
               rpc_tag_give(&call->closed), NULL) == GRPC_CALL_OK;
}

struct rpc_call *
rpc_call_new(struct rpc_live *live, const struct rpc_arrival *arrival)
{
    struct rpc_call *call = calloc(1, sizeof(*call));
    if (call == NULL || pthread_mutex_init(&call->lock, NULL) != 0)
        goto out;
    call->closed.complete = on_closed;
    call->sent.complete = on_sent;
    call->core = arrival->call;
    call->deadline_ms = deadline_from(arrival->deadline);
    call->trace = arrival->trace;
    call->references = 2;
    call->live = live;
    if (watch_end(call)) {
        count(live, true);
        return call;
    }
    (void)pthread_mutex_destroy(&call->lock);
out:
    free(call);
    (void)grpc_call_cancel_with_status(arrival->call,
        GRPC_STATUS_RESOURCE_EXHAUSTED, "the plugin is out of memory", NULL);
    grpc_call_unref(arrival->call);
    return NULL;
}

void
rpc_call_keep(struct rpc_call *call, struct rpc_call_state state)
{
    call->keep = state;
}

int64_t
rpc_call_deadline_ms(const struct rpc_call *call)
{
    return call->deadline_ms;
}

const struct traceparent *
rpc_call_traceparent(const struct rpc_call *call)
{
    return &call->trace;
}

/* Sends the answer that call->answer holds, or none and the failure. */
static void
finish(struct rpc_call *call, grpc_status_code code, struct span text)
{
    (void)pthread_mutex_lock(&call->lock);
    call->finished = true;
    (void)pthread_mutex_unlock(&call->lock);
    grpc_slice details =
        grpc_slice_from_copied_buffer((const char *)text.ptr, text.len);
    grpc_op ops[3] = { { .op = GRPC_OP_SEND_INITIAL_METADATA } };
    size_t count = 1;
    if (call->answer != NULL) {
        ops[count].op = GRPC_OP_SEND_MESSAGE;
        ops[count].data.send_message.send_message = call->answer;
        count++;
    }
    ops[count].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[count].data.send_status_from_server.status = code;
    ops[count].data.send_status_from_server.status_details = &details;
    count++;
    grpc_call *core = call->core;
    void *tag = rpc_tag_give(&call->sent);
    grpc_call_error refused =
        grpc_call_start_batch(core, ops, count, tag, NULL);
    grpc_slice_unref(details);
    /* From a good start on the polling thread may have freed the call. */
    if (refused == GRPC_CALL_OK)
        return;
    log_event(LOG_ERROR, "gRPC core refused an answer",
        log_text("cause", grpc_call_error_to_string(refused)));
    drop(call);
}

void
rpc_call_answer(struct rpc_call *call, struct buf *message)
{
    if (rpc_payload_make(message, &call->answer) != STATUS_OK)
        rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
    else
        finish(call, GRPC_STATUS_OK, (struct span){ NULL, 0 });
}

void
rpc_call_fail(struct rpc_call *call, enum grpc_code code, struct span text)
{
    finish(call, (grpc_status_code)code, text);
}
