/* SPDX-License-Identifier: Apache-2.0 */
/* A scripted server that answers by path, and remembers what it was asked. */
#ifndef TEST_SUPPORT_ROUTES_H
#define TEST_SUPPORT_ROUTES_H

#include "base/buf.h"
#include "support_kms_server.h"

#include <pthread.h>

enum route_way {
    ROUTE_ANSWERS,
    ROUTE_ANSWERS_ONCE, /* then it is not there any more */
    ROUTE_HANGS,
    ROUTE_TEARS, /* half of the body, then the end */
    ROUTE_RESETS,
    ROUTE_REDIRECTS, /* to the body, which is a URL */
};

/* The first whose path is the start of the request's counts. */
struct route {
    const char *path;
    unsigned status;
    const char *body;
    enum route_way way;
};

enum { ROUTES_MAX = 8 };

struct routes {
    struct server *server;
    struct route routes[ROUTES_MAX];
    size_t count;
    bool used[ROUTES_MAX]; /* those of ROUTE_ANSWERS_ONCE */
    pthread_mutex_t lock;
    struct buf log; /* "METHOD PATH?QUERY\nHeader: VALUE\n…\nBODY\n" each */
};

/* What is answered with 404 otherwise. */
void routes_start(
    struct routes *routes, const struct route *list, size_t count);
void routes_stop(struct routes *routes);

/* Whether these words were in a request so far. */
bool routes_saw(struct routes *routes, const char *words);

#endif
