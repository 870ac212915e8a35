/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/go_url.h"

#include "k8s/go_text.h"

/* Collects what is wrong; the first fault counts. */
struct parser {
    struct buf fault;
    enum status status;
};

static void
refuse(
    struct parser *p, const char *before, struct span quoted, const char *after)
{
    if (p->status != STATUS_OK)
        return;
    p->status = buf_append_text(&p->fault, before);
    if (p->status == STATUS_OK && quoted.len > 0)
        p->status = go_text_quote(quoted, &p->fault);
    if (p->status == STATUS_OK)
        p->status = buf_append_text(&p->fault, after);
    if (p->status == STATUS_OK)
        p->status = STATUS_INVALID;
}

static void
refuse_text(struct parser *p, const char *text)
{
    refuse(p, text, (struct span){ NULL, 0 }, "");
}

static bool
is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool
is_hex(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Each '%' must lead two hexadecimal digits. */
static void
check_escapes(struct parser *p, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%')
            continue;
        if (i + 2 < text.len && is_hex(text.ptr[i + 1]) &&
            is_hex(text.ptr[i + 2]))
            continue;
        refuse(p, "invalid URL escape ", span_first(span_skip(text, i), 3), "");
        return;
    }
}

static void
check_host_letters(struct parser *p, struct span host)
{
    static const char allowed[] = "-_.~!$&'()*+,;=:[]<>\"%";
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.ptr[i];
        if (is_letter(c) || is_digit(c) || c >= 0x80 ||
            strchr(allowed, c) != NULL)
            continue;
        refuse(
            p, "invalid character ", span_of(&host.ptr[i], 1), " in host name");
        return;
    }
}

/* "", ":" or ":8080". */
static bool
is_port(struct span text)
{
    for (size_t i = 1; i < text.len; i++)
        if (!is_digit(text.ptr[i]))
            return false;
    return text.len == 0 || text.ptr[0] == ':';
}

/* HOST or HOST:PORT, with an IPv6 address in brackets. */
static void
check_host(struct parser *p, struct span host)
{
    size_t at;
    struct span port = { NULL, 0 };
    if (host.len > 0 && host.ptr[0] == '[') {
        if (!span_find(host, ']', &at)) {
            refuse_text(p, "missing ']' in host");
            return;
        }
        port = span_skip(host, at + 1);
    } else {
        for (size_t i = host.len; i > 0 && port.len == 0; i--)
            if (host.ptr[i - 1] == ':')
                port = span_skip(host, i - 1);
    }
    if (!is_port(port))
        refuse(p, "invalid port ", port, " after host");
    check_host_letters(p, host);
}

/* The part before "//PATH": [USER@]HOST. */
static void
check_authority(struct parser *p, struct span authority)
{
    for (size_t i = authority.len; i > 0; i--) {
        if (authority.ptr[i - 1] != '@')
            continue;
        authority = span_skip(authority, i);
        break;
    }
    check_host(p, authority);
}

/* How long the scheme at the start is; 0 for none. */
static size_t
scheme_len(struct parser *p, struct span url)
{
    for (size_t i = 0; i < url.len; i++) {
        uint8_t c = url.ptr[i];
        if (is_letter(c))
            continue;
        if (c == ':' && i == 0)
            refuse_text(p, "missing protocol scheme");
        if (c == ':')
            return i;
        if (i == 0 || !(is_digit(c) || c == '+' || c == '-' || c == '.'))
            return 0;
    }
    return 0;
}

static void
check_control(struct parser *p, struct span url)
{
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] < 0x20 || url.ptr[i] == 0x7f) {
            refuse_text(p, "net/url: invalid control character in URL");
            return;
        }
}

/* A path without a scheme may have no colon before its first slash. */
static void
check_first_segment(struct parser *p, struct span rest)
{
    size_t colon, slash = rest.len;
    (void)span_find(rest, '/', &slash);
    if (span_find(rest, ':', &colon) && colon < slash)
        refuse_text(p, "first path segment in URL cannot contain colon");
}

static void
check_rest(struct parser *p, struct span rest, bool has_scheme)
{
    struct span ignored, path = rest;
    size_t at;
    if (span_cut(rest, '?', &rest, &ignored))
        path = rest;
    if (!has_scheme && (rest.len == 0 || rest.ptr[0] != '/'))
        check_first_segment(p, rest);
    if (has_scheme && (rest.len == 0 || rest.ptr[0] != '/'))
        return; /* opaque: "unix:x" */
    if (span_starts_with(rest, SPAN_LITERAL("//"))) {
        struct span authority = span_skip(rest, 2);
        path = (struct span){ NULL, 0 };
        if (span_find(authority, '/', &at)) {
            path = span_skip(authority, at);
            authority = span_first(authority, at);
        }
        check_authority(p, authority);
    }
    check_escapes(p, path);
}

static enum status
append_lower(struct buf *out, struct span text)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool upper = c >= 'A' && c <= 'Z';
        status = buf_append_byte(out, upper ? (uint8_t)(c - 'A' + 'a') : c);
    }
    return status;
}

static void
check_url(struct parser *p, struct span url, size_t *scheme)
{
    struct span fragment = { NULL, 0 }, rest = url;
    check_control(p, url);
    (void)span_cut(url, '#', &rest, &fragment);
    *scheme = scheme_len(p, rest);
    check_rest(
        p, *scheme == 0 ? rest : span_skip(rest, *scheme + 1), *scheme != 0);
    check_escapes(p, fragment);
}

enum status
go_url_scheme(struct span url, struct buf *scheme, struct buf *problem)
{
    struct parser p = { .status = STATUS_OK };
    size_t len;
    check_url(&p, url, &len);
    enum status told = STATUS_OK;
    if (p.status == STATUS_INVALID) {
        told = buf_append_text(problem, "parse ");
        if (told == STATUS_OK)
            told = go_text_quote(url, problem);
        if (told == STATUS_OK)
            told = buf_printf(problem, ": %s", buf_text(&p.fault));
    } else if (p.status == STATUS_OK) {
        told = append_lower(scheme, span_first(url, len));
    }
    buf_reset(&p.fault);
    return told == STATUS_OK ? p.status : told;
}
