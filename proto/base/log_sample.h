/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of many equal events are logged: of one level and message the first
 * LOG_SAMPLE_FIRST in a second, then each LOG_SAMPLE_EACH-th, as zap's
 * production logger does; what was held back is counted and told afterwards.
 * One state for the process. Not thread-safe: base/log's lock guards it.
 */
#ifndef BASE_LOG_SAMPLE_H
#define BASE_LOG_SAMPLE_H

#include "base/log.h"

enum {
    LOG_SAMPLE_FIRST = 100,
    LOG_SAMPLE_EACH = 100,
    LOG_SAMPLE_WINDOW_MS = 1000,
    LOG_SAMPLE_KINDS = 64, /* of events in a second; others are not sampled */
};

/* Counts the event; false if it is to be held back. `message` must live as
 * long as the process, as a literal does. */
bool log_sample_admits(
    enum log_level level, const char *message, int64_t now_ms);

struct log_sample_held {
    enum log_level level;
    const char *message;
    int64_t count;
};

/* Takes out one kind that was held back in a second that is over by now_ms;
 * false when there is none. */
bool log_sample_take(int64_t now_ms, struct log_sample_held *out);

#endif
