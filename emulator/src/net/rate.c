/* SPDX-License-Identifier: Apache-2.0 */
#include "net/rate.h"

enum {
    STEP_US = 10 * 1000,   /* so long at least between two moves */
    SAVED_US = 100 * 1000, /* so long unused counts, and no longer */
    SECOND_US = 1000 * 1000,
};

/* Bytes within a time; neither overflows: see NET_RATE_MAX. */
static uint64_t
bytes_in(uint64_t us, uint64_t per_second)
{
    return us / SECOND_US * per_second +
           us % SECOND_US * per_second / SECOND_US;
}

size_t
net_rate_allows(struct net_rate *rate, uint64_t now_us, uint64_t *again_us)
{
    if (rate->per_second == 0)
        return SIZE_MAX;
    uint64_t due = bytes_in(now_us - rate->since_us, rate->per_second);
    uint64_t saved = bytes_in(SAVED_US, rate->per_second);
    if (rate->since_us == 0 || due > rate->moved + saved + 1) {
        rate->since_us = now_us;
        rate->moved = due = 0;
    }
    if (due > rate->moved)
        return (size_t)(due - rate->moved);
    uint64_t byte_us = SECOND_US / rate->per_second;
    *again_us = now_us + (byte_us > STEP_US ? byte_us : STEP_US);
    return 0;
}
