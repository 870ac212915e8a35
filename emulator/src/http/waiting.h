/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of waiting requests: those whose answer comes later, from another
 * thread. Their connections are suspended, and a suspended connection neither
 * times out nor notices that its peer has gone, and stopping libmicrohttpd
 * with one aborts the process. So each stands here with a deadline, its
 * socket is watched, and all are resumed before the stop.
 *
 * A peer that has closed its socket and one that has closed its sending half
 * alone, and still wants its answer, send the same FIN. So who sends one is
 * told "100 Continue", which every client of HTTP/1.1 passes over: a socket
 * that is closed answers by RST, and then the peer has gone.
 *
 * A request is held by two: by its connection, and by who answers it. Both
 * let go exactly once, and the second frees it.
 */
#ifndef HTTP_WAITING_H
#define HTTP_WAITING_H

#include "http/metrics.h"

#include <pthread.h>

struct MHD_Connection;

enum http_wait_state {
    HTTP_WAIT_IDLE,     /* nobody was asked for an answer yet */
    HTTP_WAIT_HANDLING, /* asked, and the connection's thread is still there */
    HTTP_WAIT_SUSPENDED,
    HTTP_WAIT_ANSWERED, /* the answer is there for the connection to take */
    HTTP_WAIT_LATE,     /* deadline passed: the answer is not wanted */
    HTTP_WAIT_GONE,     /* the peer has left, or the server stops */
};

/* Embedded in a request; zeroed memory is an idle one. */
struct http_wait {
    struct http_wait *prev, *next;
    _Atomic int state; /* enum http_wait_state */
    struct MHD_Connection *connection;
    int fd;
    uint64_t id;
    uint64_t deadline_us;
    bool passes_over;     /* HTTP/1.1: takes a "100 Continue" at any time */
    bool connection_left; /* the connection has let go */
    bool answerer_left;   /* who answers has let go */
};

struct http_waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_wait *list;
    uint64_t last_id;
    unsigned unanswered; /* asked and left unanswered by the first pass */
    bool closed;         /* nobody may be suspended any more */
    int peers_fd;        /* an epoll set of the sockets of those suspended */
    struct http_metrics *metrics; /* borrowed */
};

MUST_USE enum status http_waiting_init(
    struct http_waiting *table, struct http_metrics *metrics);

/* Waits until every answer has come: nobody may be asked any more. */
void http_waiting_reset(struct http_waiting *table);

/*
 * From the connection's thread, after asking, when no answer is there yet.
 * Suspends; what comes first ends it: the answer, the deadline, the peer.
 * False after http_waiting_close: then the connection must be closed. A
 * negative fd is not watched: then who answers looks after the peer.
 */
MUST_USE bool http_waiting_suspend(struct http_waiting *table,
    struct http_wait *wait, struct MHD_Connection *connection, int fd,
    uint64_t deadline_us);

/* The answer is stored in the request. True: the caller now frees the
 * request, since its connection has already let go, and says so by
 * http_waiting_freed: until then the table is not reset. */
MUST_USE bool http_waiting_answered(
    struct http_waiting *table, struct http_wait *wait);

void http_waiting_freed(struct http_waiting *table);

/* The connection is done with the request. True: the caller now frees it. */
MUST_USE bool http_waiting_release(
    struct http_waiting *table, struct http_wait *wait);

/* Resumes those whose deadline has passed. */
void http_waiting_expire(struct http_waiting *table, uint64_t now_us);

/* peers_fd is readable: resumes those whose peer has gone. */
void http_waiting_peers(struct http_waiting *table);

/* Resumes all as gone, and from now on suspends none. */
void http_waiting_close(struct http_waiting *table);

#endif
