/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that accepts connections and hands them on. */
#ifndef SOCKET_ACCEPTOR_H
#define SOCKET_ACCEPTOR_H

#include "base/status.h"

struct acceptor;

/* Takes fd, which does not block. On the acceptor's thread. */
typedef void acceptor_take_fn(void *context, int fd);

/* Borrows listen_fd, which does not block, until acceptor_free. */
MUST_USE enum status acceptor_new(int listen_fd, acceptor_take_fn *take,
    void *context, struct acceptor **out);

/* After it `take` is not called again. */
void acceptor_free(struct acceptor *acceptor);

#endif
