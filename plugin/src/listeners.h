/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that the plugin listens on: a socket for each key, made here or passed
 * by the service manager, and the port for health checks. Opened before there
 * are threads, and while the process still has the rights for it. One thread.
 */
#ifndef LISTENERS_H
#define LISTENERS_H

#include "options/options.h"
#include "socket/unix_socket.h"

struct listeners {
    struct unix_socket **sockets; /* NULL: taken by an instance */
    size_t count;
    int health_fd; /* -1: taken */
};

/* On failure *problem gets one line for a person; STATUS_INVALID: the options
 * cannot work. */
MUST_USE enum status listeners_open(
    const struct options *options, struct listeners *out, struct buf *problem);

/* Closes what was not taken. */
void listeners_reset(struct listeners *listeners);

#endif
