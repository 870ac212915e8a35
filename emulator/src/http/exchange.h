/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and its answer, from the first line to the last byte. It owns
 * copies of all that it hands to the handler, so that the answer may come
 * after the connection has gone, and wipes them. One thread at a time, but
 * for what http/waiting.h says.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/connections.h"
#include "http/server.h"
#include "http/waiting.h"

enum { HTTP_REQUEST_ID_LEN = 36 };

enum http_stage {
    HTTP_STAGE_HEAD, /* the next call brings the headers */
    HTTP_STAGE_BODY,
    HTTP_STAGE_HANDED, /* to the handler */
};

enum http_refusal {
    HTTP_REFUSAL_NONE,
    HTTP_REFUSAL_BODY,
    HTTP_REFUSAL_TARGET,
    HTTP_REFUSAL_HEAD,
    HTTP_REFUSAL_LATE,
    HTTP_REFUSAL_INTERNAL,
};

struct http_exchange {
    struct http_wait wait; /* for the handler's answer */
    struct http_wait raw;  /* for the end of a raw answer; see raw.c */
    struct http_server *server;
    struct http_connection *peer; /* valid while the connection is */
    enum http_stage stage;
    enum http_refusal refusal;
    struct buf target; /* path and query as they came */
    struct buf head;   /* names and values of the headers */
    struct buf body;
    size_t discarded; /* bytes of a body that is refused */
    struct sigv4_header headers[SIGV4_HEADERS_MAX];
    struct buf request_id;
    struct service_request request;
    struct service_answer answer; /* the handler's; see wait for when */
    enum http_ending ending;      /* set when the connection lets go */
    unsigned sent_status;         /* 0: nothing was answered */
    const char *sent_operation;
    uint64_t started_us;
};

MUST_USE enum status http_exchange_new(const char *target,
    const struct random *random, struct http_exchange **out);
void http_exchange_free(struct http_exchange *exchange);

/* The server's own answer. The body is left empty where memory is short. */
void http_exchange_refusal(
    enum http_refusal refusal, struct service_answer *out);

/*
 * Copies method and headers. STATUS_TOO_LARGE where they are more than the
 * limits allow.
 */
struct MHD_Connection;
MUST_USE enum status http_exchange_read_head(struct http_exchange *exchange,
    struct MHD_Connection *connection, const char *method);

#endif
