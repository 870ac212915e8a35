/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that listens: the API, plain or over TLS or both, and the admin
 * listener; with the threads that serve them. Used by one thread.
 */
#ifndef PORTS_H
#define PORTS_H

#include "http/server.h"
#include "net/transport.h"
#include "options.h"

struct faults;
struct ports;
struct service;

struct ports_options {
    const struct options *options;
    struct service *service;         /* borrowed */
    struct faults *rules;            /* for the admin listener; borrowed */
    const struct net_faults *faults; /* of the API's connections; borrowed, */
    const struct http_hooks *hooks;  /* and of its answers; may be NULL */
};

/* Listens when it returns STATUS_OK: who connects waits until ports_serve. On
 * failure *problem is one line for a person. */
MUST_USE enum status ports_open(const struct ports_options *options,
    struct buf *problem, struct ports **out);

/* Lets in who has come and who will. Once. */
MUST_USE enum status ports_serve(struct ports *ports);

enum port_name {
    PORT_API,
    PORT_API_TLS, /* where it stands beside the plain one */
    PORT_ADMIN,
    PORT_NAMES,
};

/* Appends "http://127.0.0.1:4599", or https; nothing for one that is not
 * there. */
MUST_USE enum status ports_url(
    const struct ports *ports, enum port_name name, struct buf *out);

struct net_transport *ports_transport(struct ports *ports);
/* NULL where there is none. */
struct net_door *ports_door(struct ports *ports, enum port_name name);

/* Lets nobody in any more, ends what faults hold up, finishes what is under
 * way (for five seconds at most), frees. Takes NULL. */
void ports_close(struct ports *ports);

#endif
