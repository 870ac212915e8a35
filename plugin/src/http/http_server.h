/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small HTTP server for health checks and metrics. libmicrohttpd lives in
 * this folder only. Exact paths; a handler may answer later,
 * from any thread. One address has a quarter of the connections at most.
 */
#ifndef HTTP_HTTP_SERVER_H
#define HTTP_HTTP_SERVER_H

#include "base/buf.h"

struct http_server;
struct http_reply;

struct http_route {
    struct span path; /* borrowed */
    /* On the server's thread; must not block; sends the reply once, now or
     * later. */
    void (*handle)(void *context, struct http_reply *reply);
    void *context;
};

enum { HTTP_ROUTES_MAX = 8 };

struct http_options {
    int listen_fd; /* of http_listen_open; taken on success */
    struct http_route routes[HTTP_ROUTES_MAX];
    size_t route_count;
    bool any_method; /* else GET and HEAD only */
};

MUST_USE enum status http_server_new(
    const struct http_options *options, struct http_server **out);

/* The address that is listened on, e.g. "127.0.0.1:8080". Appends. */
MUST_USE enum status http_server_address(
    const struct http_server *server, struct buf *out);

/* Listens no more; requests under way go on. Once. */
void http_server_refuse(struct http_server *server);

/* All replies have been sent, and later ones are sent at once. */
void http_server_free(struct http_server *server);

/* What the client sent; "" where there is none. Borrowed until the handler
 * returns, and only to be called there. */
struct span http_request_header(struct http_reply *reply, const char *name);

/* Whether the query has this name, as in /healthz?verbose. Likewise. */
bool http_request_asks(struct http_reply *reply, const char *name);

/* Takes the contents of body. The reply may not be used after. */
void http_reply_send(struct http_reply *reply, unsigned status,
    const char *content_type, struct buf *body);

#endif
