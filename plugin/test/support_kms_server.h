/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP server on a loopback port that does as a test tells it: a thread
 * for each connection reads requests and gives them to the test's handler,
 * which answers, hangs or breaks the connection.
 */
#ifndef TEST_SUPPORT_KMS_SERVER_H
#define TEST_SUPPORT_KMS_SERVER_H

#include "aws/sigv4.h"

struct server;

/* Borrowed for the call of the handler. */
struct server_request {
    struct server *server;
    int fd;
    unsigned connection; /* counted from 1 */
    unsigned nth;        /* on its connection, from 1 */
    struct sigv4_request wire;
    struct span body;
};

/* Returns whether the connection goes on. Any connection's thread. */
typedef bool server_handler(
    void *context, const struct server_request *request);

struct server *server_new(server_handler *handler, void *context);

/* Ends all connections, also where a handler hangs. */
void server_free(struct server *server);

/* "http://127.0.0.1:PORT" */
const char *server_url(const struct server *server);
unsigned server_connections(struct server *server); /* so far */
unsigned server_requests(struct server *server);    /* so far */

/* The value of the header of that lower-case name; empty if none. */
struct span server_header(
    const struct server_request *request, const char *name);

void server_send(const struct server_request *request, struct span bytes);

/* An answer with its Content-Length and KMS's content type. */
void server_answer(
    const struct server_request *request, unsigned status, const char *body);

/* The same with more header lines, each ending with "\r\n". */
void server_answer_with(const struct server_request *request, unsigned status,
    const char *headers, const char *body);

/* Waits until the client closes the connection (true), or the server is
 * freed. */
bool server_hang(const struct server_request *request);

/* Closes with a TCP reset. */
void server_reset(const struct server_request *request);

#endif
