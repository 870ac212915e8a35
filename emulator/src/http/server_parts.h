/* SPDX-License-Identifier: Apache-2.0 */
/* What server.c, callbacks.c and respond.c share. */
#ifndef HTTP_SERVER_PARTS_H
#define HTTP_SERVER_PARTS_H

#include "http/exchange.h"

#include <microhttpd.h>
#include <pthread.h>

struct http_server {
    http_handler_fn *handler;
    void *context;
    struct http_metrics *metrics;
    struct random random;
    struct http_limits limits;
    struct http_connections connections;
    struct http_waiting waiting;
    struct net_loop *loop;          /* borrowed, like the next two */
    const struct http_hooks *hooks; /* NULL: none */
    struct net_raws *raws;
    struct MHD_Daemon *daemon;
    pthread_mutex_t taking; /* held while a connection is handed to `daemon` */
    _Atomic bool stopping;  /* answers say "Connection: close" */
    _Atomic int64_t entering; /* handed to `daemon` and not yet seen by it */
};

/* For MHD_OPTION_NOTIFY_CONNECTION. */
void http_callbacks_connection(void *server, struct MHD_Connection *connection,
    void **socket_context, enum MHD_ConnectionNotificationCode what);

/* For MHD_OPTION_URI_LOG_CALLBACK: a request begins, its first line read. */
void *http_callbacks_begin(
    void *server, const char *target, struct MHD_Connection *connection);

/* The MHD_AccessHandlerCallback. */
enum MHD_Result http_callbacks_access(void *server,
    struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_len,
    void **request);

/* For MHD_OPTION_NOTIFY_COMPLETED: a request ends, answered or not. */
void http_callbacks_end(void *server, struct MHD_Connection *connection,
    void **request, enum MHD_RequestTerminationCode how);

/* Queues the answer, whose body it takes. MHD_NO: close the connection. */
enum MHD_Result http_respond(struct http_exchange *exchange,
    struct MHD_Connection *connection, struct service_answer *answer);

/*
 * raw.c: whether a hook puts a raw answer in the place of what comes next. If
 * so it is begun, and *done is what the access handler returns.
 */
bool http_raw_at_head(struct http_exchange *exchange,
    struct MHD_Connection *connection, enum MHD_Result *done);
bool http_raw_at_body(struct http_exchange *exchange,
    struct MHD_Connection *connection, enum MHD_Result *done);
bool http_raw_at_answer(struct http_exchange *exchange,
    struct MHD_Connection *connection, enum MHD_Result *done);

/*
 * Carries out the plan, which it takes, in the place of an answer (`moment`
 * is net_raws_moment's, before it was decided on); the access
 * handler is called once more when it has ended, and closes the connection.
 */
enum MHD_Result http_respond_raw(struct http_exchange *exchange,
    struct MHD_Connection *connection, struct net_raw_plan *plan,
    uint64_t moment);

#endif
