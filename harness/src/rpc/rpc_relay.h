/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unary gRPC calls of any method, taken on connections that others accept and
 * passed on to a server on a unix socket: message, metadata, authority,
 * deadline and cancellation go there; message, metadata, code and text come
 * back. A call waits for a server that is not there until its deadline.
 *
 * Hooks decide what happens to a call on its way. They are called on the one
 * thread that polls, and must not block. Other functions are for any thread.
 */
#ifndef RPC_RPC_RELAY_H
#define RPC_RPC_RELAY_H

#include "base/buf.h"

enum {
    RPC_RELAY_MESSAGE_MAX = 64 * 1024 * 1024, /* either way */
    RPC_RELAY_STREAMS_MAX = 1024,             /* at once on a connection */
};

/* Until it is released, or its client stops waiting. */
#define RPC_RELAY_FOR_EVER INT64_MAX

struct rpc_relay;
struct rpc_relay_call;

/* All borrowed, for the hook. */
struct rpc_relay_request {
    struct span method; /* "/v2.KeyManagementService/Encrypt" */
    const struct rpc_relay_call *call;
};

/* The first header of that name; borrowed. False where there is none. */
bool rpc_relay_header(const struct rpc_relay_request *request, const char *name,
    struct span *value);

/* Appends a copy of the request's message; nothing where it has none. */
MUST_USE enum status rpc_relay_message(
    const struct rpc_relay_request *request, struct buf *out);

/* How a call ends for its client. */
struct rpc_relay_answer {
    int code; /* gRPC's; 0: OK */
    bool has_message;
    struct buf message; /* sent where the code is OK */
    struct buf text;    /* of an error */
};
void rpc_relay_answer_reset(struct rpc_relay_answer *answer);

/* What is to be done with a call; all zero passes it on. */
struct rpc_relay_plan {
    int64_t wait_ms; /* first of all; at most RPC_RELAY_FOR_EVER */
    bool instead;    /* `answer` is given, the server is not asked */
    struct rpc_relay_answer answer;
    struct buf mark; /* a trailer "x-kmslab-fault" says this; empty: none */
    bool alter;      /* the hook of that name sees the server's answer */
    void *state;     /* for the hooks below */
};

/* What became of a call, before its client can see it. */
struct rpc_relay_end {
    struct span method;
    int code;       /* that the client gets, or gave up with */
    bool cancelled; /* by the client, or its deadline */
    double took_ms;
    void *state;
};

struct rpc_relay_hooks {
    void *context;
    /* Fills in *plan, which passes on. */
    void (*plan)(void *context, const struct rpc_relay_request *request,
        struct rpc_relay_plan *plan);
    void (*alter)(void *context, void *state, struct rpc_relay_answer *answer);
    /* Once for each call for which `plan` was called; the last use of its
     * state. */
    void (*over)(void *context, const struct rpc_relay_end *end);
};

/* `endpoint` as rpc_channel_new has it; hooks are copied. */
MUST_USE enum status rpc_relay_new(struct span endpoint,
    const struct rpc_relay_hooks *hooks, struct rpc_relay **out);

/* Takes fd, which is connected and does not block. */
void rpc_relay_add_connection(struct rpc_relay *relay, int fd);

/* Those that wait go on at once where is_due says so of their state; it is
 * called with a lock held. NULL: all do. */
void rpc_relay_release(struct rpc_relay *relay, bool (*is_due)(void *state));

/* Calls that have come and are not over. */
size_t rpc_relay_open(struct rpc_relay *relay);

/*
 * Cancels what is under way. Whoever holds the other ends of connections
 * closes them before. NULL is fine. False where core does not let go of a
 * call: the hooks may then be called for it still, so their context must live
 * on.
 */
bool rpc_relay_free(struct rpc_relay *relay);

#endif
