/* SPDX-License-Identifier: Apache-2.0 */
/* protobuf-c messages to and from bytes; decoded ones are wiped when freed. */
#ifndef RPC_RPC_MESSAGE_H
#define RPC_RPC_MESSAGE_H

#include "rpc/rpc.h"

#include <protobuf-c/protobuf-c.h>

/* Borrows: protobuf-c knows no const. */
ProtobufCBinaryData rpc_message_bytes(struct span bytes);

static inline struct span
rpc_message_span(ProtobufCBinaryData bytes)
{
    return (struct span){ bytes.data, bytes.len };
}

/*
 * One call with messages instead of bytes. *answer is owned by the caller
 * (rpc_message_free); statuses are those of rpc_call, and an answer that is
 * not of its type is STATUS_INVALID.
 */
MUST_USE enum status rpc_message_call(struct rpc_channel *channel,
    const char *method, const ProtobufCMessage *request, int64_t timeout_ms,
    const ProtobufCMessageDescriptor *type, ProtobufCMessage **answer,
    struct grpc_error *error);

/* Where our own side failed before or after the call, sets *error to say so.
 * Gives `status` back. */
enum status rpc_message_check(enum status status, struct grpc_error *error);

void rpc_message_free(ProtobufCMessage *message);

#endif
