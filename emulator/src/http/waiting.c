/* SPDX-License-Identifier: Apache-2.0 */
#include "http/waiting.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

enum { PEERS_AT_ONCE = 32 };

enum status
http_waiting_init(struct http_waiting *table, struct http_metrics *metrics)
{
    *table = (struct http_waiting){ .metrics = metrics };
    table->peers_fd = epoll_create1(EPOLL_CLOEXEC);
    if (table->peers_fd < 0)
        return status_from_errno(errno);
    /* Neither fails with default attributes on Linux. */
    (void)pthread_mutex_init(&table->lock, NULL);
    (void)pthread_cond_init(&table->changed, NULL);
    return STATUS_OK;
}

void
http_waiting_reset(struct http_waiting *table)
{
    (void)pthread_mutex_lock(&table->lock);
    while (table->unanswered > 0)
        (void)pthread_cond_wait(&table->changed, &table->lock);
    (void)pthread_mutex_unlock(&table->lock);
    (void)pthread_mutex_destroy(&table->lock);
    (void)pthread_cond_destroy(&table->changed);
    (void)close(table->peers_fd);
}

/* Enters the table. It is locked and the connection suspended. */
static void
enter(struct http_waiting *table, struct http_wait *wait,
    struct MHD_Connection *connection, int fd, uint64_t deadline_us)
{
    wait->connection = connection;
    wait->fd = fd;
    wait->deadline_us = deadline_us;
    wait->id = ++table->last_id;
    DL_APPEND(table->list, wait);
    table->unanswered++;
    table->metrics->requests_waiting++;
    /* Where the kernel has no room for one more, the deadline is left to end
     * it. */
    struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT,
        .data.u64 = wait->id };
    if (fd >= 0)
        (void)epoll_ctl(table->peers_fd, EPOLL_CTL_ADD, fd, &event);
}

/* After the close. The table is locked. True where the answer is there. */
static bool
turn_away(struct http_waiting *table, struct http_wait *wait)
{
    int handling = HTTP_WAIT_HANDLING;
    if (!atomic_compare_exchange_strong(
            &wait->state, &handling, HTTP_WAIT_GONE))
        return true;
    table->unanswered++;
    return false;
}

bool
http_waiting_suspend(struct http_waiting *table, struct http_wait *wait,
    struct MHD_Connection *connection, int fd, uint64_t deadline_us)
{
    int handling = HTTP_WAIT_HANDLING;
    bool welcome = true;
    (void)pthread_mutex_lock(&table->lock);
    MHD_suspend_connection(connection);
    if (table->closed)
        welcome = turn_away(table, wait);
    else if (atomic_compare_exchange_strong(
                 &wait->state, &handling, HTTP_WAIT_SUSPENDED))
        enter(table, wait, connection, fd, deadline_us);
    if (wait->state != HTTP_WAIT_SUSPENDED)
        MHD_resume_connection(connection); /* answered meanwhile, or closed */
    (void)pthread_mutex_unlock(&table->lock);
    return welcome;
}

/* Ends a suspension. The table is locked. */
static void
resume(struct http_waiting *table, struct http_wait *wait,
    enum http_wait_state state)
{
    DL_DELETE(table->list, wait);
    table->metrics->requests_waiting--;
    if (wait->fd >= 0)
        (void)epoll_ctl(table->peers_fd, EPOLL_CTL_DEL, wait->fd, NULL);
    wait->state = state;
    MHD_resume_connection(wait->connection);
}

/* One more has let go. The table is locked. */
static void
count_answered(struct http_waiting *table)
{
    if (--table->unanswered == 0)
        (void)pthread_cond_broadcast(&table->changed);
}

bool
http_waiting_answered(struct http_waiting *table, struct http_wait *wait)
{
    int handling = HTTP_WAIT_HANDLING;
    if (atomic_compare_exchange_strong(
            &wait->state, &handling, HTTP_WAIT_ANSWERED))
        return false; /* and the request is no longer ours to touch */

    (void)pthread_mutex_lock(&table->lock);
    bool last = false;
    if (wait->state == HTTP_WAIT_SUSPENDED) {
        resume(table, wait, HTTP_WAIT_ANSWERED);
    } else {
        wait->answerer_left = true;
        last = wait->connection_left;
    }
    if (!last)
        count_answered(table);
    (void)pthread_mutex_unlock(&table->lock);
    return last;
}

void
http_waiting_freed(struct http_waiting *table)
{
    (void)pthread_mutex_lock(&table->lock);
    count_answered(table);
    (void)pthread_mutex_unlock(&table->lock);
}

bool
http_waiting_release(struct http_waiting *table, struct http_wait *wait)
{
    if (wait->state != HTTP_WAIT_LATE && wait->state != HTTP_WAIT_GONE)
        return true;
    (void)pthread_mutex_lock(&table->lock);
    wait->connection_left = true;
    bool last = wait->answerer_left;
    (void)pthread_mutex_unlock(&table->lock);
    return last;
}

void
http_waiting_expire(struct http_waiting *table, uint64_t now_us)
{
    struct http_wait *wait, *next;
    (void)pthread_mutex_lock(&table->lock);
    DL_FOREACH_SAFE(table->list, wait, next)
    {
        if (wait->deadline_us < now_us)
            resume(table, wait, HTTP_WAIT_LATE);
    }
    (void)pthread_mutex_unlock(&table->lock);
}

/* Finds out whether who sends no more still reads. False: it does not, or
 * cannot be asked. */
static bool
ask_peer(const struct http_waiting *table, const struct http_wait *wait)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const size_t len = sizeof(interim) - 1;
    /* From now on only its RST is an event. */
    struct epoll_event event = { .events = EPOLLONESHOT, .data.u64 = wait->id };
    return wait->passes_over &&
           epoll_ctl(table->peers_fd, EPOLL_CTL_MOD, wait->fd, &event) == 0 &&
           send(wait->fd, interim, len, MSG_NOSIGNAL | MSG_DONTWAIT) ==
               (ssize_t)len;
}

/* By number and not by pointer: the event may be older than the answer. */
static void
look_at_peer(struct http_waiting *table, const struct epoll_event *event)
{
    struct http_wait *wait;
    DL_SEARCH_SCALAR(table->list, wait, id, event->data.u64);
    if (wait == NULL)
        return;
    if ((event->events & (EPOLLERR | EPOLLHUP)) != 0 || !ask_peer(table, wait))
        resume(table, wait, HTTP_WAIT_GONE);
}

void
http_waiting_peers(struct http_waiting *table)
{
    struct epoll_event events[PEERS_AT_ONCE];
    (void)pthread_mutex_lock(&table->lock);
    int count = epoll_wait(table->peers_fd, events, PEERS_AT_ONCE, 0);
    for (int i = 0; i < count; i++)
        look_at_peer(table, &events[i]);
    (void)pthread_mutex_unlock(&table->lock);
}

void
http_waiting_close(struct http_waiting *table)
{
    struct http_wait *wait, *next;
    (void)pthread_mutex_lock(&table->lock);
    table->closed = true;
    DL_FOREACH_SAFE(table->list, wait, next)
    {
        resume(table, wait, HTTP_WAIT_GONE);
    }
    (void)pthread_mutex_unlock(&table->lock);
}
