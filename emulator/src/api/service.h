/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API without HTTP: a request as bytes goes in, an answer as bytes comes
 * out, now or later. http/ knows only this header of api/; api/ knows nothing
 * of http/. Everything AWS says about signatures, operations, validation and
 * errors is decided behind it. All functions are thread-safe unless they say
 * otherwise.
 */
#ifndef API_SERVICE_H
#define API_SERVICE_H

#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/random.h"

struct store;
struct service;

struct service_request {
    /* Method, raw path, raw query and headers as they came. The payload hash
     * and normalize_path are filled in by the service. */
    struct sigv4_request wire;
    struct span body;       /* all borrowed until done is called */
    struct span request_id; /* a UUID that http/ made */
    uint64_t connection;    /* its ordinal, from 1; 0: there is none */
};

/* Further headers of an answer. */
struct service_header {
    const char *name, *value;
};

enum { SERVICE_HEADERS = 3 };

struct service_answer {
    unsigned http_status;
    const char *content_type; /* static text; NULL when the body is empty */
    struct buf body;          /* owned; the receiver may take it */
    const char *error_type;   /* static; for x-amzn-ErrorType; NULL if none */
    const char *operation;    /* static; for logs and metrics; "" if unknown */
    char account[13];         /* of the caller; "" until it is known */
    /* What a hook keeps with the answer, and headers that live as long as it
     * does. Whoever takes the answer gives the mark back to its maker. */
    void *mark;
    struct service_header headers[SERVICE_HEADERS]; /* name NULL: none */
};
void service_answer_reset(struct service_answer *answer);

/* Called exactly once. What it leaves in *answer is freed by the service. */
typedef void service_done_fn(void *context, struct service_answer *answer);

struct service_hooks;

struct service_options {
    const struct service_hooks *hooks; /* api/hooks.h; borrowed; NULL: none */
    struct store *store;               /* borrowed; outlives the service */
    /* Creation and deletion dates: this clock plus the offsets that
     * service_clock_advance keeps in the store. */
    struct clock resource_clock;
    struct clock wire_clock; /* signatures */
    struct random random;
    struct span root_key;        /* 32 bytes; copied */
    struct span default_account; /* 12 digits */
    struct span default_region;  /* for requests that name none */
    int64_t session_seconds; /* the most that a role's session lasts; 0: what
                                its caller asks for */
};

/* STATUS_INVALID for an option that is not of its form; STATUS_CORRUPT or
 * STATUS_CRYPTO for a store that this root key does not open. */
MUST_USE enum status service_new(
    const struct service_options *options, struct service **out);
/* No request may be under way. */
void service_free(struct service *service);

/*
 * Handles one request. Calls done before it returns unless something has to
 * become durable first; then from another thread. Never blocks on the disk.
 */
void service_handle(struct service *service,
    const struct service_request *request, service_done_fn *done,
    void *context);

/*
 * Adds what a seed file holds; keys that are there already are kept as they
 * are. On failure *problem says where and what, in one line, and nothing was
 * added. Blocks until durable: start-up only, before the first request.
 */
MUST_USE enum status service_seed(
    struct service *service, struct span json, struct buf *problem);

/*
 * Forgets everything, or one account (12 digits; empty: all), its clock
 * offset included, then seeds again what the seed file gave. Blocks until
 * durable. STATUS_INVALID for an account of another form.
 */
MUST_USE enum status service_reset(
    struct service *service, struct span account);

/*
 * Resource time. An account's time is the clock of the options, plus the
 * offset of all accounts, plus its own; an empty account means all of them.
 * Time only moves forward; what is due happens when it is next looked at.
 * Blocks until durable. STATUS_INVALID for a negative step or a wrong account,
 * STATUS_TOO_LARGE beyond a hundred years in sum.
 */
MUST_USE enum status service_clock_get(
    struct service *service, struct span account, int64_t *now_ms);
MUST_USE enum status service_clock_advance(struct service *service,
    struct span account, int64_t step_ms, int64_t *now_ms);

#endif
