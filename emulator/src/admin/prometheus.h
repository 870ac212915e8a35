/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ADMIN_PROMETHEUS_H
#define ADMIN_PROMETHEUS_H

#include "base/buf.h"
#include "http/metrics.h"

/* Appends the metrics in Prometheus' text format 0.0.4. */
struct fault_table;

/* `faults` may be NULL. */
MUST_USE enum status admin_prometheus_print(const struct http_metrics *metrics,
    struct fault_table *faults, struct buf *out);

#endif
