/* SPDX-License-Identifier: Apache-2.0 */
/* Unix sockets by the endpoints that Kubernetes has for them: to connect to,
 * and to listen on. */
#ifndef PROCESS_UNIX_LISTENER_H
#define PROCESS_UNIX_LISTENER_H

#include "base/buf.h"

#include <sys/socket.h>
#include <sys/un.h>

struct unix_endpoint {
    struct sockaddr_un address;
    socklen_t len;
};

/*
 * "unix:///path" or "unix:///@abstract". STATUS_INVALID for others,
 * STATUS_TOO_LARGE for a path that no socket can have (108 bytes).
 */
MUST_USE enum status unix_endpoint_parse(
    struct span text, struct unix_endpoint *out);

/* The file's path; NULL where it has none. Borrows. */
const char *unix_endpoint_path(const struct unix_endpoint *endpoint);

/* Whether both are one socket, however its path is spelt. */
bool unix_endpoint_same(
    const struct unix_endpoint *one, const struct unix_endpoint *other);

/*
 * A descriptor that does not block. STATUS_BUSY where the queue of those who
 * want to connect is full, STATUS_UNAVAILABLE where nobody listens.
 */
MUST_USE enum status unix_endpoint_connect(
    const struct unix_endpoint *endpoint, int *fd);

struct unix_listener {
    int fd; /* does not block; -1: none */
    struct unix_endpoint endpoint;
    dev_t device; /* of the socket's file, where there is one */
    ino_t inode;
};

/*
 * Listens, and replaces a socket that nobody listens on. STATUS_BUSY where
 * somebody does, STATUS_EXISTS where there is a file of another kind.
 */
MUST_USE enum status unix_listener_open(
    const struct unix_endpoint *endpoint, struct unix_listener *out);

/* Closes, and removes the file if it is the one that was made. */
void unix_listener_close(struct unix_listener *listener);

#endif
