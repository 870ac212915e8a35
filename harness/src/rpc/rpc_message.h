/* SPDX-License-Identifier: Apache-2.0 */
/* Calls with protobuf-c messages. */
#ifndef RPC_RPC_MESSAGE_H
#define RPC_RPC_MESSAGE_H

#include "k8s/message.h"
#include "rpc/rpc.h"

/*
 * One call with messages instead of bytes. *answer is owned by the caller
 * (message_free); statuses are those of rpc_call, and an answer that is
 * not of its type is STATUS_INVALID.
 */
MUST_USE enum status rpc_message_call(struct rpc_channel *channel,
    const char *method, const ProtobufCMessage *request, int64_t timeout_ms,
    const ProtobufCMessageDescriptor *type, ProtobufCMessage **answer,
    struct grpc_error *error);

/* Where our own side failed before or after the call, sets *error to say so.
 * Gives `status` back. */
enum status rpc_message_check(enum status status, struct grpc_error *error);

#endif
