/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/load_grpc.h"

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
    double start;
    grpc_metadata_array initial, trailing;
    grpc_byte_buffer *message;
    grpc_byte_buffer *answer;
    grpc_status_code code;
    grpc_slice details;
};

struct loop {
    const struct load_grpc *load;
    grpc_channel *channel;
    grpc_completion_queue *queue;
    grpc_slice method;
    struct slot *slots;
    uint64_t started, answered;
    double *took; /* seconds, one for each answer */
};

static gpr_timespec
deadline(void)
{
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
        gpr_time_from_seconds(CALL_SECONDS, GPR_TIMESPAN));
}

/* Slots are numbered by where they stand. */
static grpc_byte_buffer *
message_of(const struct loop *loop, const struct slot *slot)
{
    const struct load_grpc *load = loop->load;
    size_t number = (size_t)(slot - loop->slots) % load->message_count;
    grpc_slice slice = grpc_slice_from_copied_buffer(
        (const char *)load->messages[number].ptr, load->messages[number].len);
    grpc_byte_buffer *message = grpc_raw_byte_buffer_create(&slice, 1);

    grpc_slice_unref(slice);
    return message;
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

    *slot = (struct slot){ .start = measure_now() };
    grpc_metadata_array_init(&slot->initial);
    grpc_metadata_array_init(&slot->trailing);
    slot->message = message_of(loop, slot);
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
run_loop(struct loop *loop, struct buf *problem)
{
    size_t under_way = 0;
    enum status st = STATUS_OK;

    for (; under_way < loop->load->at_once && st == STATUS_OK; under_way++)
        st = start_call(loop, &loop->slots[under_way]);
    while (under_way > 0) {
        grpc_event event = grpc_completion_queue_next(
            loop->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        const struct slot *slot = event.tag;
        loop->took[loop->answered++] = measure_now() - slot->start;
        enum status ended = finish_call(event.tag, problem);
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

    loop->channel =
        grpc_channel_create(loop->load->endpoint, credentials, NULL);
    loop->queue = grpc_completion_queue_create_for_next(NULL);
    loop->method = grpc_slice_from_static_string(loop->load->method);
    grpc_channel_credentials_release(credentials);
}

static void
close_loop(struct loop *loop)
{
    grpc_completion_queue_shutdown(loop->queue);
    while (grpc_completion_queue_next(
               loop->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL)
               .type != GRPC_QUEUE_SHUTDOWN)
        ;
    grpc_completion_queue_destroy(loop->queue);
    grpc_channel_destroy(loop->channel);
}

static int
by_length(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double
percentile_us(const struct loop *loop, unsigned percent)
{
    return loop->took[(loop->answered - 1) * percent / 100] * 1e6;
}

static enum status
measure_loop(struct loop *loop, struct measure *out, struct buf *problem)
{
    const struct load_grpc *load = loop->load;
    double start = measure_now(), own = measure_own_cpu();
    double server = measure_process_cpu(load->server);
    double backend =
        load->backend == 0 ? 0 : measure_process_cpu(load->backend);
    enum status st = run_loop(loop, problem);

    if (st != STATUS_OK)
        return st;
    *out = (struct measure){
        .seconds = measure_now() - start,
        .cpu = measure_process_cpu(load->server) - server,
        .answers = loop->answered,
        .client_cpu = measure_own_cpu() - own,
        .backend_cpu = load->backend == 0
                           ? 0
                           : measure_process_cpu(load->backend) - backend,
    };
    qsort(loop->took, loop->answered, sizeof(*loop->took), by_length);
    out->p50_us = percentile_us(loop, 50);
    out->p99_us = percentile_us(loop, 99);
    return STATUS_OK;
}

enum status
load_grpc_run(
    const struct load_grpc *load, struct measure *out, struct buf *problem)
{
    /* Those that go round at once may be more than the calls. */
    size_t calls = (size_t)load->calls + load->at_once;
    struct loop loop = { .load = load,
        .slots = calloc(load->at_once, sizeof(*loop.slots)),
        .took = calloc(calls, sizeof(*loop.took)) };
    enum status st = STATUS_NO_MEMORY;

    if (loop.took != NULL && loop.slots != NULL) {
        grpc_init();
        open_loop(&loop);
        st = measure_loop(&loop, out, problem);
        close_loop(&loop);
        grpc_shutdown();
    }
    free(loop.slots);
    free(loop.took);
    return st;
}
