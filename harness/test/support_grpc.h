/* SPDX-License-Identifier: Apache-2.0 */
/* A gRPC server on a unix socket with scripted answers. For tests of clients.
 */
#ifndef TEST_SUPPORT_GRPC_H
#define TEST_SUPPORT_GRPC_H

#include "base/buf.h"

/* What is answered to every call; `silent` answers nothing at all. */
struct script {
    bool silent;
    int code;           /* gRPC status */
    const char *words;  /* its message */
    struct span answer; /* sent when code is 0 */
};

struct grpc_double;

/* Listens on `path` ("/…" or "@name"). Aborts the test where it cannot. */
struct grpc_double *grpc_double_start(
    const char *path, const struct script *script);

/* Ends it; the last call's method, authority and message move to the outputs,
 * each of which may be NULL. */
void grpc_double_stop(struct grpc_double *server, struct buf *method,
    struct buf *authority, struct buf *message);

#endif
