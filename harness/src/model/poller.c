/* SPDX-License-Identifier: Apache-2.0 */
#include "model/poller.h"

static bool
is_good(struct provider *provider)
{
    struct transform_error error = { 0 };
    enum status st = provider_health(provider, &error);
    transform_error_reset(&error);
    return st == STATUS_OK;
}

void
poller_start(struct poller *poller, struct provider *provider, int64_t now_ms)
{
    poller->provider = provider;
    poller->steady_ms = now_ms + KMS_V2_POLL_GOOD_MS;
    poller->recovery_ms = INT64_MAX;
    poller->priming_ms =
        is_good(provider) ? INT64_MAX : now_ms + KMS_V2_POLL_BAD_MS;
}

int64_t
poller_next_ms(const struct poller *poller)
{
    int64_t next = poller->priming_ms;
    /* While it recovers, the steady loop does not ask. */
    int64_t other = poller->recovery_ms != INT64_MAX ? poller->recovery_ms
                                                     : poller->steady_ms;
    return other < next ? other : next;
}

static void
run_steady(struct poller *poller, int64_t now_ms)
{
    bool good = is_good(poller->provider);
    while (poller->steady_ms <= now_ms)
        poller->steady_ms += KMS_V2_POLL_GOOD_MS;
    poller->recovery_ms = good ? INT64_MAX : now_ms + KMS_V2_POLL_BAD_MS;
}

void
poller_run(struct poller *poller, int64_t now_ms)
{
    if (poller->priming_ms <= now_ms)
        poller->priming_ms =
            is_good(poller->provider) ? INT64_MAX : now_ms + KMS_V2_POLL_BAD_MS;
    if (poller->recovery_ms <= now_ms ||
        (poller->recovery_ms == INT64_MAX && poller->steady_ms <= now_ms))
        run_steady(poller, now_ms);
}
