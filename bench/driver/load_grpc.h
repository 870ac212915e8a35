/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A closed loop of unary gRPC calls over one connection to a unix socket, a
 * fixed number of them under way at once. gRPC core lives here.
 */
#ifndef DRIVER_LOAD_GRPC_H
#define DRIVER_LOAD_GRPC_H

#include "driver/measure.h"

struct load_grpc {
    const char *endpoint; /* unix:///… */
    const char *method;
    const struct buf *messages; /* sent in turn, each by calls of its own */
    size_t message_count;
    size_t at_once;
    uint64_t calls;
    pid_t server;
    pid_t backend; /* what the server calls; 0: nothing */
};

/* Every call must end in OK. On failure one line in *problem. */
MUST_USE enum status load_grpc_run(
    const struct load_grpc *load, struct measure *out, struct buf *problem);

#endif
