/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLUSTER_WAIT_H
#define CLUSTER_WAIT_H

#include "http/http.h"
#include "process/process.h"

/*
 * Asks `request` again and again until it is answered with 200. Ends early
 * with STATUS_NOT_FOUND when `process` (NULL: nobody's) has ended,
 * STATUS_TIMEOUT after timeout_ms, STATUS_CANCELLED on an interrupt.
 */
MUST_USE enum status wait_until_ok(const struct http_request *request,
    struct process *process, int64_t timeout_ms);

#endif
