/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/schedule.h"

enum { STALE_FIRST_MS = 5 * 60 * 1000, STALE_SPREAD_MS = 10 * 60 * 1000 };

void
schedule_fetched(struct schedule *schedule, int64_t now_ms, int64_t expires_ms,
    bool often, double share)
{
    int64_t left_ms = expires_ms - now_ms;
    schedule->failures = 0;
    schedule->due_ms = INT64_MAX;
    if (expires_ms == 0)
        return;
    if (left_ms <= 0) {
        schedule->due_ms =
            now_ms + STALE_FIRST_MS + (int64_t)(share * STALE_SPREAD_MS);
        return;
    }
    if (often && left_ms > SCHEDULE_LONGEST_MS)
        left_ms = SCHEDULE_LONGEST_MS;
    int64_t window_ms =
        left_ms / 5 < SCHEDULE_WINDOW_MS ? left_ms / 5 : SCHEDULE_WINDOW_MS;
    schedule->due_ms =
        now_ms + left_ms - window_ms + (int64_t)(share * (double)window_ms / 2);
}

void
schedule_failed(struct schedule *schedule, int64_t now_ms, double share)
{
    int64_t delay_ms = SCHEDULE_RETRY_LONGEST_MS;
    if (schedule->failures < 7)
        delay_ms = SCHEDULE_RETRY_FIRST_MS << schedule->failures;
    schedule->failures++;
    schedule->due_ms =
        now_ms + delay_ms / 2 + (int64_t)(share * (double)delay_ms / 2);
}

bool
schedule_refused(struct schedule *schedule, int64_t now_ms)
{
    if (schedule->failures > 0 ||
        (schedule->refused_ms != 0 &&
            now_ms - schedule->refused_ms < SCHEDULE_REFUSED_MS))
        return false;
    schedule->refused_ms = now_ms;
    schedule->due_ms = now_ms;
    return true;
}
