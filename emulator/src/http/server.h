/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP over connections that somebody else accepted. libmicrohttpd lives
 * behind this header and in this folder only. Requests go to one handler as
 * bytes, each input within a limit; answers come at once or later, from any
 * thread. Every answer made here or by the handler has an x-amzn-RequestId;
 * only libmicrohttpd's own refusals of what is not HTTP have none.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "api/service.h"
#include "http/hooks.h"
#include "http/metrics.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/raws.h"

/* As service_handle, whose contract it has. */
typedef void http_handler_fn(void *context,
    const struct service_request *request, service_done_fn *done,
    void *done_context);

struct http_limits {
    size_t connections;
    size_t body;         /* bytes; more is answered with 413 */
    uint64_t idle_ms;    /* until the first line of the next request */
    uint64_t request_ms; /* from there to the last byte of the answer */
    uint64_t answer_ms;  /* for an answer that comes later: then 500 */
};
extern const struct http_limits http_limits_default;

enum {
    HTTP_TARGET_MAX = 8 * 1024, /* bytes of path and query: else 414 */
    HTTP_HEAD_MAX = 16 * 1024,  /* bytes of line and headers: else 431 */
};

struct http_options {
    http_handler_fn *handler;
    void *context;                /* of the handler */
    struct http_metrics *metrics; /* borrowed, zeroed */
    struct random random;         /* for request ids */
    const struct http_limits *limits;
    unsigned threads;
    const struct http_hooks *hooks; /* borrowed; NULL: none */
    struct net_raws *raws;          /* borrowed; needed by hooks, stopped
                                       before the server is */
};

struct http_server;

/* Starts the threads. The loop, not yet started, ends what takes too long;
 * it may be stopped before the server, but not freed. */
MUST_USE enum status http_server_new(const struct http_options *options,
    struct net_loop *loop, struct http_server **out);

/* A net_gate_fn whose context is the server. From any thread, also while the
 * server stops and after: then the connection is closed. */
void http_server_take(void *server, int fd, const struct net_address *peer);

/*
 * After the loop has stopped: lets requests that are being handled finish
 * for at most grace_ms, drops the others, ends the threads, and waits for
 * answers still to come from the handler.
 */
void http_server_stop(struct http_server *server, uint64_t grace_ms);

/* Stops without grace where it was not stopped. Takes NULL. */
void http_server_free(struct http_server *server);

#endif
