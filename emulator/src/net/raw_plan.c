/* SPDX-License-Identifier: Apache-2.0 */
#include "net/raw_plan.h"

void
net_raw_plan_reset(struct net_raw_plan *plan)
{
    buf_reset(&plan->bytes);
    *plan = (struct net_raw_plan){ 0 };
}

bool
net_raw_plan_valid(const struct net_raw_plan *plan)
{
    if (plan->bytes.len > NET_RAW_BYTES_MAX ||
        plan->pause_count > NET_RAW_PAUSES ||
        plan->bytes_per_second > NET_RATE_MAX ||
        plan->piece_ms > NET_WAIT_MAX_MS ||
        (plan->piece_ms > 0 && plan->piece == 0))
        return false;
    for (size_t i = 0; i < plan->pause_count; i++)
        if (plan->pauses[i].ms > NET_WAIT_MAX_MS ||
            (i > 0 && plan->pauses[i].at < plan->pauses[i - 1].at))
            return false;
    return true;
}
