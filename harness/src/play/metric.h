/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_METRIC_H
#define PLAY_METRIC_H

#include "base/span.h"

/*
 * The sum of the series in a Prometheus text whose name is that of `wanted`
 * and that have its labels: "requests_total{operation=\"Encrypt\"}", written
 * without the quotes and braces as "requests_total operation=Encrypt code=200".
 * Parts of one are cut off. False where there is no such series.
 */
bool metric_sum(struct span text, struct span wanted, int64_t *sum);

#endif
