/* SPDX-License-Identifier: Apache-2.0 */
#include "net/reactor.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

enum { EVENTS_AT_ONCE = 64 };

struct net_reactor {
    int epoll_fd, wake_fd;
    /* A list and the least time in it: deadlines seldom come, and looking at
     * a thousand of them then costs less than keeping them in order. */
    struct net_timer *timers;
    uint64_t next_due_us; /* not after the first; UINT64_MAX: none */
    struct epoll_event events[EVENTS_AT_ONCE];
    int event_at, event_count;
    pthread_mutex_t lock; /* of the tasks */
    struct net_task *tasks, **tasks_end;
    _Atomic bool stopping;
    bool started;
    pthread_t thread;
};

enum status
net_reactor_new(struct net_reactor **out)
{
    struct net_reactor *reactor = calloc(1, sizeof(*reactor));
    if (reactor == NULL)
        return STATUS_NO_MEMORY;
    reactor->next_due_us = UINT64_MAX;
    reactor->tasks_end = &reactor->tasks;
    /* Does not fail with default attributes on Linux. */
    (void)pthread_mutex_init(&reactor->lock, NULL);
    reactor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    reactor->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (reactor->epoll_fd < 0 || reactor->wake_fd < 0 ||
        epoll_ctl(reactor->epoll_fd, EPOLL_CTL_ADD, reactor->wake_fd, &event) !=
            0) {
        enum status st = status_from_errno(errno);
        net_reactor_free(reactor);
        return st;
    }
    *out = reactor;
    return STATUS_OK;
}

uint64_t
net_reactor_now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void
wake(struct net_reactor *reactor)
{
    const uint64_t one = 1;
    (void)!write(reactor->wake_fd, &one, sizeof(one));
}

void
net_reactor_post(struct net_reactor *reactor, struct net_task *task)
{
    task->next = NULL;
    (void)pthread_mutex_lock(&reactor->lock);
    *reactor->tasks_end = task;
    reactor->tasks_end = &task->next;
    (void)pthread_mutex_unlock(&reactor->lock);
    wake(reactor);
}

static void
run_tasks(struct net_reactor *reactor)
{
    (void)pthread_mutex_lock(&reactor->lock);
    struct net_task *task = reactor->tasks;
    reactor->tasks = NULL;
    reactor->tasks_end = &reactor->tasks;
    (void)pthread_mutex_unlock(&reactor->lock);
    while (task != NULL) {
        struct net_task *next = task->next; /* the task may free itself */
        task->run(task->context);
        task = next;
    }
}

enum status
net_reactor_watch(
    struct net_reactor *reactor, struct net_watch *watch, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = watch };
    if (watch->watched && watch->events == events)
        return STATUS_OK;
    if (epoll_ctl(reactor->epoll_fd,
            watch->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watch->fd,
            &event) != 0)
        return status_from_errno(errno);
    watch->watched = true;
    watch->events = events;
    return STATUS_OK;
}

void
net_reactor_unwatch(struct net_reactor *reactor, struct net_watch *watch)
{
    if (!watch->watched)
        return;
    watch->watched = false;
    (void)epoll_ctl(reactor->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    for (int i = reactor->event_at; i < reactor->event_count; i++)
        if (reactor->events[i].data.ptr == watch)
            reactor->events[i].data.ptr = NULL;
}

void
net_reactor_timer(
    struct net_reactor *reactor, struct net_timer *timer, uint64_t due_us)
{
    if (timer->due_us == 0)
        DL_APPEND(reactor->timers, timer);
    timer->due_us = due_us == 0 ? 1 : due_us;
    if (due_us < reactor->next_due_us)
        reactor->next_due_us = due_us;
}

void
net_reactor_timer_stop(struct net_reactor *reactor, struct net_timer *timer)
{
    if (timer->due_us == 0)
        return;
    DL_DELETE(reactor->timers, timer);
    timer->due_us = 0;
}

/* One that is due by now, or NULL; then next_due_us is right. */
static struct net_timer *
first_due(struct net_reactor *reactor, uint64_t now_us)
{
    struct net_timer *timer;
    uint64_t next_us = UINT64_MAX;
    DL_FOREACH(reactor->timers, timer)
    {
        if (timer->due_us <= now_us)
            return timer;
        if (timer->due_us < next_us)
            next_us = timer->due_us;
    }
    reactor->next_due_us = next_us;
    return NULL;
}

/* What runs may set and stop any timer, so the search begins anew each time;
 * those that are set meanwhile are due later than now. */
static void
run_timers(struct net_reactor *reactor)
{
    uint64_t now_us = net_reactor_now_us();
    struct net_timer *timer;
    if (now_us < reactor->next_due_us)
        return;
    while ((timer = first_due(reactor, now_us)) != NULL) {
        net_reactor_timer_stop(reactor, timer);
        timer->due(timer->context);
    }
}

/* Rounded up: a deadline may come late, never early. */
static int
wait_ms(const struct net_reactor *reactor)
{
    if (reactor->next_due_us == UINT64_MAX)
        return -1;
    uint64_t now_us = net_reactor_now_us();
    if (reactor->next_due_us <= now_us)
        return 0;
    uint64_t ms = (reactor->next_due_us - now_us + 999) / 1000;
    return ms > 60 * 1000 ? 60 * 1000 : (int)ms;
}

static void
run_events(struct net_reactor *reactor)
{
    for (; reactor->event_at < reactor->event_count; reactor->event_at++) {
        struct epoll_event *event = &reactor->events[reactor->event_at];
        struct net_watch *watch = event->data.ptr;
        uint64_t counter;
        if (watch != NULL)
            watch->ready(watch->context, event->events);
        else /* what wakes us, or nothing any more */
            (void)!read(reactor->wake_fd, &counter, sizeof(counter));
    }
    reactor->event_at = reactor->event_count = 0;
}

static void *
run(void *context)
{
    struct net_reactor *reactor = context;
    while (!reactor->stopping) {
        int count = epoll_wait(reactor->epoll_fd, reactor->events,
            EVENTS_AT_ONCE, wait_ms(reactor));
        reactor->event_at = 0;
        reactor->event_count = count < 0 ? 0 : count;
        run_events(reactor);
        run_tasks(reactor);
        run_timers(reactor);
    }
    return NULL;
}

enum status
net_reactor_start(struct net_reactor *reactor)
{
    int error = pthread_create(&reactor->thread, NULL, run, reactor);
    if (error != 0)
        return status_from_errno(error);
    reactor->started = true;
    return STATUS_OK;
}

void
net_reactor_stop(struct net_reactor *reactor)
{
    reactor->stopping = true;
    if (reactor->started) {
        wake(reactor);
        (void)pthread_join(reactor->thread, NULL);
        reactor->started = false;
    }
    run_tasks(reactor);
}

void
net_reactor_free(struct net_reactor *reactor)
{
    if (reactor == NULL)
        return;
    net_reactor_stop(reactor);
    if (reactor->epoll_fd >= 0)
        (void)close(reactor->epoll_fd);
    if (reactor->wake_fd >= 0)
        (void)close(reactor->wake_fd);
    (void)pthread_mutex_destroy(&reactor->lock);
    free(reactor);
}
