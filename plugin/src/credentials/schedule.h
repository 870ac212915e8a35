/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to fetch next: ahead of expiry, later and later after failures, soon
 * when AWS refused what is held. All times are in milliseconds on one clock.
 * `share` is random, 0 to 1: who started together shall not ask together.
 * Pure; the caller's lock.
 */
#ifndef CREDENTIALS_SCHEDULE_H
#define CREDENTIALS_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SCHEDULE_WINDOW_MS = 5 * 60 * 1000, /* before expiry */
    SCHEDULE_LONGEST_MS = 60 * 60 * 1000,
    SCHEDULE_RETRY_FIRST_MS = 500,
    SCHEDULE_RETRY_LONGEST_MS = 60 * 1000,
    SCHEDULE_REFUSED_MS = 30 * 1000, /* between two refusals that count */
};

struct schedule {
    int64_t due_ms;     /* INT64_MAX: never by itself */
    unsigned failures;  /* in a row */
    int64_t refused_ms; /* when a refusal counted last; 0: never */
};

/*
 * They are good until expires_ms (0: for ever). The window is five minutes,
 * or a fifth of what is left where that is less; the fetch falls into its
 * first half. Expired ones, that a service in trouble gave: tried again in 5
 * to 15 minutes, as the SDKs do. `often`: at least once an hour.
 */
void schedule_fetched(struct schedule *schedule, int64_t now_ms,
    int64_t expires_ms, bool often, double share);

/* Half a second, doubled each time up to a minute; half of it is random. */
void schedule_failed(struct schedule *schedule, int64_t now_ms, double share);

/* Whether that makes it due now. */
bool schedule_refused(struct schedule *schedule, int64_t now_ms);

#endif
