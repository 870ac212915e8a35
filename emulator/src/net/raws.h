/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out raw plans, all in the reactor's thread: no plan blocks another,
 * each costs its bytes and two hundred more. Milliseconds are kept.
 */
#ifndef NET_RAWS_H
#define NET_RAWS_H

#include "net/heals.h"
#include "net/raw_plan.h"
#include "net/reactor.h"

struct net_raws;
struct net_relays;

/* `relays`, borrowed, are asked who is at the other end of a socketpair;
 * `heals`, borrowed, are added to before net_raws_heal. */
MUST_USE enum status net_raws_new(struct net_reactor *reactor,
    struct net_heals *heals, struct net_relays *relays, struct net_raws **out);

/* Before a decision; any thread. */
uint64_t net_raws_moment(struct net_raws *raws);

/* In the reactor's thread, or after it has ended. */
typedef void net_raws_done_fn(
    void *context, enum net_outcome outcome, size_t sent);

/*
 * Begins to carry out the plan on a connected socket that nobody else reads
 * from or writes to until `done` is called. The descriptor stays the
 * caller's, who closes it after that: it is copied here, and shut down in
 * both directions at the end. Takes the plan.
 * `done` is called exactly once, always later; after the plan's own `ended`.
 * `moment` is that of net_raws_moment before the plan was decided on.
 * Any thread. On failure neither is called and the plan is not taken:
 * STATUS_INVALID for a plan of another form (pauses that do not ascend, too
 * many bytes), STATUS_FULL beyond NET_RAW_PLANS_MAX, or no memory or
 * descriptor.
 */
MUST_USE enum status net_raws_start(struct net_raws *raws, int fd,
    struct net_raw_plan *plan, uint64_t moment, net_raws_done_fn *done,
    void *context);

/* Ends those of one rule, or all with NET_RULE_NONE. The reactor's thread. */
void net_raws_heal(struct net_raws *raws, uint64_t rule);

/* Ends all; from now on plans end as soon as they begin. Any thread. */
void net_raws_stop(struct net_raws *raws);

/* After the reactor has stopped. Takes NULL. */
void net_raws_free(struct net_raws *raws);

#endif
