/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/rpc_watcher.h"

#include <grpc/support/time.h>
#include <pthread.h>
#include <stdlib.h>

struct rpc_watcher {
    grpc_completion_queue *queue;
    pthread_t thread;
    pthread_mutex_t lock;
    grpc_channel *channel; /* under lock; NULL: no longer ours to use */
};

/* As long as one watch is pending, the queue moves the channel's bytes. */
static void
watch(struct rpc_watcher *watcher)
{
    grpc_connectivity_state state;

    pthread_mutex_lock(&watcher->lock);
    if (watcher->channel != NULL) {
        state = grpc_channel_check_connectivity_state(watcher->channel, 0);
        grpc_channel_watch_connectivity_state(watcher->channel, state,
            gpr_inf_future(GPR_CLOCK_MONOTONIC), watcher->queue, watcher);
    }
    pthread_mutex_unlock(&watcher->lock);
}

static void *
run(void *context)
{
    struct rpc_watcher *watcher = context;

    while (grpc_completion_queue_next(
               watcher->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL)
               .type != GRPC_QUEUE_SHUTDOWN)
        watch(watcher);
    return NULL;
}

enum status
rpc_watcher_start(grpc_channel *channel, struct rpc_watcher **out)
{
    struct rpc_watcher *watcher = calloc(1, sizeof(*watcher));

    if (watcher == NULL)
        return STATUS_NO_MEMORY;
    watcher->queue = grpc_completion_queue_create_for_next(NULL);
    pthread_mutex_init(&watcher->lock, NULL);
    watcher->channel = channel;
    if (pthread_create(&watcher->thread, NULL, run, watcher) != 0) {
        grpc_completion_queue_shutdown(watcher->queue);
        grpc_completion_queue_destroy(watcher->queue);
        pthread_mutex_destroy(&watcher->lock);
        free(watcher);
        return STATUS_NO_MEMORY;
    }
    watch(watcher);
    *out = watcher;
    return STATUS_OK;
}

void
rpc_watcher_stop(struct rpc_watcher *watcher)
{
    pthread_mutex_lock(&watcher->lock);
    watcher->channel = NULL;
    pthread_mutex_unlock(&watcher->lock);
}

/* The watch that was pending ended with its channel. */
void
rpc_watcher_free(struct rpc_watcher *watcher)
{
    grpc_completion_queue_shutdown(watcher->queue);
    pthread_join(watcher->thread, NULL);
    grpc_completion_queue_destroy(watcher->queue);
    pthread_mutex_destroy(&watcher->lock);
    free(watcher);
}
