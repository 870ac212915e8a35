/* SPDX-License-Identifier: Apache-2.0 */
/* How families and series are kept. Private to metrics. */
#ifndef METRICS_METRICS_INTERNAL_H
#define METRICS_METRICS_INTERNAL_H

#include "metrics/metrics.h"

#include <pthread.h>

struct metrics_series {
    struct metrics_series *next;
    const struct metrics_family *family;
    struct buf labels; /* key="a",operation="b", escaped */
    _Atomic bool used;
    _Atomic int64_t value; /* a histogram's sum */
    /* Histograms: each bucket alone, one more than bounds. */
    _Atomic uint64_t buckets[];
};

struct metrics_shelf {
    struct metrics_shelf *next; /* by name */
    const struct metrics_family *family;
    struct metrics_series *series; /* in the order they were made */
};

struct metrics_refresh {
    struct metrics_refresh *next;
    metrics_render_fn *call;
    void *context;
};

/* First in whatever shall be freed with the metrics. */
struct metrics_owned {
    struct metrics_owned *next;
};

struct metrics {
    pthread_mutex_t lock; /* guards the lists; they only grow */
    struct metrics_shelf *shelves;
    struct metrics_refresh *refreshes;
    struct metrics_owned *owned;
    size_t series_count;
};

/* `owned` is freed with the metrics. */
void metrics_keep(struct metrics *metrics, struct metrics_owned *owned);

#endif
