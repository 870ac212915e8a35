/* SPDX-License-Identifier: Apache-2.0 */
/* What an HTTP server counts. All functions may be called from any thread. */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    HTTP_METRICS_SLOTS = 512, /* pairs of operation and status; a power of 2 */
    HTTP_METRICS_BUCKETS = 14,
};

/* Upper bounds of the latency buckets, the last being "all others". */
extern const uint64_t http_metrics_bounds_us[HTTP_METRICS_BUCKETS - 1];

struct http_metrics_slot {
    const char *_Atomic operation; /* NULL: free */
    _Atomic unsigned http_status;
    _Atomic uint64_t count;
};

/* Zeroed memory is a set of metrics that has counted nothing. */
struct http_metrics {
    struct http_metrics_slot slots[HTTP_METRICS_SLOTS];
    _Atomic uint64_t latency[HTTP_METRICS_BUCKETS];
    _Atomic uint64_t latency_sum_us;
    _Atomic uint64_t connections_accepted;
    _Atomic uint64_t connections_refused; /* at the limit, or no memory */
    _Atomic uint64_t connections_expired; /* too slow, idle, or in the way */
    _Atomic int64_t connections_open;
    _Atomic int64_t requests_waiting; /* for something to become durable */
    _Atomic int64_t requests_running; /* being handled, waiting ones too */
};

/* Counts one answer. `operation` is static text. */
void http_metrics_count(struct http_metrics *metrics, const char *operation,
    unsigned http_status, uint64_t latency_us);

/* The machine's monotonic clock, in microseconds. */
uint64_t http_metrics_now_us(void);

#endif
