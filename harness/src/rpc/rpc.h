/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unary gRPC calls, waited for, to a server on a unix socket, the way
 * kube-apiserver makes them: authority "localhost", no TLS, no retries. gRPC
 * core lives in this folder only. A channel may be used by several threads.
 * A process that used a channel may start programs, but not fork to go on.
 */
#ifndef RPC_RPC_H
#define RPC_RPC_H

#include "k8s/grpc_error.h"

struct rpc_channel;

enum rpc_patience {
    RPC_FAIL_FAST, /* nobody listens: UNAVAILABLE at once */
    RPC_WAIT,      /* until the call's deadline, as kube-apiserver does */
};

/*
 * `endpoint` is "unix:///path" or "unix:///@abstract". STATUS_INVALID for
 * others. Connects with the first call.
 */
MUST_USE enum status rpc_channel_new(
    struct span endpoint, enum rpc_patience patience, struct rpc_channel **out);

/* No call may be under way. NULL is fine. */
void rpc_channel_free(struct rpc_channel *channel);

/*
 * Calls e.g. "/v2.KeyManagementService/Status" and appends the answer's
 * bytes. Otherwise *error holds code and message, and the status fits the
 * code; an interrupt ends the call as CANCELLED.
 */
MUST_USE enum status rpc_call(struct rpc_channel *channel, const char *method,
    struct span request, int64_t timeout_ms, struct buf *answer,
    struct grpc_error *error);

#endif
