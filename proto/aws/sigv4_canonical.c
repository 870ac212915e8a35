/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

#include "base/encode.h"

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool
sigv4_same_name(struct span a, struct span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool
sigv4_next(struct span *rest, uint8_t separator, struct span *piece)
{
    if (rest->len == 0)
        return false;
    if (span_cut(*rest, separator, piece, rest))
        return true;
    *piece = *rest;
    *rest = (struct span){ NULL, 0 };
    return true;
}

/* A visible character that may stand in the name of a header, lower case. */
static bool
is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (c <= ' ' || c >= 0x7f || c != lower(c) || c == ':' || c == ',')
            return false;
    }
    return name.len > 0;
}

enum status
sigv4_check_names(struct span signed_headers)
{
    struct span rest = signed_headers, name, last = { 0 };
    size_t count = 0;
    while (sigv4_next(&rest, ';', &name)) {
        if (++count > SIGV4_HEADERS_MAX)
            return STATUS_TOO_LARGE;
        if (!is_name(name) || span_compare(last, name) >= 0)
            return STATUS_INVALID;
        last = name;
    }
    bool ends_open = span_ends_with(signed_headers, SPAN_LITERAL(";"));
    return count == 0 || ends_open ? STATUS_INVALID : STATUS_OK;
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Each run of blanks becomes one space; none at either end. */
static enum status
append_value(struct span value, struct buf *out)
{
    enum status st = STATUS_OK;
    value = span_trim(value);
    while (value.len > 0 && st == STATUS_OK) {
        size_t word = 0;
        while (word < value.len && !is_blank(value.ptr[word]))
            word++;
        st = buf_append(out, span_first(value, word));
        value = span_skip(value, word);
        if (value.len > 0 && st == STATUS_OK)
            st = buf_append_byte(out, ' ');
        while (value.len > 0 && is_blank(value.ptr[0]))
            value = span_skip(value, 1);
    }
    return st;
}

/* "name:value1,value2\n", the values in wire order. */
static enum status
append_header(
    const struct sigv4_request *request, struct span name, struct buf *out)
{
    bool found = false;
    enum status st = buf_append(out, name);
    for (size_t i = 0; i < request->header_count && st == STATUS_OK; i++) {
        if (!sigv4_same_name(request->headers[i].name, name))
            continue;
        st = buf_append_byte(out, found ? ',' : ':');
        if (st == STATUS_OK)
            st = append_value(request->headers[i].value, out);
        found = true;
    }
    if (st != STATUS_OK)
        return st;
    return found ? buf_append_byte(out, '\n') : STATUS_NOT_FOUND;
}

static enum status
append_headers(const struct sigv4_request *request, struct span signed_headers,
    struct buf *out)
{
    enum status st = STATUS_OK;
    struct span rest = signed_headers, name;
    while (st == STATUS_OK && sigv4_next(&rest, ';', &name))
        st = append_header(request, name, out);
    return st;
}

static enum status
append_request(const struct sigv4_request *request, struct span signed_headers,
    struct buf *out)
{
    enum status st = buf_append(out, request->method);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    if (st == STATUS_OK)
        st = sigv4_canonical_path(request->path, request->normalize_path, out);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    if (st == STATUS_OK)
        st = sigv4_canonical_query(request->query, out);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    if (st == STATUS_OK)
        st = append_headers(request, signed_headers, out);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    if (st == STATUS_OK)
        st = buf_append(out, signed_headers);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    return st == STATUS_OK ? buf_append(out, request->payload_sha256_hex) : st;
}

enum status
sigv4_canonical_request(const struct sigv4_request *request,
    struct span signed_headers, struct buf *out)
{
    enum { USUAL_LEN = 1000 };
    if (request->header_count > SIGV4_HEADERS_MAX)
        return STATUS_TOO_LARGE;
    size_t before = out->len;
    enum status st = sigv4_check_names(signed_headers);
    if (st == STATUS_OK)
        st = buf_reserve(out, USUAL_LEN);
    if (st == STATUS_OK)
        st = append_request(request, signed_headers, out);
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}

enum status
sigv4_append_scope(const struct sigv4_scope *scope, struct buf *out)
{
    const struct span parts[] = { scope->date, SPAN_LITERAL("/"), scope->region,
        SPAN_LITERAL("/"), scope->service, SPAN_LITERAL("/" SIGV4_TERMINATOR) };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(parts) && st == STATUS_OK; i++)
        st = buf_append(out, parts[i]);
    return st;
}

enum status
sigv4_string_to_sign(struct span canonical_request, struct span amz_date,
    const struct sigv4_scope *scope, struct buf *out)
{
    size_t before = out->len;
    enum status st = buf_reserve(out, 200);
    if (st == STATUS_OK)
        st = buf_append_text(out, SIGV4_ALGORITHM "\n");
    if (st == STATUS_OK)
        st = buf_append(out, amz_date);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    if (st == STATUS_OK)
        st = sigv4_append_scope(scope, out);
    if (st == STATUS_OK)
        st = buf_append_byte(out, '\n');
    if (st == STATUS_OK)
        st = sigv4_payload_hash(canonical_request, out);
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}
