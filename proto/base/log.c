/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_writer.h"

#include <errno.h>
#include <unistd.h>

static struct {
    const char *program;
    _Atomic int level;
    enum log_format format;
} config = { "", LOG_INFO, LOG_TEXT };

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
format_text(struct buf *line, enum log_level level, const char *message,
    const struct log_field *fields, size_t count)
{
    enum status st =
        buf_printf(line, " %s %s ", level_names[level], config.program);
    if (st == STATUS_OK)
        st = buf_append_text(line, message);
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        st = buf_printf(line, " %s=", fields[i].key);
        if (st == STATUS_OK)
            st = fields[i].is_number
                     ? buf_printf(line, "%lld", (long long)fields[i].number)
                     : append_text_value(line, fields[i].text);
    }
    return st;
}

static enum status
format_json(struct buf *line, const char *time, enum log_level level,
    const char *message, const struct log_field *fields, size_t count)
{
    struct json_writer w = json_writer_to(line);
    json_write_object_begin(&w);
    json_write_key_text(&w, "time", time);
    json_write_key_text(&w, "level", level_names[level]);
    json_write_key_text(&w, "program", config.program);
    json_write_key_text(&w, "message", message);
    for (size_t i = 0; i < count; i++) {
        json_write_key(&w, fields[i].key);
        if (fields[i].is_number)
            json_write_int(&w, fields[i].number);
        else
            json_write_string(&w, fields[i].text);
    }
    json_write_object_end(&w);
    return json_writer_end(&w);
}

void
log_write(enum log_level level, const char *message,
    const struct log_field *fields, size_t count)
{
    if (!log_enabled(level))
        return;
    int saved_errno = errno;
    struct buf line = { 0 }, time = { 0 };
    struct clock wall = clock_wall();
    enum status st = clock_format_rfc3339(clock_ms(&wall), &time);
    if (st == STATUS_OK && config.format == LOG_JSON)
        st = format_json(&line, buf_text(&time), level, message, fields, count);
    else if (st == STATUS_OK &&
             (st = buf_append(&line, buf_span(&time))) == STATUS_OK)
        st = format_text(&line, level, message, fields, count);
    if (st == STATUS_OK)
        st = buf_append_byte(&line, '\n');
    /* One write, so that lines of several threads do not mix. */
    if (st == STATUS_OK) /* where it cannot be written nobody can be told */
        (void)!write(STDERR_FILENO, line.ptr, line.len);
    buf_reset(&line);
    buf_reset(&time);
    errno = saved_errno;
}
