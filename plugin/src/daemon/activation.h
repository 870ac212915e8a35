/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listening sockets that the service manager made for us: sd_listen_fds(3)'s
 * protocol, LISTEN_PID, LISTEN_FDS and descriptors from 3 on. One thread,
 * before there are others.
 */
#ifndef DAEMON_ACTIVATION_H
#define DAEMON_ACTIVATION_H

#include "base/buf.h"

enum { ACTIVATION_MAX = 64, ACTIVATION_FIRST = 3 };

struct activation {
    size_t count;            /* 0: none were passed */
    int fds[ACTIVATION_MAX]; /* -1: taken */
};

/*
 * Takes what was passed, and the variables out of the environment. Each must
 * be a listening unix stream socket: otherwise STATUS_INVALID, and *problem
 * gets one line for a person that names it (by LISTEN_FDNAMES as well). What
 * another process was meant to get is left alone.
 */
MUST_USE enum status activation_open(
    struct activation *out, struct buf *problem);

/*
 * Takes the one that is bound to `path` ("/path" or "@name"), else the one at
 * `index` if nobody in `paths` names its path. -1: there is none.
 */
int activation_take(struct activation *a, const char *const *paths,
    size_t path_count, size_t index);

/* Closes those that nobody took, and says how many. */
size_t activation_close(struct activation *a);

#endif
