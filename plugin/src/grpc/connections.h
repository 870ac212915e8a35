/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connections that were given to gRPC core, and a way to end them that
 * costs no call. Core's own shutdown fails calls that were on their way when
 * the client learnt of it (UNAVAILABLE, seen with 1.51). So before it each
 * client is told by a GOAWAY frame of our own to open its next calls elsewhere,
 * while core still serves what comes.
 *
 * Core owns the descriptors and closes them when it likes; a connection is
 * known by its descriptor's number and the socket's inode, and is looked at
 * through a duplicate. Thread-safe.
 */
#ifndef GRPC_CONNECTIONS_H
#define GRPC_CONNECTIONS_H

#include "base/status.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct connections {
    pthread_mutex_t lock;
    uint64_t *inodes; /* by descriptor; 0: none */
    size_t count;
};
MUST_USE enum status connections_init(struct connections *connections);
void connections_reset(struct connections *connections);

/* Before core gets it. Where memory is short it is not known, and a call on it
 * may fail at the end. */
void connections_note(struct connections *connections, int fd);

/* How many are open still. */
size_t connections_open(struct connections *connections);

/* Tells each client that is connected to open its next calls elsewhere. */
void connections_dismiss(struct connections *connections);

#endif
