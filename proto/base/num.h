/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers from text, range-checked: the whole text must be the number. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/span.h"
#include "base/status.h"

/*
 * Decimal digits with an optional leading '-'. STATUS_INVALID for other text,
 * STATUS_TOO_LARGE for a number outside [min, max].
 */
MUST_USE enum status num_parse(
    struct span text, int64_t min, int64_t max, int64_t *out);

/*
 * A Go duration as Kubernetes and its flags write it: "3s", "1m30s", "250ms",
 * "1.5h", "0". Units h m s ms us ns. Nanoseconds.
 */
MUST_USE enum status num_parse_duration_ns(struct span text, int64_t *out);

#endif
