/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_relay.h"

#include "base/clock.h"
#include "rpc/rpc_core.h"
#include "rpc/rpc_relay_internal.h"

#include <grpc/grpc_posix.h>
#include <grpc/grpc_security.h>
#include <grpc/support/time.h>
#include <stdlib.h>
#include <time.h>

enum {
    /* A server that comes back is found this soon. */
    RECONNECT_MS = 50,
    RECONNECT_MAX_MS = 250,
    /* One that accepts has this long to speak HTTP/2. */
    GREETING_MS = 2000,
    METADATA_MAX = 64 * 1024,
    STOP_MS = 5000,
    RETRY_MS = 100, /* after memory was short */
};

int64_t
relay_now_ms(void)
{
    struct clock clock = clock_monotonic();

    return clock_ms(&clock);
}

/* ---- the polling thread ---------------------------------------------------
 */

/* As long as one watch is pending, the queue moves the channel's bytes. */
static void
watch(struct rpc_relay *relay)
{
    grpc_connectivity_state state =
        grpc_channel_check_connectivity_state(relay->channel, 0);

    grpc_channel_watch_connectivity_state(relay->channel, state,
        gpr_inf_future(GPR_CLOCK_MONOTONIC), relay->queue, &relay->watch);
}

static bool
is_stopping(struct rpc_relay *relay)
{
    (void)pthread_mutex_lock(&relay->lock);
    bool stopping = relay->stopping;
    (void)pthread_mutex_unlock(&relay->lock);
    return stopping;
}

static void
on_watched(struct relay_tag *tag, bool success)
{
    struct rpc_relay *relay =
        (struct rpc_relay *)(void *)((char *)tag -
                                     offsetof(struct rpc_relay, watch));

    (void)success;
    (void)pthread_mutex_lock(&relay->lock);
    if (!relay->stopping)
        watch(relay);
    (void)pthread_mutex_unlock(&relay->lock);
}

static void
on_woken(struct relay_tag *tag, bool success)
{
    (void)tag; /* the sweep after it is all that was wanted */
    (void)success;
}

static void
on_shut_down(struct relay_tag *tag, bool success)
{
    struct rpc_relay *relay =
        (struct rpc_relay *)(void *)((char *)tag -
                                     offsetof(struct rpc_relay, shut_down));

    (void)success;
    (void)pthread_mutex_lock(&relay->lock);
    relay->is_shut_down = true;
    (void)pthread_cond_broadcast(&relay->over);
    (void)pthread_mutex_unlock(&relay->lock);
}

static gpr_timespec
time_of_next(struct rpc_relay *relay)
{
    int64_t now_ms = relay_now_ms();
    int64_t next_ms = relay_held_sweep(relay, now_ms);

    if (relay->next == NULL && !is_stopping(relay)) {
        relay_call_await(relay);
        if (relay->next == NULL && next_ms > now_ms + RETRY_MS)
            next_ms = now_ms + RETRY_MS;
    }
    if (next_ms == INT64_MAX)
        return gpr_inf_future(GPR_CLOCK_MONOTONIC);
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
        gpr_time_from_millis(next_ms - now_ms, GPR_TIMESPAN));
}

static void *
poll_queue(void *context)
{
    struct rpc_relay *relay = context;

    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(relay->queue, time_of_next(relay), NULL);
        struct relay_tag *tag = event.tag;

        if (event.type == GRPC_QUEUE_SHUTDOWN)
            return NULL;
        if (event.type == GRPC_OP_COMPLETE)
            tag->complete(tag, event.success != 0);
    }
}

/* ---- making and ending it -------------------------------------------------
 */

static grpc_arg
number(const char *key, int value)
{
    return (grpc_arg){ GRPC_ARG_INTEGER, (char *)(uintptr_t)key,
        { .integer = value } };
}

static grpc_channel *
open_channel(const char *target)
{
    grpc_arg list[] = {
        { GRPC_ARG_STRING, (char *)(uintptr_t)GRPC_ARG_DEFAULT_AUTHORITY,
            { .string = (char *)(uintptr_t) "localhost" } },
        number(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, RECONNECT_MS),
        number(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, GREETING_MS),
        number(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, RECONNECT_MAX_MS),
        number(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1),
        number(GRPC_ARG_ENABLE_RETRIES, 0),
        number(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, RPC_RELAY_MESSAGE_MAX),
        number(GRPC_ARG_MAX_METADATA_SIZE, METADATA_MAX),
    };
    grpc_channel_args args = { ARRAY_LEN(list), list };
    grpc_channel_credentials *plain = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create(target, plain, &args);

    grpc_channel_credentials_release(plain);
    return channel;
}

static void
open_server(struct rpc_relay *relay)
{
    grpc_arg list[] = {
        number(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, RPC_RELAY_MESSAGE_MAX),
        number(GRPC_ARG_MAX_CONCURRENT_STREAMS, RPC_RELAY_STREAMS_MAX),
        number(GRPC_ARG_MAX_METADATA_SIZE, METADATA_MAX),
    };
    grpc_channel_args args = { ARRAY_LEN(list), list };

    relay->server = grpc_server_create(&args, NULL);
    relay->credentials = grpc_insecure_server_credentials_create();
    grpc_server_register_completion_queue(relay->server, relay->queue, NULL);
    grpc_server_start(relay->server);
}

enum status
rpc_relay_new(struct span endpoint, const struct rpc_relay_hooks *hooks,
    struct rpc_relay **out)
{
    struct rpc_relay *relay = NULL;
    struct buf target = { 0 };
    enum status status = rpc_core_target(endpoint, &target);

    if (status != STATUS_OK)
        goto out;
    relay = calloc(1, sizeof(*relay));
    if (relay == NULL) {
        status = STATUS_NO_MEMORY;
        goto out;
    }
    relay->hooks = *hooks;
    relay->watch.complete = on_watched;
    relay->wake.complete = on_woken;
    relay->shut_down.complete = on_shut_down;
    (void)pthread_mutex_init(&relay->lock, NULL);
    (void)pthread_cond_init(&relay->over, NULL);
    rpc_core_init();
    relay->queue = grpc_completion_queue_create_for_next(NULL);
    relay->channel = open_channel(buf_text(&target));
    open_server(relay);
    watch(relay);
    relay->polled =
        pthread_create(&relay->poller, NULL, poll_queue, relay) == 0;
    status = relay->polled ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        *out = relay;
        relay = NULL;
    }
out:
    (void)rpc_relay_free(relay);
    buf_reset(&target);
    return status;
}

void
rpc_relay_add_connection(struct rpc_relay *relay, int fd)
{
    grpc_server_add_channel_from_fd(relay->server, fd, relay->credentials);
}

/* A watch whose time is over completes at once. */
void
rpc_relay_release(struct rpc_relay *relay, bool (*is_due)(void *state))
{
    (void)pthread_mutex_lock(&relay->lock);
    for (struct rpc_relay_call *c = relay->held; c != NULL;)
        c = relay_held_release(c, is_due);
    if (relay->held != NULL && !relay->stopping)
        grpc_channel_watch_connectivity_state(relay->channel,
            grpc_channel_check_connectivity_state(relay->channel, 0),
            gpr_now(GPR_CLOCK_MONOTONIC), relay->queue, &relay->wake);
    (void)pthread_mutex_unlock(&relay->lock);
}

size_t
rpc_relay_open(struct rpc_relay *relay)
{
    (void)pthread_mutex_lock(&relay->lock);
    size_t calls = relay->calls;
    (void)pthread_mutex_unlock(&relay->lock);
    return calls;
}

static bool
wait_over(struct rpc_relay *relay)
{
    struct timespec end;
    int timed_out = 0;

    (void)clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += STOP_MS / 1000;
    (void)pthread_mutex_lock(&relay->lock);
    while ((!relay->is_shut_down || relay->calls > 0) && timed_out == 0)
        timed_out = pthread_cond_timedwait(&relay->over, &relay->lock, &end);
    bool over = relay->is_shut_down && relay->calls == 0;
    (void)pthread_mutex_unlock(&relay->lock);
    return over;
}

/* Ends the poller too, if there is one. */
static void
destroy_queue(struct rpc_relay *relay)
{
    grpc_completion_queue_shutdown(relay->queue);
    if (relay->polled)
        (void)pthread_join(relay->poller, NULL);
    else
        (void)poll_queue(relay);
    grpc_completion_queue_destroy(relay->queue);
}

static void
stop(struct rpc_relay *relay)
{
    (void)pthread_mutex_lock(&relay->lock);
    relay->stopping = true;
    (void)pthread_mutex_unlock(&relay->lock);
    grpc_server_shutdown_and_notify(
        relay->server, relay->queue, &relay->shut_down);
    grpc_server_cancel_all_calls(relay->server);
}

bool
rpc_relay_free(struct rpc_relay *relay)
{
    if (relay == NULL)
        return true;
    stop(relay);
    /* Core (1.51) now and then keeps a connection that is closed, and can
     * then not be destroyed: it is left to the end of the process. */
    if (relay->polled && !wait_over(relay)) {
        (void)pthread_detach(relay->poller);
        return rpc_relay_open(relay) == 0;
    }
    grpc_channel_destroy(relay->channel);
    destroy_queue(relay);
    grpc_server_destroy(relay->server);
    grpc_server_credentials_release(relay->credentials);
    (void)pthread_cond_destroy(&relay->over);
    (void)pthread_mutex_destroy(&relay->lock);
    free(relay);
    return true;
}
