/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules were healed lately. What a rule asks for is decided in one
 * thread and begun in another; who heals it in between must not be missed. So
 * the moment is noted before the decision, and looked back to at the
 * beginning. Any thread.
 */
#ifndef NET_HEALS_H
#define NET_HEALS_H

#include "net/faults.h"

#include <pthread.h>

enum { NET_HEALS_KEPT = 128 };

struct net_heals {
    pthread_mutex_t lock;
    _Atomic uint64_t count;         /* of all so far; written under the lock */
    uint64_t rules[NET_HEALS_KEPT]; /* the last ones; NET_RULE_NONE: all */
};

void net_heals_init(struct net_heals *heals);
void net_heals_reset(struct net_heals *heals);

void net_heals_add(struct net_heals *heals, uint64_t rule);

/* The moment, for net_heals_since. Costs nothing. */
static inline uint64_t
net_heals_now(const struct net_heals *heals)
{
    return heals->count;
}

/* Whether the rule was healed since then. Where too much was, to remember it
 * all, it is taken to be. */
bool net_heals_since(struct net_heals *heals, uint64_t moment, uint64_t rule);

#endif
