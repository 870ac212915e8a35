/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is connected, and until when each may take. libmicrohttpd's own timeout
 * begins again with every byte, so a client that sends one byte a minute
 * would stay for ever; here a deadline stands until the client has done the
 * whole of what is asked of it. A late client is cut with shutdown(2), which
 * makes libmicrohttpd close the connection in its own thread.
 */
#ifndef HTTP_CONNECTIONS_H
#define HTTP_CONNECTIONS_H

#include "http/metrics.h"

#include <pthread.h>
#include <stddef.h>

struct http_connection {
    struct http_connection *prev, *next;
    int fd;           /* borrowed from libmicrohttpd */
    uint64_t ordinal; /* from 1 */
    _Atomic uint64_t deadline_us;
    _Atomic bool busy; /* its request is being handled: not to be cut */
    bool cut;
};

struct http_connections {
    pthread_mutex_t lock;
    struct http_connection *list;
    size_t limit;
    uint64_t last_ordinal;
    struct http_metrics *metrics; /* borrowed */
};

MUST_USE enum status http_connections_init(
    struct http_connections *all, size_t limit, struct http_metrics *metrics);
void http_connections_reset(struct http_connections *all);

/*
 * Makes room for one more. At the limit the connection that would run out of
 * time first is cut; false where each is busy.
 */
bool http_connections_admit(struct http_connections *all);

/* NULL when there is no memory. */
struct http_connection *http_connections_add(
    struct http_connections *all, int fd, uint64_t deadline_us);
/* Before the descriptor is closed. */
void http_connections_remove(
    struct http_connections *all, struct http_connection *connection);

/* Cuts those that are late. Returns whether any connection is open. */
bool http_connections_expire(struct http_connections *all, uint64_t now_us);

#endif
