/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread that waits for a few long-lived descriptors (listening sockets,
 * another epoll set) and calls a tick now and then. Nothing in it may block:
 * it is what lets clients in and puts late ones out.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/status.h"

#include <stdbool.h>

enum {
    NET_LOOP_SOURCES = 8,
    NET_LOOP_TICK_MS = 100, /* how often a tick comes while one is wanted */
};

struct net_loop;

/* Called in the loop's thread when the source's descriptor is readable. */
typedef void net_ready_fn(void *context);
/* Called in the loop's thread; false: not again until net_loop_wake. */
typedef bool net_tick_fn(void *context);

struct net_source {
    int fd; /* -1: only ticks */
    net_ready_fn *ready;
    net_tick_fn *tick; /* may be NULL */
    void *context;
    const _Atomic bool *muted; /* while true the descriptor is left alone; may
                                  be NULL; net_loop_wake after a change */
};

MUST_USE enum status net_loop_new(struct net_loop **out);

/* Before net_loop_start only. STATUS_FULL beyond NET_LOOP_SOURCES. */
MUST_USE enum status net_loop_add(
    struct net_loop *loop, const struct net_source *source);

MUST_USE enum status net_loop_start(struct net_loop *loop);

/* Ticks are wanted again. Any thread. */
void net_loop_wake(struct net_loop *loop);

/* From the loop's thread: leaves this descriptor alone for one tick. */
void net_loop_pause(struct net_loop *loop, int fd);

/* Ends the thread and waits for it; closes none of the descriptors. */
void net_loop_stop(struct net_loop *loop);
void net_loop_free(struct net_loop *loop);

#endif
