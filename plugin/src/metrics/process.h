/* SPDX-License-Identifier: Apache-2.0 */
/* What Prometheus's clients tell of every process, by the same names:
 * process_cpu_seconds_total, process_resident_memory_bytes, … */
#ifndef METRICS_PROCESS_H
#define METRICS_PROCESS_H

#include "metrics/metrics.h"

/* And aws_kms_plugin_build_info. */
MUST_USE enum status metrics_add_process(struct metrics *metrics);

#endif
