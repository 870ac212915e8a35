/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc.h"

#include "process/interrupt.h"
#include "rpc/rpc_core.h"
#include "rpc/rpc_watcher.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/time.h>
#include <stdlib.h>

enum {
    RECONNECT_MS = 100, /* a plugin that comes back is found this soon */
    RECONNECT_MAX_MS = 1000,
    /* One that accepts has this long to speak HTTP/2: on a busy machine a
     * plugin that is well may need it. */
    GREETING_MS = 2000,
    LOOK_UP_MS = 50, /* how often a waiting call looks for an interrupt */
};

struct rpc_channel {
    grpc_channel *channel;
    struct rpc_watcher *watcher;
    enum rpc_patience patience;
};

/* All that one call owns. */
struct exchange {
    grpc_completion_queue *queue;
    grpc_call *call;
    grpc_byte_buffer *request;
    grpc_byte_buffer *answer;
    grpc_metadata_array initial, trailing;
    grpc_status_code code;
    grpc_slice details;
};

static grpc_channel *
open_channel(const char *target)
{
    static char authority_key[] = GRPC_ARG_DEFAULT_AUTHORITY;
    static char authority[] = "localhost";
    static char first_key[] = GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS;
    static char least_key[] = GRPC_ARG_MIN_RECONNECT_BACKOFF_MS;
    static char most_key[] = GRPC_ARG_MAX_RECONNECT_BACKOFF_MS;
    static char pool_key[] = GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL;
    static char retries_key[] = GRPC_ARG_ENABLE_RETRIES;
    grpc_arg list[] = {
        { GRPC_ARG_STRING, authority_key, { .string = authority } },
        { GRPC_ARG_INTEGER, first_key, { .integer = RECONNECT_MS } },
        { GRPC_ARG_INTEGER, least_key, { .integer = GREETING_MS } },
        { GRPC_ARG_INTEGER, most_key, { .integer = RECONNECT_MAX_MS } },
        { GRPC_ARG_INTEGER, pool_key, { .integer = 1 } },
        { GRPC_ARG_INTEGER, retries_key, { .integer = 0 } },
    };
    grpc_channel_args args = { ARRAY_LEN(list), list };
    grpc_channel_credentials *plain = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create(target, plain, &args);

    grpc_channel_credentials_release(plain);
    return channel;
}

enum status
rpc_channel_new(
    struct span endpoint, enum rpc_patience patience, struct rpc_channel **out)
{
    struct rpc_channel *channel = NULL;
    struct buf target = { 0 };
    enum status status = rpc_core_target(endpoint, &target);

    if (status != STATUS_OK)
        goto out;
    channel = calloc(1, sizeof(*channel));
    if (channel == NULL) {
        status = STATUS_NO_MEMORY;
        goto out;
    }
    rpc_core_init();
    channel->patience = patience;
    channel->channel = open_channel(buf_text(&target));
    status = rpc_watcher_start(channel->channel, &channel->watcher);
    if (status == STATUS_OK) {
        *out = channel;
        channel = NULL;
    }
out:
    rpc_channel_free(channel);
    buf_reset(&target);
    return status;
}

void
rpc_channel_free(struct rpc_channel *channel)
{
    if (channel == NULL)
        return;
    if (channel->watcher != NULL)
        rpc_watcher_stop(channel->watcher);
    if (channel->channel != NULL)
        grpc_channel_destroy(channel->channel);
    if (channel->watcher != NULL)
        rpc_watcher_free(channel->watcher);
    free(channel);
}

static gpr_timespec
after_ms(int64_t ms)
{
    return gpr_time_add(
        gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(ms, GPR_TIMESPAN));
}

static void
begin(struct exchange *x, const struct rpc_channel *channel, const char *method,
    struct span request, int64_t timeout_ms)
{
    grpc_slice path = grpc_slice_from_copied_string(method);

    *x = (struct exchange){ .details = grpc_empty_slice() };
    grpc_metadata_array_init(&x->initial);
    grpc_metadata_array_init(&x->trailing);
    x->request = rpc_core_wrap(request);
    x->queue = grpc_completion_queue_create_for_next(NULL);
    x->call = grpc_channel_create_call(channel->channel, NULL,
        GRPC_PROPAGATE_DEFAULTS, x->queue, path, NULL, after_ms(timeout_ms),
        NULL);
    grpc_slice_unref(path);
}

static grpc_call_error
start(struct exchange *x, enum rpc_patience patience)
{
    grpc_op ops[6] = {
        { .op = GRPC_OP_SEND_INITIAL_METADATA },
        { .op = GRPC_OP_SEND_MESSAGE },
        { .op = GRPC_OP_SEND_CLOSE_FROM_CLIENT },
        { .op = GRPC_OP_RECV_INITIAL_METADATA },
        { .op = GRPC_OP_RECV_MESSAGE },
        { .op = GRPC_OP_RECV_STATUS_ON_CLIENT },
    };

    ops[0].flags = GRPC_INITIAL_METADATA_WAIT_FOR_READY_EXPLICITLY_SET;
    if (patience == RPC_WAIT)
        ops[0].flags |= GRPC_INITIAL_METADATA_WAIT_FOR_READY;
    ops[1].data.send_message.send_message = x->request;
    ops[3].data.recv_initial_metadata.recv_initial_metadata = &x->initial;
    ops[4].data.recv_message.recv_message = &x->answer;
    ops[5].data.recv_status_on_client.trailing_metadata = &x->trailing;
    ops[5].data.recv_status_on_client.status = &x->code;
    ops[5].data.recv_status_on_client.status_details = &x->details;
    return grpc_call_start_batch(x->call, ops, ARRAY_LEN(ops), x, NULL);
}

/* The batch always completes: at the deadline at the latest. */
static void
await(struct exchange *x)
{
    grpc_event event;

    do {
        event =
            grpc_completion_queue_next(x->queue, after_ms(LOOK_UP_MS), NULL);
        if (event.type == GRPC_QUEUE_TIMEOUT && interrupt_pending() != 0)
            grpc_call_cancel(x->call, NULL);
    } while (event.type == GRPC_QUEUE_TIMEOUT);
}

static enum status
conclude(struct exchange *x, struct buf *answer, struct grpc_error *error)
{
    struct span details = span_of(
        GRPC_SLICE_START_PTR(x->details), GRPC_SLICE_LENGTH(x->details));
    enum grpc_code code = grpc_error_code_from_wire((int)x->code);

    if (code == GRPC_CODE_OK && rpc_core_unwrap(x->answer, answer) == STATUS_OK)
        return STATUS_OK;
    if (code == GRPC_CODE_OK) {
        code = GRPC_CODE_INTERNAL;
        details = SPAN_LITERAL("the server sent no message");
    }
    grpc_error_set(error, code, details);
    return grpc_error_status(code);
}

static void
end(struct exchange *x)
{
    grpc_call_unref(x->call);
    grpc_completion_queue_shutdown(x->queue);
    while (grpc_completion_queue_next(
               x->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL)
               .type != GRPC_QUEUE_SHUTDOWN)
        continue;
    grpc_completion_queue_destroy(x->queue);
    grpc_byte_buffer_destroy(x->request);
    grpc_byte_buffer_destroy(x->answer);
    grpc_metadata_array_destroy(&x->initial);
    grpc_metadata_array_destroy(&x->trailing);
    grpc_slice_unref(x->details);
}

enum status
rpc_call(struct rpc_channel *channel, const char *method, struct span request,
    int64_t timeout_ms, struct buf *answer, struct grpc_error *error)
{
    struct exchange x;
    enum status status;

    begin(&x, channel, method, request, timeout_ms);
    if (start(&x, channel->patience) == GRPC_CALL_OK) {
        await(&x);
        status = conclude(&x, answer, error);
    } else {
        grpc_error_set(error, GRPC_CODE_INTERNAL,
            SPAN_LITERAL("gRPC core refused the call"));
        status = STATUS_INTERNAL;
    }
    end(&x);
    return status;
}
