/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event a line on standard error, as key=value text or as JSON. Thread-
 * safe; errno is preserved. Never pass keys, plaintext, ciphertext blobs or
 * credentials: payloads have no place in a log.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/span.h"
#include "base/status.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

/* Call once from main. `program` is borrowed for the life of the process. */
void log_init(const char *program, enum log_level level, enum log_format form);
void log_set_level(enum log_level level);
bool log_enabled(enum log_level level);

/* "error", "warn", "info" or "debug"; STATUS_INVALID for other words. */
MUST_USE enum status log_level_parse(struct span text, enum log_level *level);

/* A field of an event. Build them with the three functions below. */
struct log_field {
    const char *key;
    struct span text; /* used when is_number is false; borrowed */
    int64_t number;
    bool is_number;
};

static inline struct log_field
log_text(const char *key, const char *text)
{
    return (struct log_field){ key, span_text(text), 0, false };
}

static inline struct log_field
log_span(const char *key, struct span text)
{
    return (struct log_field){ key, text, 0, false };
}

static inline struct log_field
log_number(const char *key, int64_t number)
{
    return (struct log_field){ key, { NULL, 0 }, number, true };
}

void log_write(enum log_level level, const char *message,
    const struct log_field *fields, size_t count);

/*
 * log_event(LOG_INFO, "key created", log_text("key", id), log_number("n", 3));
 * log_message(LOG_INFO, "stopped");
 */
#define log_event(level, message, ...)                                         \
    log_write(level, message, (const struct log_field[]){ __VA_ARGS__ },       \
        sizeof((const struct log_field[]){ __VA_ARGS__ }) /                    \
            sizeof(struct log_field))
#define log_message(level, message) log_write(level, message, NULL, 0)

#endif
