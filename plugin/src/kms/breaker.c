/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/breaker.h"

bool
breaker_is_open(const struct breaker *breaker)
{
    return breaker->failures >= BREAKER_FAILURES;
}

bool
breaker_admits(const struct breaker *breaker, int64_t now_ms)
{
    return !breaker_is_open(breaker) ||
           (!breaker->trial && now_ms >= breaker->until_ms);
}

bool
breaker_enter(struct breaker *breaker, int64_t now_ms, bool *trial)
{
    if (!breaker_admits(breaker, now_ms))
        return false;
    *trial = breaker_is_open(breaker);
    if (*trial)
        breaker->trial = true;
    return true;
}

static void
pause_until(struct breaker *breaker, int64_t now_ms)
{
    breaker->pause_ms =
        breaker->pause_ms == 0 ? BREAKER_PAUSE_MS : 2 * breaker->pause_ms;
    if (breaker->pause_ms > BREAKER_PAUSE_MAX_MS)
        breaker->pause_ms = BREAKER_PAUSE_MAX_MS;
    breaker->until_ms = now_ms + breaker->pause_ms;
}

void
breaker_leave(struct breaker *breaker, int64_t now_ms, bool trial,
    enum breaker_verdict verdict)
{
    if (trial)
        breaker->trial = false;
    if (verdict == BREAKER_GOOD) {
        /* A call that was under way when it opened closes it as well. */
        breaker->failures = 0;
        breaker->pause_ms = 0;
    } else if (verdict == BREAKER_BAD) {
        bool was_open = breaker_is_open(breaker);
        if (!was_open)
            breaker->failures++;
        /* Late failures of calls from before it opened lengthen nothing. */
        if (trial || (!was_open && breaker_is_open(breaker)))
            pause_until(breaker, now_ms);
    }
}
