/* SPDX-License-Identifier: Apache-2.0 */
#include "http/metrics.h"

#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

const uint64_t http_metrics_bounds_us[HTTP_METRICS_BUCKETS - 1] = { 50, 100,
    250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 500000, 2500000,
    10000000 };

/*
 * Operations are static texts, so their address is their identity; that two
 * addresses might hold one text matters to nobody but the printer. A slot is
 * claimed by its operation and then belongs to the first status that comes.
 */
static bool
claim(struct http_metrics_slot *slot, const char *operation, unsigned status)
{
    const char *none = NULL;
    unsigned unset = 0;
    if (!atomic_compare_exchange_strong(&slot->operation, &none, operation) &&
        none != operation)
        return false;
    return atomic_compare_exchange_strong(&slot->http_status, &unset, status) ||
           unset == status;
}

static size_t
first_slot(const char *operation, unsigned status)
{
    uint64_t hash = ((uint64_t)(uintptr_t)operation ^ status) *
                    UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 32) & (HTTP_METRICS_SLOTS - 1);
}

static void
relaxed_add(_Atomic uint64_t *counter, uint64_t value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

void
http_metrics_count(struct http_metrics *metrics, const char *operation,
    unsigned http_status, uint64_t latency_us)
{
    size_t at = first_slot(operation, http_status);
    for (size_t i = 0; i < HTTP_METRICS_SLOTS; i++) {
        struct http_metrics_slot *slot =
            &metrics->slots[(at + i) & (HTTP_METRICS_SLOTS - 1)];
        if (!claim(slot, operation, http_status))
            continue;
        relaxed_add(&slot->count, 1);
        break;
    }
    size_t bucket = 0;
    while (bucket < HTTP_METRICS_BUCKETS - 1 &&
           latency_us > http_metrics_bounds_us[bucket])
        bucket++;
    relaxed_add(&metrics->latency[bucket], 1);
    relaxed_add(&metrics->latency_sum_us, latency_us);
}

uint64_t
http_metrics_now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}
