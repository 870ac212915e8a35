/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"

#include "base/encode.h"
#include "base/utf8.h"

struct json_writer
json_writer_to(struct buf *out)
{
    return (struct json_writer){ .out = out, .start = out->len };
}

static void
note(struct json_writer *w, enum status st)
{
    if (w->status == STATUS_OK)
        w->status = st;
}

enum status
json_writer_end(struct json_writer *w)
{
    if (w->depth != 0 || w->key_pending)
        note(w, STATUS_INTERNAL);
    if (w->status != STATUS_OK)
        buf_truncate(w->out, w->start);
    return w->status;
}

/* What must stand before a value: nothing after a key, else maybe a comma. */
static bool
before_value(struct json_writer *w)
{
    if (w->status != STATUS_OK)
        return false;
    if (w->key_pending) {
        w->key_pending = false;
        return true;
    }
    uint64_t bit = UINT64_C(1) << w->depth;
    if ((w->filled & bit) != 0 && w->depth > 0)
        note(w, buf_append_byte(w->out, ','));
    w->filled |= bit;
    return w->status == STATUS_OK;
}

static void
open_level(struct json_writer *w, uint8_t bracket)
{
    if (!before_value(w))
        return;
    if (w->depth + 1 >= JSON_WRITER_DEPTH) {
        note(w, STATUS_TOO_LARGE);
        return;
    }
    w->depth++;
    w->filled &= ~(UINT64_C(1) << w->depth);
    note(w, buf_append_byte(w->out, bracket));
}

static void
close_level(struct json_writer *w, uint8_t bracket)
{
    if (w->status != STATUS_OK)
        return;
    if (w->depth == 0 || w->key_pending) {
        note(w, STATUS_INTERNAL);
        return;
    }
    w->depth--;
    note(w, buf_append_byte(w->out, bracket));
}

void
json_write_object_begin(struct json_writer *w)
{
    open_level(w, '{');
}

void
json_write_object_end(struct json_writer *w)
{
    close_level(w, '}');
}

void
json_write_array_begin(struct json_writer *w)
{
    open_level(w, '[');
}

void
json_write_array_end(struct json_writer *w)
{
    close_level(w, ']');
}

void
json_write_key_span(struct json_writer *w, struct span key)
{
    if (!before_value(w))
        return;
    note(w, json_writer_append_quoted(w->out, key));
    note(w, buf_append_byte(w->out, ':'));
    w->key_pending = true;
}

void
json_write_key(struct json_writer *w, const char *key)
{
    json_write_key_span(w, span_text(key));
}

static enum status
append_escaped(struct buf *out, uint32_t c)
{
    switch (c) {
    case '"':
        return buf_append_text(out, "\\\"");
    case '\\':
        return buf_append_text(out, "\\\\");
    case '\n':
        return buf_append_text(out, "\\n");
    case '\r':
        return buf_append_text(out, "\\r");
    case '\t':
        return buf_append_text(out, "\\t");
    default:
        return buf_printf(out, "\\u%04x", (unsigned)c);
    }
}

/* The length of the run at the start of text that needs no escape. */
static size_t
plain_run(struct span text)
{
    size_t i = 0;
    while (i < text.len && text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f &&
           text.ptr[i] != '"' && text.ptr[i] != '\\')
        i++;
    return i;
}

enum status
json_writer_append_quoted(struct buf *out, struct span text)
{
    size_t before = out->len;
    enum status st = buf_append_byte(out, '"');
    while (text.len > 0 && st == STATUS_OK) {
        size_t run = plain_run(text);
        if (run > 0) {
            st = buf_append(out, span_first(text, run));
            text = span_skip(text, run);
            continue;
        }
        uint32_t c;
        size_t len = utf8_decode(text, &c);
        if (len == 0) {
            st = buf_append_text(out, "\xef\xbf\xbd");
            len = 1;
        } else if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
            st = append_escaped(out, c);
        } else {
            st = buf_append(out, span_first(text, len));
        }
        text = span_skip(text, len);
    }
    if (st == STATUS_OK)
        st = buf_append_byte(out, '"');
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}

void
json_write_string(struct json_writer *w, struct span text)
{
    if (before_value(w))
        note(w, json_writer_append_quoted(w->out, text));
}

void
json_write_text(struct json_writer *w, const char *text)
{
    json_write_string(w, span_text(text));
}

void
json_write_int(struct json_writer *w, int64_t value)
{
    if (before_value(w))
        note(w, buf_printf(w->out, "%lld", (long long)value));
}

void
json_write_bool(struct json_writer *w, bool value)
{
    if (before_value(w))
        note(w, buf_append_text(w->out, value ? "true" : "false"));
}

void
json_write_null(struct json_writer *w)
{
    if (before_value(w))
        note(w, buf_append_text(w->out, "null"));
}

void
json_write_base64(struct json_writer *w, struct span bytes)
{
    if (!before_value(w))
        return;
    note(w, buf_append_byte(w->out, '"'));
    note(w, base64_encode(bytes, w->out));
    note(w, buf_append_byte(w->out, '"'));
}

void
json_write_timestamp_ms(struct json_writer *w, int64_t ms)
{
    if (before_value(w))
        note(w, buf_printf(w->out, "%lld.%03d", (long long)(ms / 1000),
                    (int)(ms % 1000 < 0 ? -(ms % 1000) : ms % 1000)));
}

void
json_write_raw(struct json_writer *w, struct span json)
{
    if (before_value(w))
        note(w, buf_append(w->out, json));
}

void
json_write_key_string(struct json_writer *w, const char *key, struct span text)
{
    json_write_key(w, key);
    json_write_string(w, text);
}

void
json_write_key_text(struct json_writer *w, const char *key, const char *text)
{
    json_write_key(w, key);
    json_write_text(w, text);
}

void
json_write_key_int(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

void
json_write_key_bool(struct json_writer *w, const char *key, bool value)
{
    json_write_key(w, key);
    json_write_bool(w, value);
}

void
json_write_key_base64(struct json_writer *w, const char *key, struct span bytes)
{
    json_write_key(w, key);
    json_write_base64(w, bytes);
}
