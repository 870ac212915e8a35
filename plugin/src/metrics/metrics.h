/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters, gauges and histograms for Prometheus. Thread-safe; counting takes
 * no lock.
 *
 * To add one: a static const struct metrics_family where it is counted,
 * metrics_series once for each set of labels, then metrics_add, metrics_set or
 * metrics_observe. What is cheaper looked up than kept up to date is set by a
 * metrics_on_render function. Label values come from short fixed lists (keys
 * of the command line, codes): never from what a caller or KMS sends.
 */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include "base/buf.h"

struct metrics;
struct metrics_series;

enum metrics_kind { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

enum {
    METRICS_LABELS_MAX = 4,
    METRICS_SERIES_MAX = 4096, /* of all families together */
};

/* Must outlive the metrics. */
struct metrics_family {
    const char *name; /* a counter's without "_total" */
    const char *help;
    enum metrics_kind kind;
    /* Numbers are counted in units of 10^-decimals: with 3, a duration in
     * milliseconds is shown in seconds. */
    unsigned decimals;
    bool quiet; /* a series is shown only once it was used */
    const char *labels[METRICS_LABELS_MAX + 1]; /* NULL behind the last */
    const int64_t *bounds;                      /* histograms: upper, rising */
    size_t bound_count;
};

MUST_USE enum status metrics_new(struct metrics **out);
void metrics_free(struct metrics *metrics);

/*
 * The series with these values, one for each label of the family; made when
 * there is none. It lives as long as `metrics`. Without metrics (NULL) *out is
 * NULL, which the functions below take and ignore. STATUS_FULL: too many.
 */
MUST_USE enum status metrics_series(struct metrics *metrics,
    const struct metrics_family *family, const struct span *values,
    struct metrics_series **out);

void metrics_add(struct metrics_series *series, int64_t amount);
void metrics_set(struct metrics_series *series, int64_t value);
void metrics_observe(struct metrics_series *series, int64_t value);

/* What was added or set, or how many were observed. */
int64_t metrics_read(const struct metrics_series *series);

/* Calls it before each rendering, on the renderer's thread: it may set gauges,
 * but must not block, render or free. */
typedef void metrics_render_fn(void *context);
MUST_USE enum status metrics_on_render(
    struct metrics *metrics, metrics_render_fn *refresh, void *context);

enum metrics_format {
    METRICS_TEXT,        /* Prometheus 0.0.4 */
    METRICS_OPENMETRICS, /* 1.0.0 */
};

/* Appends all families, by name. */
MUST_USE enum status metrics_render(
    struct metrics *metrics, enum metrics_format format, struct buf *out);

/* The format that an HTTP Accept header asks for, and its Content-Type. */
enum metrics_format metrics_format_accepted(struct span accept);
const char *metrics_content_type(enum metrics_format format);

#endif
