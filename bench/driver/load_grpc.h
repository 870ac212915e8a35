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
    struct span message;
    size_t at_once;
    uint64_t calls;
    pid_t server;
};

/* Every call must end in OK. On failure one line in *problem. */
MUST_USE enum status load_grpc_run(
    const struct load_grpc *load, struct measure *out, struct buf *problem);

#endif
