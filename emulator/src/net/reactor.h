/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread that waits for many short-lived descriptors and deadlines (the
 * few long-lived ones are net/loop's). All that it calls runs in its thread,
 * so what lives there needs no locks; other threads post tasks. Nothing in it
 * may block.
 */
#ifndef NET_REACTOR_H
#define NET_REACTOR_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct net_reactor;

/* Events are epoll's. Errors and hang-ups are told also when not asked for. */
typedef void net_watch_fn(void *context, uint32_t events);
typedef void net_due_fn(void *context);

/* Embedded in its owner, where it stays. */
struct net_watch {
    int fd;
    uint32_t events; /* asked for at present */
    bool watched;
    net_watch_fn *ready;
    void *context;
};

struct net_timer {
    struct net_timer *prev, *next;
    uint64_t due_us; /* 0: not set */
    net_due_fn *due;
    void *context;
};

struct net_task {
    struct net_task *next;
    net_due_fn *run;
    void *context;
};

MUST_USE enum status net_reactor_new(struct net_reactor **out);
MUST_USE enum status net_reactor_start(struct net_reactor *reactor);

/* Runs the task soon, and in the order of the posts. Any thread; the task is
 * the reactor's until it runs. After the stop tasks run in net_reactor_stop
 * or not at all. */
void net_reactor_post(struct net_reactor *reactor, struct net_task *task);

/* The rest: in the reactor's thread, or while there is none. */

/* Asks for these events; with 0 only errors and hang-ups are told. */
MUST_USE enum status net_reactor_watch(
    struct net_reactor *reactor, struct net_watch *watch, uint32_t events);
/* Before the descriptor is closed; events already fetched are dropped too. */
void net_reactor_unwatch(struct net_reactor *reactor, struct net_watch *watch);

/* Sets or moves. `due` runs once, at that time of net_reactor_now_us. */
void net_reactor_timer(
    struct net_reactor *reactor, struct net_timer *timer, uint64_t due_us);
void net_reactor_timer_stop(
    struct net_reactor *reactor, struct net_timer *timer);

/* The machine's monotonic clock, in microseconds. */
uint64_t net_reactor_now_us(void);

/* Runs what was posted, ends the thread, waits for it. */
void net_reactor_stop(struct net_reactor *reactor);
/* Stops. Takes NULL. */
void net_reactor_free(struct net_reactor *reactor);

#endif
