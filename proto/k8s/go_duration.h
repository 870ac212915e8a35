/* SPDX-License-Identifier: Apache-2.0 */
/* Durations as Go prints and refuses them; see num_parse_duration_ns for
 * reading them. */
#ifndef K8S_GO_DURATION_H
#define K8S_GO_DURATION_H

#include "base/buf.h"

/* Appends "3s", "-1m30.5s", "1.5ms", "0s". */
MUST_USE enum status go_duration_append(int64_t ns, struct buf *out);

/* Appends what time.ParseDuration says about a text that it refuses. */
MUST_USE enum status go_duration_problem(struct span text, struct buf *out);

#endif
