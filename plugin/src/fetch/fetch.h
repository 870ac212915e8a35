/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request at a time, waited for: for what is fetched now and then
 * and may take its time, on a thread that has nothing else to do. Each has a
 * deadline and can be stopped from outside. No state; any thread.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "base/buf.h"

enum {
    FETCH_BODY_MAX = 64 * 1024, /* of an answer */
    FETCH_HEADERS_MAX = 8,      /* of a request */
};

struct fetch_header {
    const char *name;
    struct span value; /* no line ends in it */
};

/* Borrowed for the call. */
struct fetch_request {
    const char *method;
    const char *url; /* http or https */
    struct fetch_header headers[FETCH_HEADERS_MAX];
    size_t header_count;
    struct span body;
    const char *ca_file; /* NULL: the system's */
    bool direct;         /* never through a proxy */
    int64_t connect_ms;  /* for the connection; 0: timeout_ms */
    int64_t timeout_ms;  /* for all of it */
    int stop_fd;         /* -1: none. Readable: give up at once */
};

struct fetch_answer {
    unsigned http_status;
    int64_t date_ms; /* of its Date header, since the epoch; 0: none */
    struct buf body;
};
void fetch_answer_reset(struct fetch_answer *answer);

/*
 * Replaces *answer, whatever its status says; redirects are not followed.
 * Else *problem gets words to go behind the URL, without secrets:
 * STATUS_TIMEOUT, STATUS_CANCELLED (stopped), STATUS_TOO_LARGE,
 * STATUS_INVALID (a URL or header that is none), STATUS_UNAVAILABLE (refused,
 * reset, torn, no such name, TLS).
 */
MUST_USE enum status fetch(const struct fetch_request *request,
    struct fetch_answer *answer, struct buf *problem);

#endif
