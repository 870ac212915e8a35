/* SPDX-License-Identifier: Apache-2.0 */
#include "support_grpc.h"

#include "test/check.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/time.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct grpc_double {
    const struct script *script;
    grpc_server *server;
    grpc_completion_queue *queue;
    pthread_t thread;
    grpc_call *held; /* the call that is kept waiting */
    struct buf method, authority, message;
};

static const char shutdown_tag, call_tag, batch_tag;

static void
keep(struct buf *out, grpc_slice slice)
{
    assert_ok(buf_set(
        out, span_of(GRPC_SLICE_START_PTR(slice), GRPC_SLICE_LENGTH(slice))));
}

/* Runs a batch to its end: one call at a time is all a test needs. */
static void
run_batch(struct grpc_double *d, grpc_call *call, grpc_op *ops, size_t count)
{
    void *tag = (void *)(uintptr_t)&batch_tag;
    grpc_event event;

    assert_int_equal(
        grpc_call_start_batch(call, ops, count, tag, NULL), GRPC_CALL_OK);
    do
        event = grpc_completion_queue_next(
            d->queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
    while (event.type == GRPC_OP_COMPLETE && event.tag != tag);
}

static void
receive(struct grpc_double *d, grpc_call *call)
{
    grpc_byte_buffer *message = NULL;
    grpc_op op = { .op = GRPC_OP_RECV_MESSAGE };
    grpc_byte_buffer_reader reader;
    grpc_slice all;

    op.data.recv_message.recv_message = &message;
    run_batch(d, call, &op, 1);
    if (message == NULL)
        return;
    assert_true(grpc_byte_buffer_reader_init(&reader, message));
    all = grpc_byte_buffer_reader_readall(&reader);
    keep(&d->message, all);
    grpc_slice_unref(all);
    grpc_byte_buffer_reader_destroy(&reader);
    grpc_byte_buffer_destroy(message);
}

static void
answer(struct grpc_double *d, grpc_call *call)
{
    const struct script *script = d->script;
    grpc_slice words = grpc_slice_from_copied_string(
        script->words == NULL ? "" : script->words);
    grpc_slice bytes = grpc_slice_from_copied_buffer(
        (const char *)script->answer.ptr, script->answer.len);
    grpc_byte_buffer *message = grpc_raw_byte_buffer_create(&bytes, 1);
    grpc_op ops[3] = { { .op = GRPC_OP_SEND_INITIAL_METADATA },
        { .op = GRPC_OP_SEND_STATUS_FROM_SERVER },
        { .op = GRPC_OP_SEND_MESSAGE } };

    ops[1].data.send_status_from_server.status = (grpc_status_code)script->code;
    ops[1].data.send_status_from_server.status_details = &words;
    ops[2].data.send_message.send_message = message;
    run_batch(d, call, ops, script->code == 0 ? 3 : 2);
    grpc_byte_buffer_destroy(message);
    grpc_slice_unref(bytes);
    grpc_slice_unref(words);
}

static void
serve(struct grpc_double *d, grpc_call *call, const grpc_call_details *details)
{
    keep(&d->method, details->method);
    keep(&d->authority, details->host);
    receive(d, call);
    if (d->script->silent) {
        d->held = call;
        return;
    }
    answer(d, call);
    grpc_call_unref(call);
}

static void *
run(void *context)
{
    struct grpc_double *d = context;

    for (;;) {
        grpc_call *call = NULL;
        grpc_call_details details;
        grpc_metadata_array metadata;
        grpc_event event;

        grpc_call_details_init(&details);
        grpc_metadata_array_init(&metadata);
        (void)grpc_server_request_call(d->server, &call, &details, &metadata,
            d->queue, d->queue, (void *)(uintptr_t)&call_tag);
        event = grpc_completion_queue_next(
            d->queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
        if (event.success && call != NULL)
            serve(d, call, &details);
        grpc_call_details_destroy(&details);
        grpc_metadata_array_destroy(&metadata);
        if (!event.success || event.tag == &shutdown_tag)
            return NULL;
    }
}

struct grpc_double *
grpc_double_start(const char *path, const struct script *script)
{
    struct grpc_double *d = calloc(1, sizeof(*d));
    grpc_server_credentials *plain;
    char target[160];

    assert_non_null(d);
    d->script = script;
    snprintf(target, sizeof(target), "%s%s",
        path[0] == '@' ? "unix-abstract:" : "unix:",
        path[0] == '@' ? path + 1 : path);
    grpc_init();
    d->queue = grpc_completion_queue_create_for_next(NULL);
    d->server = grpc_server_create(NULL, NULL);
    grpc_server_register_completion_queue(d->server, d->queue, NULL);
    plain = grpc_insecure_server_credentials_create();
    assert_int_not_equal(
        grpc_server_add_http2_port(d->server, target, plain), 0);
    grpc_server_credentials_release(plain);
    grpc_server_start(d->server);
    assert_int_equal(pthread_create(&d->thread, NULL, run, d), 0);
    return d;
}

static void
give(struct buf *out, struct buf *from)
{
    if (out != NULL)
        buf_take(out, from);
    buf_reset(from);
}

void
grpc_double_stop(struct grpc_double *d, struct buf *method,
    struct buf *authority, struct buf *message)
{
    grpc_server_shutdown_and_notify(
        d->server, d->queue, (void *)(uintptr_t)&shutdown_tag);
    grpc_server_cancel_all_calls(d->server);
    pthread_join(d->thread, NULL);
    if (d->held != NULL)
        grpc_call_unref(d->held);
    grpc_completion_queue_shutdown(d->queue);
    while (grpc_completion_queue_next(
               d->queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL)
               .type != GRPC_QUEUE_SHUTDOWN)
        continue;
    grpc_server_destroy(d->server);
    grpc_completion_queue_destroy(d->queue);
    grpc_shutdown_blocking();
    give(method, &d->method);
    give(authority, &d->authority);
    give(message, &d->message);
    free(d);
}
