/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/log_sample.h"
#include "base/log_sink.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

static struct {
    const char *program;
    _Atomic int level;
    enum log_format format;
    _Atomic bool sampling;
} config = { "", LOG_INFO, LOG_TEXT, false };

/* Orders the lines, and guards what is counted. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct event {
    const char *place;
    enum log_level level;
    const char *message;
    const struct log_field *fields;
    size_t count;
};

static const char *const level_names[] = { "error", "warn", "info", "debug" };

void
log_init(const char *program, enum log_level level, enum log_format form)
{
    config.program = program;
    config.level = (int)level;
    config.format = form;
}

void
log_set_level(enum log_level level)
{
    config.level = (int)level;
}

void
log_set_sampling(bool on)
{
    config.sampling = on;
}

bool
log_enabled(enum log_level level)
{
    return (int)level <= config.level;
}

enum status
log_level_parse(struct span text, enum log_level *level)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (!span_equal_text(text, level_names[i]))
            continue;
        *level = (enum log_level)i;
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

/* Quotes a value that would not read back as one word. */
static enum status
append_text_value(struct buf *line, struct span text)
{
    bool plain = text.len > 0;
    for (size_t i = 0; i < text.len && plain; i++)
        plain = text.ptr[i] > ' ' && text.ptr[i] < 0x7f && text.ptr[i] != '"' &&
                text.ptr[i] != '=';
    if (plain)
        return buf_append(line, text);
    return json_writer_append_quoted(line, text);
}

static enum status
format_text(struct buf *line, const struct event *e)
{
    enum status st =
        buf_printf(line, " %s %s ", level_names[e->level], config.program);
    if (st == STATUS_OK)
        st = buf_append_text(line, e->message);
    for (size_t i = 0; i < e->count && st == STATUS_OK; i++) {
        const struct log_field *field = &e->fields[i];
        if (field->key == NULL)
            continue;
        st = buf_printf(line, " %s=", field->key);
        if (st == STATUS_OK)
            st = field->is_number
                     ? buf_printf(line, "%lld", (long long)field->number)
                     : append_text_value(line, field->text);
    }
    return st;
}

/* "http/server.c:12" of a longer path, as zap has it. */
static const char *
short_place(const char *place)
{
    const char *last = NULL, *before = NULL;
    for (const char *at = place; *at != '\0'; at++)
        if (*at == '/') {
            before = last;
            last = at;
        }
    return before == NULL ? place : before + 1;
}

static void
write_heads(struct json_writer *w, const struct event *e, const char *time)
{
    if (config.format == LOG_ZAP) {
        json_write_key_text(w, "level", level_names[e->level]);
        json_write_key_text(w, "timestamp", time);
        json_write_key_text(w, "caller", short_place(e->place));
    } else {
        json_write_key_text(w, "time", time);
        json_write_key_text(w, "level", level_names[e->level]);
        json_write_key_text(w, "program", config.program);
    }
    json_write_key_text(w, "message", e->message);
}

static enum status
format_json(struct buf *line, const char *time, const struct event *e)
{
    struct json_writer w = json_writer_to(line);
    json_write_object_begin(&w);
    write_heads(&w, e, time);
    for (size_t i = 0; i < e->count; i++) {
        if (e->fields[i].key == NULL)
            continue;
        json_write_key(&w, e->fields[i].key);
        if (e->fields[i].is_number)
            json_write_int(&w, e->fields[i].number);
        else
            json_write_string(&w, e->fields[i].text);
    }
    json_write_object_end(&w);
    return json_writer_end(&w);
}

/* zap's ISO 8601 has milliseconds. */
static enum status
format_time(int64_t now_ms, struct buf *time)
{
    enum status st = clock_format_rfc3339(now_ms, time);
    if (st != STATUS_OK || config.format != LOG_ZAP)
        return st;
    buf_truncate(time, time->len - 1);
    return buf_printf(time, ".%03dZ", (int)(now_ms % 1000));
}

static enum status
format(struct buf *line, const struct event *e)
{
    struct buf time = { 0 };
    struct clock wall = clock_wall();
    enum status st = format_time(clock_ms(&wall), &time);
    if (st == STATUS_OK && config.format != LOG_TEXT)
        st = format_json(line, buf_text(&time), e);
    else if (st == STATUS_OK &&
             (st = buf_append(line, buf_span(&time))) == STATUS_OK)
        st = format_text(line, e);
    if (st == STATUS_OK)
        st = buf_append_byte(line, '\n');
    buf_reset(&time);
    return st;
}

/* The lock is held. What began and could not be ended gets its newline before
 * the next. */
static bool
put(const struct event *e)
{
    static bool torn;
    struct buf line = { 0 };
    bool whole = false;
    enum status st = torn ? buf_append_byte(&line, '\n') : STATUS_OK;
    if (st == STATUS_OK)
        st = format(&line, e);
    if (st == STATUS_OK) {
        int fd = config.format == LOG_ZAP ? STDOUT_FILENO : STDERR_FILENO;
        size_t written = log_sink_write(fd, buf_span(&line));
        whole = written == line.len;
        torn = whole ? false : torn || written > 0;
    }
    buf_reset(&line);
    return whole;
}

/* The lock is held. */
static void
put_counted(const struct event *e)
{
    static int64_t lost;
    if (lost > 0) {
        const struct log_field count = log_number("lines", lost);
        if (!put(&(struct event){ LOG_PLACE, LOG_WARN,
                "log lines could not be written", &count, 1 })) {
            lost++;
            return;
        }
        lost = 0;
    }
    if (!put(e))
        lost++;
}

/* The lock is held. */
static void
put_held(int64_t now_ms)
{
    struct log_sample_held held;
    while (log_sample_take(now_ms, &held)) {
        const struct log_field fields[] = { log_text("event", held.message),
            log_number("more", held.count) };
        put_counted(&(struct event){ LOG_PLACE, held.level,
            "more like this were not logged", fields, ARRAY_LEN(fields) });
    }
}

void
log_write(const char *place, enum log_level level, const char *message,
    const struct log_field *fields, size_t count)
{
    if (!log_enabled(level))
        return;
    int saved_errno = errno;
    struct clock clock = clock_monotonic();
    int64_t now_ms = clock_ms(&clock);
    (void)pthread_mutex_lock(&lock);
    put_held(now_ms);
    if (!config.sampling || log_sample_admits(level, message, now_ms))
        put_counted(&(struct event){ place, level, message, fields, count });
    (void)pthread_mutex_unlock(&lock);
    errno = saved_errno;
}

void
log_sweep(void)
{
    struct clock clock = clock_monotonic();
    (void)pthread_mutex_lock(&lock);
    put_held(clock_ms(&clock));
    (void)pthread_mutex_unlock(&lock);
}

void
log_finish(void)
{
    (void)pthread_mutex_lock(&lock);
    put_held(INT64_MAX);
    (void)pthread_mutex_unlock(&lock);
}
