/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gRPC server on connections that others accept. gRPC core lives in this
 * folder only. Core neither listens nor touches the socket's file, because it
 * would unlink one that another process is using.
 *
 * One polling thread of its own calls the handlers: they must not block.
 */
#ifndef GRPC_RPC_SERVER_H
#define GRPC_RPC_SERVER_H

#include "grpc/rpc_call.h"

struct rpc_server;

/* At once on one connection; more are the client's to hold back. */
enum { RPC_STREAMS_MAX = 1024 };

struct rpc_method {
    const char *path; /* "/v2.KeyManagementService/Encrypt" */
    /* Takes the call. `message` is borrowed until it returns, then wiped. */
    void (*start)(void *context, struct rpc_call *call, struct span message);
};

struct rpc_server_options {
    const struct rpc_method *methods; /* borrowed; others are UNIMPLEMENTED */
    size_t method_count;
    void *context;      /* for the methods */
    size_t message_max; /* bytes; longer ones are RESOURCE_EXHAUSTED */
    int64_t beat_ms; /* how often the polling thread shows that it is alive; 0:
                      * nobody looks */
};

MUST_USE enum status rpc_server_new(
    const struct rpc_server_options *options, struct rpc_server **out);

/* Takes fd, which is connected and does not block. Any thread. */
void rpc_server_add_connection(struct rpc_server *server, int fd);

/* Whether the polling thread has shown itself within that time. Any thread. */
bool rpc_server_is_alive(const struct rpc_server *server, int64_t within_ms);

/*
 * Clients are asked to go elsewhere, then no new calls are taken; those under
 * way have grace_ms to finish, then they are cancelled and have cancel_ms
 * more. STATUS_TIMEOUT if some still are not
 * finished: the server must then not be freed. No connection may be added
 * from here on.
 */
MUST_USE enum status rpc_server_stop(
    struct rpc_server *server, int64_t grace_ms, int64_t cancel_ms);

/* Only after rpc_server_stop said STATUS_OK. */
void rpc_server_free(struct rpc_server *server);

#endif
