/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the relay. */
#ifndef RPC_RPC_RELAY_INTERNAL_H
#define RPC_RPC_RELAY_INTERNAL_H

#include "rpc/rpc_relay.h"

#include <grpc/grpc.h>
#include <pthread.h>

/* What core hands back when something it was asked for is done. */
struct relay_tag {
    void (*complete)(struct relay_tag *tag, bool success);
};

struct rpc_relay {
    struct rpc_relay_hooks hooks;
    grpc_completion_queue *queue;
    grpc_server *server;
    grpc_server_credentials *credentials;
    grpc_channel *channel;
    struct relay_tag watch, wake, shut_down;
    struct rpc_relay_call *next; /* where core puts the next call */
    pthread_t poller;
    pthread_mutex_t lock;
    pthread_cond_t over;
    /* Under the lock: */
    struct rpc_relay_call *held; /* those that wait, a list */
    size_t calls;
    bool is_shut_down, stopping;
    bool polled; /* the thread was made */
};

/* Has core put the next call into a new one, relay->next; NULL where memory is
 * short. */
void relay_call_await(struct rpc_relay *relay);

/* On the polling thread: goes on with those that are due, and gives the time
 * of the next; INT64_MAX: there is none. */
int64_t relay_held_sweep(struct rpc_relay *relay, int64_t now_ms);

/* With the lock held: what waits is due where is_due (NULL: always) says so.
 * Gives the next of the list. */
struct rpc_relay_call *relay_held_release(
    struct rpc_relay_call *call, bool (*is_due)(void *state));

/*
 * Gives how many headers a proxy passes on, and a list of them with room for
 * one more, which borrows from `from` and is freed by its owner. NULL and none
 * where memory is short.
 */
size_t relay_metadata_pass(const grpc_metadata_array *from, grpc_metadata **to);

int64_t relay_now_ms(void);

#endif
