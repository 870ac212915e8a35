/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request and its answer, waited for. libcurl lives in this folder
 * only. Bounded in time and size, ended early by an interrupt (Ctrl-C), and
 * no proxy, redirect or environment variable has a say: kmslab talks to
 * servers that it names itself. Safe from any thread.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/buf.h"

enum {
    HTTP_ANSWER_MAX = 16 * 1024 * 1024,
    HTTP_TIMEOUT_MS = 10 * 1000, /* when a request names none */
};

struct http_header {
    const char *name;
    struct span value;
};

/* All borrowed; zero is "not given". */
struct http_request {
    const char *method; /* NULL: GET, or POST where there is a body */
    const char *url;
    const struct http_header *headers;
    size_t header_count;
    struct span body;
    const char *ca_file;      /* PEM; NULL: the system's */
    const char *cert_file;    /* PEM client certificate, and its key */
    const char *key_file;     /* PEM */
    const char *bearer_token; /* sent as Authorization: Bearer */
    int64_t timeout_ms;
};

struct http_answer {
    unsigned status;         /* e.g. 200 */
    struct buf content_type; /* empty when none was sent */
    struct buf body;         /* wiped by reset: answers can hold secrets */
};
void http_answer_reset(struct http_answer *answer);

/*
 * STATUS_OK for any answer, also 4xx and 5xx. Otherwise, with one line for a
 * person appended to *problem (which may be NULL): STATUS_UNAVAILABLE (cannot
 * connect, connection lost), STATUS_TIMEOUT, STATUS_CANCELLED (interrupt),
 * STATUS_TOO_LARGE, STATUS_DENIED (TLS refused), STATUS_INVALID (no URL),
 * STATUS_IO. *answer is replaced on success only.
 */
MUST_USE enum status http_send(const struct http_request *request,
    struct http_answer *answer, struct buf *problem);

#endif
