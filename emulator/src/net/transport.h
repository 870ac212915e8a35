/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands between sockets and the HTTP server: TLS, faults before HTTP,
 * and raw answers. One for the process; every port of it may use it.
 */
#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include "net/door.h"
#include "net/raws.h"

struct net_transport;

/* No thread yet. `relays` is net_relays_default, or a test's own. */
MUST_USE enum status net_transport_new(
    const struct net_relays_options *relays, struct net_transport **out);
MUST_USE enum status net_transport_start(struct net_transport *transport);

/* For struct http_options. */
struct net_raws *net_transport_raws(struct net_transport *transport);

/* For net_door_new. */
struct net_relays *net_transport_relays(struct net_transport *transport);

/*
 * Ends what one rule is doing, or with NET_RULE_NONE what any rule is doing:
 * raw plans end, silent connections are served, late handshakes go on, rates
 * are lifted. Returns at once; it is done within a turn of the reactor, a
 * millisecond or so. Any thread, also from within hooks and `ended`. A status
 * only where there is no memory.
 */
MUST_USE enum status net_transport_heal(
    struct net_transport *transport, uint64_t rule);

/* Ends all raw plans, so that the HTTP servers need not wait for them when
 * they stop. Before http_server_stop. */
void net_transport_quiesce(struct net_transport *transport);

/* After the HTTP servers and the loop have stopped, before they are freed: what
 * they have written has a second to reach its client, then the thread ends.
 * Only where it was started. */
void net_transport_stop(struct net_transport *transport);
/* Stops. Takes NULL. */
void net_transport_free(struct net_transport *transport);

#endif
