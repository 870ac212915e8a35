/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API without HTTP: a request as bytes goes in, an answer as bytes comes
 * out, now or later. http/ knows only this header of api/; api/ knows nothing
 * of http/. Everything AWS says about signatures, operations, validation and
 * errors is decided behind it.
 */
#ifndef API_SERVICE_H
#define API_SERVICE_H

#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/random.h"

struct store;
struct service;

struct service_request {
    struct sigv4_request wire; /* method, raw path and query, headers */
    struct span body;          /* all borrowed until done is called */
    struct span request_id;    /* a UUID that http/ made */
};

struct service_answer {
    unsigned http_status;
    const char *content_type; /* static text */
    struct buf body;          /* owned; the receiver takes it */
    const char *error_type;   /* static; for x-amzn-ErrorType; NULL if none */
    const char *operation;    /* static; for logs and metrics; "" if unknown */
};
void service_answer_reset(struct service_answer *answer);

/* Called exactly once. The receiver may take answer->body (buf_take). */
typedef void service_done_fn(void *context, struct service_answer *answer);

struct service_options {
    struct store *store;         /* borrowed; outlives the service */
    struct clock resource_clock; /* rotation, deletion dates, CreationDate */
    struct clock wire_clock;     /* signatures */
    struct random random;
    struct span root_key;        /* 32 bytes; copied and wiped */
    struct span default_account; /* 12 digits */
    struct span default_region;  /* for requests that name none */
};

MUST_USE enum status service_new(
    const struct service_options *options, struct service **out);
/* No request may be under way. */
void service_free(struct service *service);

/*
 * Handles one request. May call done before it returns (most do: nothing
 * waited) or later from another thread (after a commit is durable). Never
 * blocks on the disk.
 */
void service_handle(struct service *service,
    const struct service_request *request, service_done_fn *done,
    void *context);

/* Adds what a seed file holds. On failure *problem says where and what, in
 * one line, and nothing was added. Blocks: start-up only. */
MUST_USE enum status service_seed(
    struct service *service, struct span json, struct buf *problem);

/* Forgets everything, or one account (12 digits), then seeds again what the
 * seed file gave. Blocks the calling thread until durable. */
MUST_USE enum status service_reset(
    struct service *service, struct span account);

#endif
