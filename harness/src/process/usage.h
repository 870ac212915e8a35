/* SPDX-License-Identifier: Apache-2.0 */
/* What a process uses at a moment, as /proc says. */
#ifndef PROCESS_USAGE_H
#define PROCESS_USAGE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct usage {
    uint64_t memory; /* bytes: private dirty; where closed, anonymous */
    unsigned threads;
    unsigned descriptors; /* where closed, 0 */
    bool closed; /* it does not let others look into it, and we are not root */
};

/* STATUS_NOT_FOUND where there is no such process (any more). */
MUST_USE enum status usage_read(pid_t pid, struct usage *out);

#endif
