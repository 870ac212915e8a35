/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A circuit breaker for one place that KMS is called at: after some failures
 * in a row calls keep away for a while, then one at a time tries whether it
 * has healed. Pure: time is handed in. Belongs to one thread.
 */
#ifndef KMS_BREAKER_H
#define KMS_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BREAKER_FAILURES = 5,         /* in a row that open it */
    BREAKER_PAUSE_MS = 5000,      /* before the first trial */
    BREAKER_PAUSE_MAX_MS = 60000, /* doubled by each trial that fails */
};

/* All zero: closed. */
struct breaker {
    unsigned failures; /* in a row */
    bool trial;        /* one is under way */
    int64_t pause_ms;  /* the last one; 0 while it is closed */
    int64_t until_ms;  /* no trial before */
};

enum breaker_verdict {
    BREAKER_GOOD,    /* the place answered */
    BREAKER_BAD,     /* it did not, or with a fault of its own */
    BREAKER_NOTHING, /* the call ended before it could be told */
};

bool breaker_is_open(const struct breaker *breaker);

/* Whether breaker_enter would let a call in. */
bool breaker_admits(const struct breaker *breaker, int64_t now_ms);

/* False: keep away. *trial tells breaker_leave which call this was. */
bool breaker_enter(struct breaker *breaker, int64_t now_ms, bool *trial);

/* Once for each call, also for one that went without breaker_enter's leave
 * (with trial false). */
void breaker_leave(struct breaker *breaker, int64_t now_ms, bool trial,
    enum breaker_verdict verdict);

#endif
