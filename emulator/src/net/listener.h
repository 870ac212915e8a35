/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A listening socket and who gets what it accepts. Every connection goes
 * through one function, the gate: what may refuse a client or stand between
 * it and the HTTP server is put there, and the HTTP server knows nothing of
 * it. The gate runs in the loop's thread and must not block.
 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include "net/address.h"
#include "net/loop.h"

/* Takes fd: non-blocking, close-on-exec, TCP_NODELAY. */
typedef void net_gate_fn(void *context, int fd, const struct net_address *peer);

struct net_listener;

/*
 * Binds and listens; clients can connect from now on and are let in once the
 * loop runs. STATUS_BUSY where the port is in use, STATUS_DENIED, or what
 * errno says. Add before net_loop_start; free after net_loop_stop.
 */
MUST_USE enum status net_listener_new(struct net_loop *loop,
    const struct net_address *address, net_gate_fn *gate, void *context,
    struct net_listener **out);

/* The address with the port that was really given. */
const struct net_address *net_listener_address(
    const struct net_listener *listener);

/*
 * While refused, new connections fail with ECONNREFUSED; those that are there
 * go on, those not yet accepted are reset. The port stays ours. In force when
 * it returns. Any thread. STATUS_CANCELLED after the close; another status
 * only where the port, which somebody else took all the same, cannot be
 * opened again.
 */
MUST_USE enum status net_listener_refuse(
    struct net_listener *listener, bool refuse);

/* Closes the socket, after net_loop_stop: connections not yet accepted are
 * refused. Others may still call net_listener_refuse. */
void net_listener_close(struct net_listener *listener);

/* Closes. Takes NULL. */
void net_listener_free(struct net_listener *listener);

#endif
