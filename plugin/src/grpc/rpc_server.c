/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/rpc_server.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/monitor.h"
#include "grpc/connections.h"
#include "grpc/rpc_internal.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc_posix.h>
#include <grpc/grpc_security.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    STOP_EMPTY_MS = 1000,
    DISMISS_STEP_MS = 2,
    IDLE_MS = 200, /* a client that heeds a GOAWAY needs less */
    NS_PER_MS = 1000000,
};

/* A place where core puts the next call of a method; one of them, with no
 * method, takes the calls of methods that nobody registered. */
struct slot {
    struct rpc_tag tag;
    struct rpc_server *server;
    const struct rpc_method *method;
    void *registered;
    struct rpc_arrival arrival;
    grpc_call_details details;
    grpc_metadata_array metadata;
};

struct rpc_server {
    struct rpc_server_options options;
    grpc_completion_queue *queue;
    grpc_server *core;
    grpc_server_credentials *credentials;
    struct slot *slots;
    size_t slot_count;
    pthread_t poller;
    struct rpc_tag shut_down;
    struct rpc_live live;
    _Atomic int64_t beat_at_ms;
    struct connections connections;
};

#define SERVER_OF(tag)                                                         \
    ((struct rpc_server *)(void *)((char *)(tag)-offsetof(                     \
        struct rpc_server, shut_down)))

static void
arm(struct slot *slot)
{
    struct rpc_server *s = slot->server;
    struct rpc_arrival *a = &slot->arrival;
    *a = (struct rpc_arrival){ 0 };
    grpc_metadata_array_init(&slot->metadata);
    /* Refused only when the server is shutting down. */
    if (slot->method != NULL) {
        (void)grpc_server_request_registered_call(s->core, slot->registered,
            &a->call, &a->deadline, &slot->metadata, &a->payload, s->queue,
            s->queue, rpc_tag_give(&slot->tag));
        return;
    }
    grpc_call_details_init(&slot->details);
    (void)grpc_server_request_call(s->core, &a->call, &slot->details,
        &slot->metadata, s->queue, s->queue, rpc_tag_give(&slot->tag));
}

static void
start_call(const struct slot *slot, const struct rpc_arrival *arrival)
{
    struct rpc_call *call = rpc_call_new(&slot->server->live, arrival);
    if (call == NULL)
        return;
    struct buf message = { 0 };
    if (slot->method == NULL)
        rpc_call_fail(call, GRPC_CODE_UNIMPLEMENTED,
            SPAN_LITERAL("aws-kms-plugin has no such method"));
    else if (rpc_payload_take(arrival->payload, &message) != STATUS_OK)
        rpc_call_fail(call, GRPC_CODE_RESOURCE_EXHAUSTED,
            SPAN_LITERAL("the plugin is out of memory"));
    else
        slot->method->start(
            slot->server->options.context, call, buf_span(&message));
    buf_reset(&message);
}

/* One header of that name counts; of several none is to be believed. */
static void
read_trace(const grpc_metadata_array *metadata, struct traceparent *out)
{
    const grpc_slice *found = NULL;
    for (size_t i = 0; i < metadata->count; i++) {
        const grpc_metadata *entry = &metadata->metadata[i];
        if (grpc_slice_str_cmp(entry->key, "traceparent") != 0)
            continue;
        if (found != NULL)
            return;
        found = &entry->value;
    }
    if (found != NULL) /* what is malformed is as good as none */
        (void)!traceparent_parse(
            span_of(GRPC_SLICE_START_PTR(*found), GRPC_SLICE_LENGTH(*found)),
            out);
}

static void
on_arrival(struct rpc_tag *tag, bool success)
{
    struct slot *slot = (struct slot *)(void *)tag;
    struct rpc_arrival arrival = slot->arrival;
    read_trace(&slot->metadata, &arrival.trace);
    grpc_metadata_array_destroy(&slot->metadata);
    if (slot->method == NULL)
        grpc_call_details_destroy(&slot->details);
    if (!success)
        return; /* the server shuts down */
    arm(slot);
    start_call(slot, &arrival);
    if (arrival.payload != NULL)
        grpc_byte_buffer_destroy(arrival.payload);
}

static void
on_shut_down(struct rpc_tag *tag, bool success)
{
    (void)success;
    struct rpc_server *server = SERVER_OF(tag);
    monitor_lock(&server->live.monitor);
    server->live.shut_down = true;
    monitor_signal(&server->live.monitor);
    monitor_unlock(&server->live.monitor);
}

static gpr_timespec
next_beat(struct rpc_server *server)
{
    if (server->options.beat_ms == 0)
        return gpr_inf_future(GPR_CLOCK_MONOTONIC);
    struct clock clock = clock_monotonic();
    server->beat_at_ms = clock_ms(&clock);
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
        gpr_time_from_millis(server->options.beat_ms, GPR_TIMESPAN));
}

static void *
poll_queue(void *context)
{
    struct rpc_server *server = context;
    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(server->queue, next_beat(server), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN)
            return NULL;
        if (event.type == GRPC_QUEUE_TIMEOUT)
            continue;
        struct rpc_tag *tag = rpc_tag_take(event.tag);
        tag->complete(tag, event.success != 0);
    }
}

static enum status
register_methods(struct rpc_server *server)
{
    size_t count = server->options.method_count;
    server->slots = calloc(count + 1, sizeof(*server->slots));
    if (server->slots == NULL)
        return STATUS_NO_MEMORY;
    server->slot_count = count + 1;
    for (size_t i = 0; i <= count; i++) {
        struct slot *slot = &server->slots[i];
        slot->tag.complete = on_arrival;
        slot->server = server;
        if (i == count)
            break;
        slot->method = &server->options.methods[i];
        slot->registered =
            grpc_server_register_method(server->core, slot->method->path, NULL,
                GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER, 0);
        if (slot->registered == NULL)
            return STATUS_INTERNAL;
    }
    return STATUS_OK;
}

/* Core can only destroy a server that was started, so it starts one that
 * could not register its methods too. */
static enum status
create_core(struct rpc_server *server)
{
    grpc_arg limits[] = {
        { .type = GRPC_ARG_INTEGER,
            .key = (char *)(uintptr_t)GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
            .value.integer = (int)server->options.message_max },
        { .type = GRPC_ARG_INTEGER,
            .key = (char *)(uintptr_t)GRPC_ARG_MAX_CONCURRENT_STREAMS,
            .value.integer = RPC_STREAMS_MAX },
    };
    grpc_channel_args args = { ARRAY_LEN(limits), limits };
    server->core = grpc_server_create(&args, NULL);
    server->credentials = grpc_insecure_server_credentials_create();
    grpc_server_register_completion_queue(server->core, server->queue, NULL);
    enum status st = register_methods(server);
    grpc_server_start(server->core);
    return st;
}

/* Ends the poller too, if there is one. */
static void
destroy_queue(struct rpc_server *server, bool polled)
{
    grpc_completion_queue_shutdown(server->queue);
    if (polled)
        (void)pthread_join(server->poller, NULL);
    else
        (void)poll_queue(server);
    grpc_completion_queue_destroy(server->queue);
}

static enum status
create_queue(struct rpc_server *server)
{
    enum status st = monitor_init(&server->live.monitor);
    if (st != STATUS_OK)
        return st;
    rpc_log_install();
    grpc_init();
    server->queue = grpc_completion_queue_create_for_next(NULL);
    if (pthread_create(&server->poller, NULL, poll_queue, server) == 0)
        return STATUS_OK;
    destroy_queue(server, false);
    grpc_shutdown_blocking();
    monitor_reset(&server->live.monitor);
    return STATUS_NO_MEMORY;
}

enum status
rpc_server_new(
    const struct rpc_server_options *options, struct rpc_server **out)
{
    struct rpc_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return STATUS_NO_MEMORY;
    server->options = *options;
    server->shut_down.complete = on_shut_down;
    enum status st = connections_init(&server->connections);
    if (st != STATUS_OK) {
        free(server);
        return st;
    }
    st = create_queue(server);
    if (st != STATUS_OK) {
        connections_reset(&server->connections);
        free(server);
        return st;
    }
    st = create_core(server);
    if (st != STATUS_OK) {
        if (rpc_server_stop(server, 0, STOP_EMPTY_MS) == STATUS_OK)
            rpc_server_free(server);
        return st;
    }
    for (size_t i = 0; i < server->slot_count; i++)
        arm(&server->slots[i]);
    *out = server;
    return STATUS_OK;
}

void
rpc_server_add_connection(struct rpc_server *server, int fd)
{
    connections_note(&server->connections, fd);
    grpc_server_add_channel_from_fd(server->core, fd, server->credentials);
}

bool
rpc_server_is_alive(const struct rpc_server *server, int64_t within_ms)
{
    struct clock clock = clock_monotonic();
    return clock_ms(&clock) - server->beat_at_ms <= within_ms;
}

static bool
is_over(const struct rpc_live *live)
{
    return live->shut_down && live->calls == 0;
}

static bool
wait_over(struct rpc_server *server, int64_t wait_ms)
{
    struct clock clock = clock_monotonic();
    int64_t deadline_ms = clock_ms(&clock) + wait_ms;
    monitor_lock(&server->live.monitor);
    while (!is_over(&server->live) &&
           monitor_wait(&server->live.monitor, deadline_ms))
        ;
    bool done = is_over(&server->live);
    monitor_unlock(&server->live.monitor);
    return done;
}

static void
wait_last_call(struct rpc_server *server, int64_t deadline_ms)
{
    monitor_lock(&server->live.monitor);
    while (server->live.calls > 0 &&
           monitor_wait(&server->live.monitor, deadline_ms))
        ;
    monitor_unlock(&server->live.monitor);
}

static size_t
count_calls(struct rpc_server *server)
{
    monitor_lock(&server->live.monitor);
    size_t calls = server->live.calls;
    monitor_unlock(&server->live.monitor);
    return calls;
}

/* One that keeps its connection without a call on it is not waited for here
 * either. */
static bool
wait_calls(struct rpc_server *server, int64_t deadline_ms)
{
    struct clock clock = clock_monotonic();
    for (;;) {
        int64_t left_ms = deadline_ms - clock_ms(&clock);
        if (wait_over(server, left_ms < IDLE_MS ? left_ms : IDLE_MS))
            return true;
        if (left_ms <= 0 || count_calls(server) == 0)
            return false;
        wait_last_call(server, deadline_ms);
    }
}

/*
 * Has clients go elsewhere while their calls are still served, until all have
 * closed their connections. One that keeps its connection without a call on it
 * is not waited for.
 */
static void
dismiss_clients(struct rpc_server *server, int64_t deadline_ms)
{
    const struct timespec pause = { .tv_nsec = DISMISS_STEP_MS * NS_PER_MS };
    struct clock clock = clock_monotonic();
    int64_t idle_ms = 0;
    connections_dismiss(&server->connections);
    while (connections_open(&server->connections) > 0 && idle_ms < IDLE_MS &&
           clock_ms(&clock) < deadline_ms) {
        idle_ms = count_calls(server) == 0 ? idle_ms + DISMISS_STEP_MS : 0;
        (void)nanosleep(&pause, NULL);
    }
}

enum status
rpc_server_stop(struct rpc_server *server, int64_t grace_ms, int64_t cancel_ms)
{
    struct clock clock = clock_monotonic();
    int64_t deadline_ms = clock_ms(&clock) + grace_ms;
    dismiss_clients(server, deadline_ms);
    grpc_server_shutdown_and_notify(
        server->core, server->queue, rpc_tag_give(&server->shut_down));
    if (wait_calls(server, deadline_ms))
        return STATUS_OK;
    grpc_server_cancel_all_calls(server->core);
    if (wait_over(server, cancel_ms))
        return STATUS_OK;
    return count_calls(server) > 0 ? STATUS_TIMEOUT : STATUS_OK;
}

/* After many cancelled calls core (1.51) now and then keeps a connection that
 * is closed, and can then not be destroyed. It has nothing to do any more:
 * it is left to the end of the process, with the memory it may look at. */
static bool
leave_to_process(struct rpc_server *server)
{
    monitor_lock(&server->live.monitor);
    bool shut_down = server->live.shut_down;
    monitor_unlock(&server->live.monitor);
    if (shut_down)
        return false;
    log_message(LOG_WARN, "gRPC core keeps a connection that is closed");
    (void)pthread_detach(server->poller);
    return true;
}

void
rpc_server_free(struct rpc_server *server)
{
    if (server == NULL || leave_to_process(server))
        return;
    grpc_server_destroy(server->core);
    grpc_server_credentials_release(server->credentials);
    destroy_queue(server, true);
    grpc_shutdown_blocking();
    monitor_reset(&server->live.monitor);
    connections_reset(&server->connections);
    free(server->slots);
    free(server);
}
