/* SPDX-License-Identifier: Apache-2.0 */
/* What raws.c (which plans there are) and raws_run.c (how one goes) share. */
#ifndef NET_RAWS_PARTS_H
#define NET_RAWS_PARTS_H

#include "net/raws.h"

/* One plan that is being carried out. */
struct raw {
    struct raw *prev, *next;
    struct net_raws *raws;
    int fd; /* a copy of the caller's */
    struct net_raw_plan plan;
    uint64_t moment;
    net_raws_done_fn *done;
    void *context;
    struct net_task task;
    struct net_watch watch;
    struct net_timer timer;
    size_t sent;
    size_t pause;      /* the next one */
    size_t piece_sent; /* of the present piece */
    struct net_rate rate;
    unsigned unsent_steps;
    bool half_closed; /* the client sends no more, and may still read */
};

struct net_raws {
    struct net_reactor *reactor;
    struct net_heals *heals;
    struct net_relays *relays;
    struct raw *list;
    _Atomic unsigned count;
    _Atomic bool stopped;
    struct net_task stop_task;
};

/* Sends what is to be sent now; sets the timer, or waits for the socket, or
 * finishes. */
void net_raws_advance(void *raw);

/* Events to watch for beside those of writing. */
uint32_t net_raws_interest(const struct raw *raw);

/* Tells all who want to know, and frees. */
void net_raws_finish(struct raw *raw, enum net_outcome outcome);

#endif
