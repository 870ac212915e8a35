/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One unary call from a client, between its arrival and its answer.
 *
 * Whoever was handed a call finishes it exactly once, by rpc_call_answer or
 * rpc_call_fail, at once or later and from any thread, also when the client
 * has gone meanwhile; after that it may not touch the call again. A call is
 * finished even if nobody hears it: the library drops what cannot be sent.
 */
#ifndef GRPC_RPC_CALL_H
#define GRPC_RPC_CALL_H

#include "base/buf.h"
#include "grpc/traceparent.h"
#include "k8s/grpc_error.h"

struct rpc_call;

/* What a handler that answers later keeps for the call. */
struct rpc_call_state {
    /*
     * The client cancelled, vanished or its deadline passed, and the call is
     * not finished: end the work early. Called at most once, on the polling
     * thread; while it runs, no other thread can get past finishing the call.
     */
    void (*cancel)(void *state);
    /* The last use of the state, once, when the call is over. */
    void (*release)(void *state);
    void *state;
};

/* Within the handler only. */
void rpc_call_keep(struct rpc_call *call, struct rpc_call_state state);

/* When the client stops waiting, on the monotonic clock; INT64_MAX: never. */
int64_t rpc_call_deadline_ms(const struct rpc_call *call);

/* The trace that the client's call belongs to; empty ids where it named none,
 * or not as the standard has it. */
const struct traceparent *rpc_call_traceparent(const struct rpc_call *call);

/* Takes the contents of `message`, which are wiped once they are sent. */
void rpc_call_answer(struct rpc_call *call, struct buf *message);

/* `text` is for a person: valid UTF-8, no secrets. */
void rpc_call_fail(
    struct rpc_call *call, enum grpc_code code, struct span text);

#endif
