/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an answer may be replaced by raw bytes (net/raw_plan.h). Called in
 * the connection's thread; must not block. True: *plan, which came zeroed, is
 * taken and carried out, then the connection is closed. One that cannot be
 * begun closes the connection too, and has ended with NET_OUTCOME_FAILED.
 * NULL: not asked.
 */
#ifndef HTTP_HOOKS_H
#define HTTP_HOOKS_H

#include "api/service.h"
#include "net/raw_plan.h"

/* How a request with a mark has ended. */
enum http_ending {
    HTTP_ENDING_ANSWERED, /* all of its answer was handed to the kernel */
    HTTP_ENDING_LEFT,     /* the client has left, or was cut off */
};

struct http_hooks {
    void *context;
    /* The headers are read, the body is not: the request's body is empty. What
     * of it has come makes the kernel end a closed connection by RST. */
    bool (*on_head)(void *context, const struct service_request *request,
        struct net_raw_plan *plan);
    /* The body is read; the handler was not called. */
    bool (*on_body)(void *context, const struct service_request *request,
        struct net_raw_plan *plan);
    /* The handler has answered. The answer may be changed as well; the metrics
     * count it, also where the client sees nothing of it. */
    bool (*on_answer)(void *context, const struct service_request *request,
        struct service_answer *answer, struct net_raw_plan *plan);
    /* The handler has put its answer off: whether it may take as long as it
     * likes. */
    bool (*may_wait)(void *context, const struct service_request *request);
    /* Nobody waits any more for an answer that was put off. */
    void (*on_left)(void *context, const struct service_request *request);
    /* Gives back the mark of an answer, once, whatever became of it. */
    void (*on_end)(void *context, void *mark, enum http_ending ending);
};

/*
 * Appends an answer as the server would write it, "Connection: close"
 * included: status line, headers, body. `chunk` 0: with a Content-Length; else
 * chunked, each chunk of so many bytes. Where the body begins is *body_at.
 */
MUST_USE enum status http_hooks_print(const struct service_answer *answer,
    struct span request_id, size_t chunk, struct buf *out, size_t *body_at);

#endif
