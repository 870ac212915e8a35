/* SPDX-License-Identifier: Apache-2.0 */
/* A server of http/ in the test's own process, and a client for its bytes. */
#ifndef TEST_SUPPORT_HTTP_H
#define TEST_SUPPORT_HTTP_H

#include "http/server.h"
#include "net/listener.h"

struct http_fixture {
    struct net_loop *loop;
    struct net_listener *listener;
    struct http_server *server;
    struct http_metrics metrics;
};

/* Small limits, which a test may change before http_fixture_start. */
struct http_limits http_fixture_limits(void);

/* Asserts that all went well. */
void http_fixture_start(struct http_fixture *f, const struct http_limits *l,
    http_handler_fn *handler, void *context);
/* No more accepting, then the server's stop with this grace. */
void http_fixture_stop(struct http_fixture *f, uint64_t grace_ms);

/* A connected socket whose reads give up after ten seconds. */
int http_fixture_connect(const struct http_fixture *f);

void http_client_send(int fd, const char *bytes);
void http_client_send_span(int fd, struct span bytes);

/*
 * Reads one answer by its Content-Length into *head (with the blank line) and
 * *body, each emptied first, and returns the status; 0 where the server
 * closed without one.
 */
unsigned http_client_read(int fd, struct buf *head, struct buf *body);

/* Sends a request, reads the answer, closes. */
unsigned http_client_ask(const struct http_fixture *f, const char *request,
    struct buf *head, struct buf *body);

/* True when the server closes, false after ten seconds of silence or when it
 * sends something. */
bool http_client_closed(int fd);

/* Waits until *value is `wanted`; fails the test after ten seconds. */
void http_fixture_await(_Atomic int64_t *value, int64_t wanted);

#endif
