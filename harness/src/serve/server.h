/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small HTTP server on 127.0.0.1, for the harness to be talked to: whole
 * requests in, whole answers out. libmicrohttpd lives in this folder of the
 * harness only. Each connection has a thread, so a handler may block; handlers
 * run at the same time.
 */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include "base/buf.h"

struct server;

enum { SERVER_BODY_MAX = 64 * 1024 };

struct server_request { /* all borrowed */
    const char *method, *path;
    struct span body;
    void *connection;
};
/* NULL when there is none. */
const char *server_header(
    const struct server_request *request, const char *name);
/* How many there are of that name. */
unsigned server_header_count(
    const struct server_request *request, const char *name);
const char *server_query(
    const struct server_request *request, const char *name);

struct server_answer {
    unsigned status;
    const char *content_type; /* static text */
    struct buf body;          /* wiped once it is sent */
    const char *header;       /* static text; NULL: no further header */
    struct buf header_value;
    bool torn; /* only half of the body is sent, then the connection ends */
};

/* Fills in an empty answer. */
typedef void server_handle_fn(void *context,
    const struct server_request *request, struct server_answer *answer);

/* Port 0 takes a free one. STATUS_BUSY where it is in use. */
MUST_USE enum status server_new(uint16_t port, server_handle_fn *handle,
    void *context, struct server **out);

uint16_t server_port(const struct server *server);

/* Waits for the handlers. NULL is fine. */
void server_free(struct server *server);

#endif
