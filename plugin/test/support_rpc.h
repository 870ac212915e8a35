/* SPDX-License-Identifier: Apache-2.0 */
/* A gRPC client of a unix socket, on gRPC core: for tests. */
#ifndef TEST_SUPPORT_RPC_H
#define TEST_SUPPORT_RPC_H

#include "base/buf.h"
#include "k8s/grpc_error.h"

struct support_rpc;
struct support_rpc_call;

struct support_rpc *support_rpc_new(const char *path);
void support_rpc_free(struct support_rpc *client);

/* timeout_ms 0: no deadline. */
struct support_rpc_call *support_rpc_start(struct support_rpc *client,
    const char *method, struct span request, int64_t timeout_ms);
void support_rpc_cancel(struct support_rpc_call *call);

/* Waits for the end and frees the call; answer and details may be NULL. */
enum grpc_code support_rpc_finish(
    struct support_rpc_call *call, struct buf *answer, struct buf *details);

/* The three in one. */
enum grpc_code support_rpc_call(struct support_rpc *client, const char *method,
    struct span request, struct buf *answer, struct buf *details);

/*
 * Whether this program cannot be run, after saying so in TAP: core is not
 * instrumented for ThreadSanitizer, and under it core's epoll engine now and
 * then stops delivering events (not seen in any other build). What our own
 * threads share is checked by test_health, test_socket and test_kms_*.
 */
bool support_rpc_skipped(void);

#endif
