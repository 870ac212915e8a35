/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log_sample.h"

struct kind {
    const char *message; /* NULL: free */
    enum log_level level;
    int64_t begin_ms;
    int64_t seen;
    int64_t held;
};

static struct kind kinds[LOG_SAMPLE_KINDS];

/* A clock that was set back ends the second as well. */
static bool
is_over(const struct kind *kind, int64_t now_ms)
{
    return now_ms < kind->begin_ms ||
           now_ms - kind->begin_ms >= LOG_SAMPLE_WINDOW_MS;
}

static bool
is_for(const struct kind *kind, enum log_level level, const char *message)
{
    return kind->level == level && kind->message != NULL &&
           strcmp(kind->message, message) == 0;
}

/* The kind's own place, else one that nobody needs any more. NULL: none. */
static struct kind *
place_for(enum log_level level, const char *message, int64_t now_ms)
{
    struct kind *unused = NULL;
    for (size_t i = 0; i < LOG_SAMPLE_KINDS; i++) {
        struct kind *kind = &kinds[i];
        if (is_for(kind, level, message))
            return kind;
        if (unused == NULL && kind->held == 0 &&
            (kind->message == NULL || is_over(kind, now_ms)))
            unused = kind;
    }
    if (unused != NULL)
        *unused = (struct kind){ message, level, now_ms, 0, 0 };
    return unused;
}

bool
log_sample_admits(enum log_level level, const char *message, int64_t now_ms)
{
    struct kind *kind = place_for(level, message, now_ms);
    if (kind == NULL)
        return true;
    if (is_over(kind, now_ms)) {
        kind->begin_ms = now_ms;
        kind->seen = 0;
    }
    kind->seen++;
    if (kind->seen <= LOG_SAMPLE_FIRST ||
        (kind->seen - LOG_SAMPLE_FIRST) % LOG_SAMPLE_EACH == 0)
        return true;
    kind->held++;
    return false;
}

bool
log_sample_take(int64_t now_ms, struct log_sample_held *out)
{
    for (size_t i = 0; i < LOG_SAMPLE_KINDS; i++) {
        struct kind *kind = &kinds[i];
        if (kind->held == 0 || !is_over(kind, now_ms))
            continue;
        *out =
            (struct log_sample_held){ kind->level, kind->message, kind->held };
        kind->held = 0;
        return true;
    }
    return false;
}
