/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

#include <stdlib.h>

/* RFC 3986, 2.3: what SigV4 leaves as it is. */
static bool
is_unreserved(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static enum status
append_encoded(struct span text, bool keep_slash, struct buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    enum status st = buf_reserve(out, text.len);
    for (size_t i = 0; i < text.len && st == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            st = buf_append_byte(out, c);
            continue;
        }
        const char triple[3] = { '%', digits[c >> 4], digits[c & 15] };
        st = buf_append(out, span_of(triple, sizeof(triple)));
    }
    return st;
}

static int
hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that %XX at the start of text stands for, or -1. */
static int
decode_triple(struct span text)
{
    if (text.len < 3 || text.ptr[0] != '%')
        return -1;
    int high = hex_digit(text.ptr[1]), low = hex_digit(text.ptr[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

enum status
sigv4_uri_decode(struct span text, struct buf *out)
{
    enum status st = buf_reserve(out, text.len);
    while (text.len > 0 && st == STATUS_OK) {
        int byte = decode_triple(text);
        st = buf_append_byte(out, byte < 0 ? text.ptr[0] : (uint8_t)byte);
        text = span_skip(text, byte < 0 ? 1 : 3);
    }
    return st;
}

/* Encodes what may be encoded already, so that it is so once. */
static enum status
append_recoded(struct span text, bool keep_slash, struct buf *out)
{
    struct buf plain = { 0 };
    enum status st = sigv4_uri_decode(text, &plain);
    if (st == STATUS_OK)
        st = append_encoded(buf_span(&plain), keep_slash, out);
    buf_reset(&plain);
    return st;
}

static void
drop_last_segment(struct buf *path)
{
    size_t len = path->len;
    while (len > 0 && path->ptr[len - 1] != '/')
        len--;
    buf_truncate(path, len > 0 ? len - 1 : 0);
}

/* Appends to the empty *out the path without ".", ".." and empty segments;
 * a '/' at its end stays. */
static enum status
remove_dot_segments(struct span path, struct buf *out)
{
    enum status st = STATUS_OK;
    struct span rest = path, segment;
    while (st == STATUS_OK && sigv4_next(&rest, '/', &segment)) {
        if (segment.len == 0 || span_equal_text(segment, "."))
            continue;
        if (span_equal_text(segment, "..")) {
            drop_last_segment(out);
            continue;
        }
        st = buf_append_byte(out, '/');
        if (st == STATUS_OK)
            st = buf_append(out, segment);
    }
    if (st == STATUS_OK && (out->len == 0 || path.ptr[path.len - 1] == '/'))
        st = buf_append_byte(out, '/');
    return st;
}

enum status
sigv4_canonical_path(struct span path, bool normalize, struct buf *out)
{
    if (path.len == 0 || span_equal_text(path, "/"))
        return buf_append_byte(out, '/');
    if (!normalize)
        return append_recoded(path, true, out);
    /* As on the wire and encoded once more: all services but S3. */
    struct buf plain = { 0 };
    enum status st = remove_dot_segments(path, &plain);
    if (st == STATUS_OK)
        st = append_encoded(buf_span(&plain), true, out);
    buf_reset(&plain);
    return st;
}

struct parameter {
    size_t name_len, value_len;
    struct span name, value; /* into the text of encoded ones */
};

struct parameters {
    struct parameter list[SIGV4_QUERY_MAX];
    size_t count;
    struct buf text;
};

static enum status
add_parameter(struct parameters *all, struct span pair)
{
    if (all->count == SIGV4_QUERY_MAX)
        return STATUS_TOO_LARGE;
    struct span name = pair, value = { 0 };
    (void)span_cut(pair, '=', &name, &value);
    struct parameter *parameter = &all->list[all->count];
    size_t start = all->text.len;
    enum status st = append_recoded(name, false, &all->text);
    parameter->name_len = all->text.len - start;
    start = all->text.len;
    if (st == STATUS_OK)
        st = append_recoded(value, false, &all->text);
    parameter->value_len = all->text.len - start;
    if (st == STATUS_OK)
        all->count++;
    return st;
}

static int
compare_parameters(const void *left, const void *right)
{
    const struct parameter *a = left, *b = right;
    int order = span_compare(a->name, b->name);
    return order != 0 ? order : span_compare(a->value, b->value);
}

/* Only now, as the text no longer moves. */
static void
sort_parameters(struct parameters *all)
{
    struct span rest = buf_span(&all->text);
    for (size_t i = 0; i < all->count; i++) {
        struct parameter *parameter = &all->list[i];
        parameter->name = span_first(rest, parameter->name_len);
        rest = span_skip(rest, parameter->name_len);
        parameter->value = span_first(rest, parameter->value_len);
        rest = span_skip(rest, parameter->value_len);
    }
    qsort(all->list, all->count, sizeof(all->list[0]), compare_parameters);
}

static enum status
append_parameter(const struct parameter *parameter, bool first, struct buf *out)
{
    enum status st = first ? STATUS_OK : buf_append_byte(out, '&');
    if (st == STATUS_OK)
        st = buf_append(out, parameter->name);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '=');
    return st == STATUS_OK ? buf_append(out, parameter->value) : st;
}

enum status
sigv4_canonical_query(struct span query, struct buf *out)
{
    if (query.len == 0)
        return STATUS_OK;
    struct parameters all;
    all.count = 0;
    all.text = (struct buf){ 0 };
    enum status st = STATUS_OK;
    struct span pair;
    while (st == STATUS_OK && sigv4_next(&query, '&', &pair))
        if (pair.len > 0)
            st = add_parameter(&all, pair);
    if (st == STATUS_OK)
        sort_parameters(&all);
    for (size_t i = 0; i < all.count && st == STATUS_OK; i++)
        st = append_parameter(&all.list[i], i == 0, out);
    buf_reset(&all.text);
    return st;
}
