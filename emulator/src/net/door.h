/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind a listener: asks the hook what to do with the connection
 * and hands it on: to the HTTP server, to TLS, or to nobody.
 */
#ifndef NET_DOOR_H
#define NET_DOOR_H

#include "net/faults.h"
#include "net/listener.h"
#include "net/relays.h"
#include "net/tls.h"

struct net_door;

struct net_door_options {
    struct net_relays *relays;       /* borrowed */
    const struct net_faults *faults; /* borrowed; may be NULL */
    const struct net_tls *tls;       /* borrowed; NULL: plain */
    net_gate_fn *next;               /* who gets plain connections; it may be */
    void *next_context;              /* called in any thread of net's */
};

/* Listens as net_listener_new does, with its statuses. */
MUST_USE enum status net_door_new(struct net_loop *loop,
    const struct net_address *address, const struct net_door_options *options,
    struct net_door **out);

const struct net_address *net_door_address(const struct net_door *door);
bool net_door_is_tls(const struct net_door *door);

/* As net_listener_refuse. */
MUST_USE enum status net_door_refuse(struct net_door *door, bool refuse);

/* As net_listener_close. */
void net_door_close(struct net_door *door);

/* After net_loop_stop and before the relays are freed. Takes NULL. */
void net_door_free(struct net_door *door);

#endif
