/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of this folder: tags of the completion queue. */
#ifndef GRPC_RPC_INTERNAL_H
#define GRPC_RPC_INTERNAL_H

#include "grpc/rpc_call.h"

#include <grpc/grpc.h>

/* What core hands back when something it was asked for is done. */
struct rpc_tag {
    void (*complete)(struct rpc_tag *tag, bool success);
};

/* Where an arrived call is before it becomes a struct rpc_call. */
struct rpc_arrival {
    grpc_call *call;
    gpr_timespec deadline;
    grpc_byte_buffer *payload; /* may be NULL */
};

/*
 * Takes the arrival's call and watches for its end; the payload stays the
 * caller's. NULL when there is no memory: the call is then cancelled.
 */
struct rpc_call *rpc_call_new(const struct rpc_arrival *arrival);

/* Copies the payload's bytes to *out and wipes them where they were. */
MUST_USE enum status rpc_payload_take(
    grpc_byte_buffer *payload, struct buf *out);

/* A byte buffer around the bytes of `message`, wiped when core drops it. */
MUST_USE enum status rpc_payload_make(
    struct buf *message, grpc_byte_buffer **out);

/* Sends core's own messages to base/log. Before grpc_init. */
void rpc_log_install(void);

#endif
