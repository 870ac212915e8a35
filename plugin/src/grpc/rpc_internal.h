/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of this folder: tags of the completion queue. */
#ifndef GRPC_RPC_INTERNAL_H
#define GRPC_RPC_INTERNAL_H

#include "base/monitor.h"
#include "grpc/rpc_call.h"

#include <grpc/grpc.h>
#include <stdatomic.h>

/*
 * What core hands back when something it was asked for is done. All that was
 * done before a tag is given happens before it is taken; core sees to that,
 * and `given` says it again to tools that cannot look into core.
 */
struct rpc_tag {
    void (*complete)(struct rpc_tag *tag, bool success);
    _Atomic bool given;
};

static inline void *
rpc_tag_give(struct rpc_tag *tag)
{
    atomic_store_explicit(&tag->given, true, memory_order_release);
    return tag;
}

static inline struct rpc_tag *
rpc_tag_take(void *given)
{
    struct rpc_tag *tag = given;
    (void)atomic_load_explicit(&tag->given, memory_order_acquire);
    return tag;
}

/* Where an arrived call is before it becomes a struct rpc_call. */
struct rpc_arrival {
    grpc_call *call;
    gpr_timespec deadline;
    struct traceparent trace;  /* empty ids where the client gave none */
    grpc_byte_buffer *payload; /* may be NULL */
};

/* What keeps a server from being freed. Core's own "all is shut down" does not
 * wait for calls that were cancelled and are not finished yet. */
struct rpc_live {
    struct monitor monitor; /* guards the others */
    size_t calls;
    bool shut_down; /* core says so */
};

/*
 * Takes the arrival's call and watches for its end; the payload stays the
 * caller's. NULL when there is no memory: the call is then cancelled.
 */
struct rpc_call *rpc_call_new(
    struct rpc_live *live, const struct rpc_arrival *arrival);

/* Copies the payload's bytes to *out and wipes them where they were. */
MUST_USE enum status rpc_payload_take(
    grpc_byte_buffer *payload, struct buf *out);

/* A byte buffer around the bytes of `message`, wiped when core drops it. */
MUST_USE enum status rpc_payload_make(
    struct buf *message, grpc_byte_buffer **out);

/* Sends core's own messages to base/log. Before grpc_init. */
void rpc_log_install(void);

#endif
