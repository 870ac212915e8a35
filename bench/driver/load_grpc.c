/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/load_grpc.h"

#include "base/clock.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>
#include <stdlib.h>

enum { CALL_SECONDS = 60 };

/* One call under way, used again for the next. */
struct slot {
    grpc_call *call;
    grpc_metadata_array initial, trailing;
    grpc_byte_buffer *message; /* core empties what it sends */
    grpc_byte_buffer *answer;
    grpc_status_code code;
    grpc_slice details;
};

struct loop {
    const struct load_grpc *load;
    grpc_channel *channel;
    grpc_completion_queue *queue;
    grpc_byte_buffer *message;
    grpc_slice method;
    uint64_t started, answered;
};

static gpr_timespec
deadline(void)
{
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
        gpr_time_from_seconds(CALL_SECONDS, GPR_TIMESPAN));
}

static enum status
start_call(struct loop *loop, struct slot *slot)
{
    grpc_slice host = grpc_slice_from_static_string("localhost");
    grpc_op ops[6] = { { .op = GRPC_OP_SEND_INITIAL_METADATA },
        { .op = GRPC_OP_SEND_MESSAGE },
        { .op = GRPC_OP_SEND_CLOSE_FROM_CLIENT },
        { .op = GRPC_OP_RECV_INITIAL_METADATA }, { .op = GRPC_OP_RECV_MESSAGE },
        { .op = GRPC_OP_RECV_STATUS_ON_CLIENT } };

    *slot = (struct slot){ 0 };
    grpc_metadata_array_init(&slot->initial);
    grpc_metadata_array_init(&slot->trailing);
    slot->message = grpc_byte_buffer_copy(loop->message);
    slot->call =
        grpc_channel_create_call(loop->channel, NULL, GRPC_PROPAGATE_DEFAULTS,
            loop->queue, loop->method, &host, deadline(), NULL);
    ops[1].data.send_message.send_message = slot->message;
    ops[3].data.recv_initial_metadata.recv_initial_metadata = &slot->initial;
    ops[4].data.recv_message.recv_message = &slot->answer;
    ops[5].data.recv_status_on_client.trailing_metadata = &slot->trailing;
    ops[5].data.recv_status_on_client.status = &slot->code;
    ops[5].data.recv_status_on_client.status_details = &slot->details;
    loop->started++;
    return grpc_call_start_batch(slot->call, ops, 6, slot, NULL) == GRPC_CALL_OK
               ? STATUS_OK
               : STATUS_INTERNAL;
}

static enum status
finish_call(struct slot *slot, struct buf *problem)
{
    enum status st = STATUS_OK;

    if (slot->code != GRPC_STATUS_OK && problem->len == 0)
        buf_say(problem, "code %d: %.*s", (int)slot->code,
            (int)GRPC_SLICE_LENGTH(slot->details),
            (const char *)GRPC_SLICE_START_PTR(slot->details));
    if (slot->code != GRPC_STATUS_OK)
        st = STATUS_UNAVAILABLE;
    grpc_metadata_array_destroy(&slot->initial);
    grpc_metadata_array_destroy(&slot->trailing);
    grpc_slice_unref(slot->details);
    grpc_byte_buffer_destroy(slot->message);
    grpc_byte_buffer_destroy(slot->answer);
    grpc_call_unref(slot->call);
    return st;
}

/* Every started call is finished, also after a failure. */
static enum status
run_loop(struct loop *loop, struct slot *slots, struct buf *problem)
{
    size_t under_way = 0;
    enum status st = STATUS_OK;

    for (; under_way < loop->load->at_once && st == STATUS_OK; under_way++)
        st = start_call(loop, &slots[under_way]);
    while (under_way > 0) {
        grpc_event event = grpc_completion_queue_next(
            loop->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        enum status ended = finish_call(event.tag, problem);
        loop->answered++;
        if (st == STATUS_OK)
            st = ended;
        if (st == STATUS_OK && loop->started < loop->load->calls)
            st = start_call(loop, event.tag);
        else
            under_way--;
    }
    return st;
}

static void
open_loop(struct loop *loop)
{
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_slice message = grpc_slice_from_copied_buffer(
        (const char *)loop->load->message.ptr, loop->load->message.len);

    loop->channel =
        grpc_channel_create(loop->load->endpoint, credentials, NULL);
    loop->queue = grpc_completion_queue_create_for_next(NULL);
    loop->message = grpc_raw_byte_buffer_create(&message, 1);
    loop->method = grpc_slice_from_static_string(loop->load->method);
    grpc_slice_unref(message);
    grpc_channel_credentials_release(credentials);
}

static void
close_loop(struct loop *loop)
{
    grpc_byte_buffer_destroy(loop->message);
    grpc_completion_queue_shutdown(loop->queue);
    while (grpc_completion_queue_next(
               loop->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL)
               .type != GRPC_QUEUE_SHUTDOWN)
        ;
    grpc_completion_queue_destroy(loop->queue);
    grpc_channel_destroy(loop->channel);
}

enum status
load_grpc_run(
    const struct load_grpc *load, struct measure *out, struct buf *problem)
{
    struct loop loop = { .load = load };
    struct clock clock = clock_monotonic();
    struct slot *slots = calloc(load->at_once, sizeof(*slots));

    if (slots == NULL)
        return STATUS_NO_MEMORY;
    grpc_init();
    open_loop(&loop);
    int64_t start_ms = clock_ms(&clock);
    double cpu = measure_process_cpu(load->server);
    enum status st = run_loop(&loop, slots, problem);
    if (st == STATUS_OK)
        *out = (struct measure){
            .seconds = (double)(clock_ms(&clock) - start_ms) / 1000,
            .cpu = measure_process_cpu(load->server) - cpu,
            .answers = loop.answered,
        };
    close_loop(&loop);
    grpc_shutdown();
    free(slots);
    return st;
}
