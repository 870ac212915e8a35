/* SPDX-License-Identifier: Apache-2.0 */
#include "http/connections.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <utlist.h>

enum status
http_connections_init(
    struct http_connections *all, size_t limit, struct http_metrics *metrics)
{
    int error = pthread_mutex_init(&all->lock, NULL);
    if (error != 0)
        return status_from_errno(error);
    all->list = NULL;
    all->last_ordinal = 0;
    all->limit = limit;
    all->metrics = metrics;
    return STATUS_OK;
}

void
http_connections_reset(struct http_connections *all)
{
    (void)pthread_mutex_destroy(&all->lock);
}

static void
cut(struct http_connections *all, struct http_connection *connection)
{
    connection->cut = true;
    all->metrics->connections_expired++;
    (void)shutdown(connection->fd, SHUT_RDWR);
}

bool
http_connections_admit(struct http_connections *all)
{
    struct http_connection *c, *first = NULL;
    size_t open = 0;
    (void)pthread_mutex_lock(&all->lock);
    DL_FOREACH(all->list, c)
    {
        if (c->cut)
            continue;
        open++;
        if (!c->busy && (first == NULL || c->deadline_us < first->deadline_us))
            first = c;
    }
    bool admitted = open < all->limit;
    if (!admitted && first != NULL) {
        cut(all, first);
        admitted = true;
    }
    (void)pthread_mutex_unlock(&all->lock);
    return admitted;
}

struct http_connection *
http_connections_add(struct http_connections *all, int fd, uint64_t deadline_us)
{
    struct http_connection *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return NULL;
    c->fd = fd;
    c->deadline_us = deadline_us;
    (void)pthread_mutex_lock(&all->lock);
    c->ordinal = ++all->last_ordinal;
    DL_APPEND(all->list, c);
    (void)pthread_mutex_unlock(&all->lock);
    all->metrics->connections_open++;
    return c;
}

void
http_connections_remove(
    struct http_connections *all, struct http_connection *connection)
{
    (void)pthread_mutex_lock(&all->lock);
    DL_DELETE(all->list, connection);
    (void)pthread_mutex_unlock(&all->lock);
    free(connection);
    all->metrics->connections_open--;
}

bool
http_connections_expire(struct http_connections *all, uint64_t now_us)
{
    struct http_connection *c;
    (void)pthread_mutex_lock(&all->lock);
    DL_FOREACH(all->list, c)
    {
        if (!c->cut && c->deadline_us < now_us)
            cut(all, c);
    }
    bool any = all->list != NULL;
    (void)pthread_mutex_unlock(&all->lock);
    return any;
}
