/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/redact.h"

#include "base/utf8.h"

enum { RUN_MIN = 20 };

static bool
is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool
is_base64(uint8_t c)
{
    return is_upper(c) || is_lower(c) || is_digit(c) || c == '+' || c == '/' ||
           c == '=';
}

static bool
ends_word(uint8_t c)
{
    return c <= ' ' || c == '\'' || c == '"' || c == 0x7f;
}

static bool
looks_secret(struct span run)
{
    bool upper = false, lower = false, digit = false;
    for (size_t i = 0; i < run.len; i++) {
        upper = upper || is_upper(run.ptr[i]);
        lower = lower || is_lower(run.ptr[i]);
        digit = digit || is_digit(run.ptr[i]);
    }
    return run.len >= RUN_MIN && upper && lower && digit;
}

/* One character at the front of *text, made printable. */
static enum status
append_character(struct buf *out, struct span *text)
{
    uint32_t character;
    size_t len = utf8_decode(*text, &character);
    struct span at = span_first(*text, len);
    *text = span_skip(*text, len == 0 ? 1 : len);
    if (len == 0)
        return buf_append_byte(out, '?');
    if (character < 0x20 || character == 0x7f)
        return buf_append_byte(out, ' ');
    return buf_append(out, at);
}

static enum status
append_word(struct buf *out, struct span word)
{
    size_t at;
    bool plain = span_starts_with(word, SPAN_LITERAL("arn:")) ||
                 span_search(word, SPAN_LITERAL("://"), &at);
    enum status st = STATUS_OK;
    while (word.len > 0 && st == STATUS_OK) {
        size_t len = 0;
        while (!plain && len < word.len && is_base64(word.ptr[len]))
            len++;
        struct span run = span_first(word, len);
        word = span_skip(word, len);
        if (looks_secret(run))
            st = buf_append_text(out, "[redacted]");
        else
            st = buf_append(out, run);
        if (word.len > 0 && st == STATUS_OK)
            st = append_character(out, &word);
    }
    return st;
}

enum status
redact_print(struct buf *out, struct span text)
{
    enum status st = STATUS_OK;
    while (text.len > 0 && st == STATUS_OK)
        st = append_character(out, &text);
    return st;
}

enum status
redact_append(struct buf *out, struct span text)
{
    enum status st = STATUS_OK;
    while (text.len > 0 && st == STATUS_OK) {
        size_t len = 0;
        while (len < text.len && !ends_word(text.ptr[len]))
            len++;
        st = append_word(out, span_first(text, len));
        text = span_skip(text, len);
        if (text.len > 0 && st == STATUS_OK)
            st = append_character(out, &text);
    }
    return st;
}
