/* SPDX-License-Identifier: Apache-2.0 */
/* So many bytes a second, and after a pause no more at once than a tenth of
 * that. A plain value; zeroed but for its first member it begins with the first
 * question. */
#ifndef NET_RATE_H
#define NET_RATE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes a second: more is no limit worth its name. */
#define NET_RATE_MAX UINT64_C(1000000000000)

struct net_rate {
    uint64_t per_second; /* 0: no limit; at most NET_RATE_MAX */
    uint64_t since_us;   /* since when `moved` counts; 0: not yet */
    uint64_t moved;
};

/* How many bytes may be moved now; where none, *again_us is when to ask. */
size_t net_rate_allows(
    struct net_rate *rate, uint64_t now_us, uint64_t *again_us);

/* They were. */
static inline void
net_rate_moved(struct net_rate *rate, size_t bytes)
{
    rate->moved += bytes;
}

#endif
