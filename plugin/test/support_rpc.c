/* SPDX-License-Identifier: Apache-2.0 */
#include "support_rpc.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 20000 };

struct support_rpc {
    grpc_channel *channel;
    grpc_completion_queue *queue;
};

struct support_rpc_call {
    struct support_rpc *client;
    grpc_call *call;
    grpc_metadata_array initial, trailing;
    grpc_byte_buffer *request, *answer;
    grpc_status_code code;
    grpc_slice details;
};

bool
support_rpc_skipped(void)
{
#ifdef __SANITIZE_THREAD__
    (void)puts("1..0 # SKIP gRPC core under ThreadSanitizer");
    return true;
#else
    return false;
#endif
}

struct support_rpc *
support_rpc_new(const char *path)
{
    struct support_rpc *client = calloc(1, sizeof(*client));
    char target[256];
    if (client == NULL)
        abort();
    (void)snprintf(target, sizeof(target), "unix:%s", path);
    grpc_init();
    grpc_arg own_connection = { .type = GRPC_ARG_INTEGER,
        .key = (char *)(uintptr_t)GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL };
    own_connection.value.integer = 1;
    grpc_channel_args args = { .num_args = 1, .args = &own_connection };
    grpc_channel_credentials *plain = grpc_insecure_credentials_create();
    client->channel = grpc_channel_create(target, plain, &args);
    grpc_channel_credentials_release(plain);
    client->queue = grpc_completion_queue_create_for_pluck(NULL);
    return client;
}

void
support_rpc_free(struct support_rpc *client)
{
    grpc_channel_destroy(client->channel);
    grpc_completion_queue_shutdown(client->queue);
    grpc_completion_queue_destroy(client->queue);
    grpc_shutdown_blocking();
    free(client);
}

static gpr_timespec
deadline_in(int64_t timeout_ms)
{
    if (timeout_ms == 0)
        return gpr_inf_future(GPR_CLOCK_MONOTONIC);
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
        gpr_time_from_millis(timeout_ms, GPR_TIMESPAN));
}

struct support_rpc_call *
support_rpc_start(struct support_rpc *client, const char *method,
    struct span request, int64_t timeout_ms)
{
    struct support_rpc_call *c = calloc(1, sizeof(*c));
    if (c == NULL)
        abort();
    c->client = client;
    grpc_slice name = grpc_slice_from_copied_string(method);
    c->call =
        grpc_channel_create_call(client->channel, NULL, GRPC_PROPAGATE_DEFAULTS,
            client->queue, name, NULL, deadline_in(timeout_ms), NULL);
    grpc_slice_unref(name);
    grpc_slice bytes =
        grpc_slice_from_copied_buffer((const char *)request.ptr, request.len);
    c->request = grpc_raw_byte_buffer_create(&bytes, 1);
    grpc_slice_unref(bytes);
    grpc_op ops[6] = { { .op = GRPC_OP_SEND_INITIAL_METADATA },
        { .op = GRPC_OP_SEND_MESSAGE },
        { .op = GRPC_OP_SEND_CLOSE_FROM_CLIENT },
        { .op = GRPC_OP_RECV_INITIAL_METADATA }, { .op = GRPC_OP_RECV_MESSAGE },
        { .op = GRPC_OP_RECV_STATUS_ON_CLIENT } };
    ops[0].flags = GRPC_INITIAL_METADATA_WAIT_FOR_READY;
    ops[1].data.send_message.send_message = c->request;
    ops[3].data.recv_initial_metadata.recv_initial_metadata = &c->initial;
    ops[4].data.recv_message.recv_message = &c->answer;
    ops[5].data.recv_status_on_client.trailing_metadata = &c->trailing;
    ops[5].data.recv_status_on_client.status = &c->code;
    ops[5].data.recv_status_on_client.status_details = &c->details;
    if (grpc_call_start_batch(c->call, ops, 6, c, NULL) != GRPC_CALL_OK)
        abort();
    return c;
}

void
support_rpc_cancel(struct support_rpc_call *call)
{
    (void)grpc_call_cancel(call->call, NULL);
}

static void
copy_payload(grpc_byte_buffer *payload, struct buf *out)
{
    grpc_byte_buffer_reader reader;
    grpc_slice slice;
    if (!grpc_byte_buffer_reader_init(&reader, payload))
        abort();
    while (grpc_byte_buffer_reader_next(&reader, &slice)) {
        if (buf_append(out, span_of(GRPC_SLICE_START_PTR(slice),
                                GRPC_SLICE_LENGTH(slice))) != STATUS_OK)
            abort();
        grpc_slice_unref(slice);
    }
    grpc_byte_buffer_reader_destroy(&reader);
}

enum grpc_code
support_rpc_finish(
    struct support_rpc_call *c, struct buf *answer, struct buf *details)
{
    if (grpc_completion_queue_pluck(
            c->client->queue, c, deadline_in(TIMEOUT_MS), NULL)
            .type != GRPC_OP_COMPLETE)
        abort();
    enum grpc_code code = (enum grpc_code)c->code;
    if (c->answer != NULL && answer != NULL)
        copy_payload(c->answer, answer);
    if (details != NULL)
        buf_say(details, "%.*s", (int)GRPC_SLICE_LENGTH(c->details),
            (const char *)GRPC_SLICE_START_PTR(c->details));
    if (c->answer != NULL)
        grpc_byte_buffer_destroy(c->answer);
    grpc_byte_buffer_destroy(c->request);
    grpc_slice_unref(c->details);
    grpc_metadata_array_destroy(&c->initial);
    grpc_metadata_array_destroy(&c->trailing);
    grpc_call_unref(c->call);
    free(c);
    return code;
}

enum grpc_code
support_rpc_call(struct support_rpc *client, const char *method,
    struct span request, struct buf *answer, struct buf *details)
{
    return support_rpc_finish(
        support_rpc_start(client, method, request, TIMEOUT_MS), answer,
        details);
}
