/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share of gRPC core: its start, the names that
 * it has for sockets, and its buffers of bytes. */
#ifndef RPC_RPC_CORE_H
#define RPC_RPC_CORE_H

#include "base/buf.h"

#include <grpc/grpc.h>

/* Once for the process; may be called again. */
void rpc_core_init(void);

/*
 * Kubernetes' "unix:///path" and "unix:///@name" as core's "unix:///path" and
 * "unix-abstract:name". STATUS_INVALID for others.
 */
MUST_USE enum status rpc_core_target(struct span endpoint, struct buf *target);

/* A copy that is wiped when core drops it: it may hold a seed. NULL where
 * memory is short. */
grpc_byte_buffer *rpc_core_wrap(struct span bytes);

/*
 * Appends the bytes and wipes them where they were. NULL is STATUS_INVALID.
 */
MUST_USE enum status rpc_core_unwrap(
    grpc_byte_buffer *wrapped, struct buf *out);

/* Appends a copy of the bytes, which stay as they are. */
MUST_USE enum status rpc_core_copy(grpc_byte_buffer *wrapped, struct buf *out);

/* Borrows. */
static inline struct span
rpc_core_span(const grpc_slice *slice)
{
    return span_of(GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice));
}

#endif
