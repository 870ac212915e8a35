/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call on its way through the relay, as the files rpc_relay*.c share it:
 * its life and its client (rpc_relay_call.c), the server and the answer
 * (rpc_relay_onward.c), and those that wait (rpc_relay_held.c).
 */
#ifndef RPC_RPC_RELAY_CALL_H
#define RPC_RPC_RELAY_CALL_H

#include "rpc/rpc_relay_internal.h"

/*
 * All of it belongs to the polling thread but for its
 * place among those that wait. Each batch that core works on holds a
 * reference, and so does waiting; the last one frees.
 */
struct rpc_relay_call {
    struct rpc_relay *relay;
    struct relay_tag arrived, closed, received, answered, sent;
    unsigned references;
    grpc_call *from_client, *to_server; /* the second may be NULL */
    grpc_call_details details;
    grpc_metadata_array headers;
    grpc_byte_buffer *request; /* NULL: the client sent none */
    int64_t came_ns;
    int cancelled; /* core's word for "not answered in time" */
    bool planned, settled;
    struct rpc_relay_plan plan;
    /* The server's answer. */
    grpc_metadata_array initial, trailing;
    grpc_byte_buffer *answer;
    grpc_status_code code;
    grpc_slice text;
    /* Among those that wait; under the relay's lock. */
    struct rpc_relay_call *before, *after;
    bool is_held;
    int64_t due_ms;
};

#define RELAY_CALL_OF(tag, member)                                             \
    ((struct rpc_relay_call *)(void *)((char *)(tag)-offsetof(                 \
        struct rpc_relay_call, member)))

/* Gives a reference back. */
void relay_call_drop(struct rpc_relay_call *call);

/* Says what became of it, once. */
void relay_call_settle(struct rpc_relay_call *call, int code);

/* Past the wait: to the server, or what the plan has instead of it. For the
 * tags `answered` and `sent`. */
void relay_onward_go(struct rpc_relay_call *call);
void relay_onward_answered(struct relay_tag *tag, bool success);
void relay_onward_sent(struct relay_tag *tag, bool success);

/* Among those that wait, with a reference, for as long as its plan says. */
void relay_held_add(struct rpc_relay_call *call);
/* Out of them, so that nobody looks at its plan any more; the reference is the
 * caller's then. False: it was not among them. */
bool relay_held_take(struct rpc_relay_call *call);

#endif
