/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections that do not go straight to the HTTP server: client <-> TLS or
 * not <-> socketpair <-> server. All of them live in the reactor's thread.
 * Each has a buffer for each direction and reads no more while it is not
 * empty, so a slow reader slows its writer and nobody else.
 */
#ifndef NET_RELAYS_H
#define NET_RELAYS_H

#include "net/heals.h"
#include "net/listener.h"
#include "net/raw_plan.h"
#include "net/reactor.h"
#include "net/tls.h"

enum {
    NET_RELAYS_MAX = 2000,              /* more are closed at once */
    NET_RELAY_HANDSHAKE_MS = 10 * 1000, /* for TLS, faults not counted */
    NET_RELAY_STALL_MS = 30 * 1000, /* without a byte, once one side ended */
    NET_RELAY_LINGER_MS = 2 * 1000, /* for the client to close as well */
};

struct net_relays;

struct net_relays_options {
    uint64_t handshake_ms, stall_ms, linger_ms;
    size_t max;
};
extern const struct net_relays_options net_relays_default;

/* `heals`, borrowed, are added to before net_relays_heal. */
MUST_USE enum status net_relays_new(struct net_reactor *reactor,
    struct net_heals *heals, const struct net_relays_options *options,
    struct net_relays **out);

/* Before a decision; any thread. */
uint64_t net_relays_moment(struct net_relays *relays);

/* A connection as its door hands it over. */
struct net_arrival {
    int fd; /* taken */
    struct net_address listener, peer;
    uint64_t ordinal;
    const struct net_tls *tls; /* borrowed; NULL: plain */
    const struct net_faults *faults;
    struct net_accept_decision decision; /* silent, a rate, or neither */
    uint64_t moment;   /* of net_relays_moment, before the decision */
    net_gate_fn *next; /* gets the other end of the socketpair, or the
                          connection itself where nothing stands between */
    void *next_context;
};

/* Any thread. Closes fd where there is no room or no memory. */
void net_relays_take(
    struct net_relays *relays, const struct net_arrival *arrival);

/* In the reactor's thread: whether fd is an end of one of our socketpairs;
 * then its client's connection ends like this once fd is closed. */
bool net_relays_end_with(
    struct net_relays *relays, int fd, enum net_raw_end end);

/* In the reactor's thread. */
void net_relays_heal(struct net_relays *relays, uint64_t rule);

/* Lets go of those that serve nobody yet, then of each as its server ends it;
 * after grace_ms, of all. Blocks so long. Not in the reactor's thread. */
void net_relays_stop(struct net_relays *relays, uint64_t grace_ms);

/* After the reactor has stopped. Takes NULL. */
void net_relays_free(struct net_relays *relays);

#endif
