/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time is handed in, so that a test or an operator can move it. A clock gives
 * milliseconds since the Unix epoch, or since an arbitrary start where its
 * user says so (monotonic clocks, for deadlines). Reading is thread-safe.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/buf.h"

struct clock {
    int64_t (*read_ms)(void *context);
    void *context;
};

static inline int64_t
clock_ms(const struct clock *clock)
{
    return clock->read_ms(clock->context);
}

/* The machine's wall clock. */
struct clock clock_wall(void);

/* The machine's monotonic clock: for deadlines and durations. */
struct clock clock_monotonic(void);
int64_t clock_monotonic_ms(void); /* what it says now */

/* A clock that stands still until it is set: tests and the cluster model. */
struct clock_manual {
    _Atomic int64_t now_ms;
};
struct clock clock_manual(struct clock_manual *manual);

/* A base clock plus an offset that can be changed while it runs. */
struct clock_offset {
    struct clock base;
    _Atomic int64_t offset_ms;
};
struct clock clock_offset(struct clock_offset *offset);

/* Appends "2026-11-22T12:00:00Z" (RFC 3339, UTC, whole seconds). */
MUST_USE enum status clock_format_rfc3339(int64_t ms, struct buf *out);

/* Appends "20261122T120000Z", the form of X-Amz-Date. */
MUST_USE enum status clock_format_amz(int64_t ms, struct buf *out);

/* Reads "20261122T120000Z". STATUS_INVALID for anything else. */
MUST_USE enum status clock_parse_amz(struct span text, int64_t *ms);

#endif
