/* SPDX-License-Identifier: Apache-2.0 */
#include "net/heals.h"

void
net_heals_init(struct net_heals *heals)
{
    heals->count = 0;
    /* Does not fail with default attributes on Linux. */
    (void)pthread_mutex_init(&heals->lock, NULL);
}

void
net_heals_reset(struct net_heals *heals)
{
    (void)pthread_mutex_destroy(&heals->lock);
}

void
net_heals_add(struct net_heals *heals, uint64_t rule)
{
    (void)pthread_mutex_lock(&heals->lock);
    heals->rules[heals->count % NET_HEALS_KEPT] = rule;
    heals->count++;
    (void)pthread_mutex_unlock(&heals->lock);
}

bool
net_heals_since(struct net_heals *heals, uint64_t moment, uint64_t rule)
{
    (void)pthread_mutex_lock(&heals->lock);
    bool healed = heals->count - moment > NET_HEALS_KEPT;
    for (uint64_t i = moment; !healed && i < heals->count; i++) {
        uint64_t one = heals->rules[i % NET_HEALS_KEPT];
        healed = one == NET_RULE_NONE || one == rule;
    }
    (void)pthread_mutex_unlock(&heals->lock);
    return healed;
}
