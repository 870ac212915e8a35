/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event a line on standard error, as key=value text or as JSON. Thread-
 * safe; errno is preserved. Never pass keys, plaintext, ciphertext blobs or
 * credentials: payloads have no place in a log.
 *
 * Logging never waits: a line that cannot be written at once (a full disk, a
 * pipe nobody reads) is lost, and the next that can be says how many were.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/span.h"
#include "base/status.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format {
    LOG_TEXT,
    LOG_JSON,
    LOG_ZAP, /* JSON on standard output with the names and the order of
              * kubernetes-sigs/aws-encryption-provider, which uses zap */
};

/* Call once from main. `program` is borrowed for the life of the process. */
void log_init(const char *program, enum log_level level, enum log_format form);
void log_set_level(enum log_level level);

/* Whether equal events are sampled, see base/log_sample.h; at first not. */
void log_set_sampling(bool on);

/* Tells what was held back in the seconds that are over; now and then, so that
 * it is told also when nothing else happens. */
void log_sweep(void);

/* Tells all that was held back. Last of all. */
void log_finish(void);

bool log_enabled(enum log_level level);

/* "error", "warn", "info" or "debug"; STATUS_INVALID for other words. */
MUST_USE enum status log_level_parse(struct span text, enum log_level *level);

/* A field of an event. Build them with the three functions below. */
struct log_field {
    const char *key;  /* NULL: left out */
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

/* Left out where the text is empty. */
static inline struct log_field
log_optional(const char *key, const char *text)
{
    return log_text(text[0] == '\0' ? NULL : key, text);
}

/* `place` is "FILE:LINE"; it and `message` live as long as the process. */
void log_write(const char *place, enum log_level level, const char *message,
    const struct log_field *fields, size_t count);

#define LOG_NUMBER_TEXT(number) #number
#define LOG_LINE_TEXT(line) LOG_NUMBER_TEXT(line)
#define LOG_PLACE __FILE__ ":" LOG_LINE_TEXT(__LINE__)

/*
 * log_event(LOG_INFO, "key created", log_text("key", id), log_number("n", 3));
 * log_message(LOG_INFO, "stopped");
 */
#define log_event(level, message, ...)                                         \
    log_write(LOG_PLACE, level, message,                                       \
        (const struct log_field[]){ __VA_ARGS__ },                             \
        sizeof((const struct log_field[]){ __VA_ARGS__ }) /                    \
            sizeof(struct log_field))
#define log_message(level, message)                                            \
    log_write(LOG_PLACE, level, message, NULL, 0)

#endif
