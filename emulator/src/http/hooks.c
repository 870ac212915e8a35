/* SPDX-License-Identifier: Apache-2.0 */
#include "http/hooks.h"

#include <microhttpd.h>
#include <time.h>

static enum status
print_date(struct buf *out)
{
    enum { DATE_MAX = 64 };
    char text[DATE_MAX];
    struct tm fields;
    time_t now = time(NULL);
    if (gmtime_r(&now, &fields) == NULL ||
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &fields) == 0)
        return STATUS_INTERNAL;
    return buf_printf(out, "Date: %s\r\n", text);
}

static bool
has_header(const struct service_answer *answer, const char *name)
{
    for (size_t i = 0; i < SERVICE_HEADERS; i++)
        if (answer->headers[i].name != NULL &&
            strcmp(answer->headers[i].name, name) == 0)
            return true;
    return false;
}

static enum status
print_headers(const struct service_answer *answer, struct buf *out)
{
    enum status st = has_header(answer, "Date") ? STATUS_OK : print_date(out);
    for (size_t i = 0; i < SERVICE_HEADERS && st == STATUS_OK; i++)
        if (answer->headers[i].name != NULL)
            st = buf_printf(out, "%s: %s\r\n", answer->headers[i].name,
                answer->headers[i].value);
    return st;
}

static enum status
print_head(const struct service_answer *answer, struct span request_id,
    size_t chunk, struct buf *out)
{
    const char *reason = MHD_get_reason_phrase_for(answer->http_status);
    enum status st =
        buf_printf(out, "HTTP/1.1 %u %s\r\n", answer->http_status, reason);
    if (st == STATUS_OK)
        st = print_headers(answer, out);
    if (st == STATUS_OK)
        st = buf_printf(out, "Connection: close\r\nx-amzn-RequestId: %.*s\r\n",
            SPAN_ARG(request_id));
    if (st == STATUS_OK && answer->content_type != NULL)
        st = buf_printf(out, "Content-Type: %s\r\n", answer->content_type);
    if (st == STATUS_OK && answer->error_type != NULL)
        st = buf_printf(out, "x-amzn-ErrorType: %s\r\n", answer->error_type);
    if (st != STATUS_OK)
        return st;
    return chunk == 0
               ? buf_printf(
                     out, "Content-Length: %zu\r\n\r\n", answer->body.len)
               : buf_append_text(out, "Transfer-Encoding: chunked\r\n\r\n");
}

static enum status
print_chunks(struct span body, size_t chunk, struct buf *out)
{
    enum status st = STATUS_OK;
    while (body.len > 0 && st == STATUS_OK) {
        struct span part = span_first(body, chunk);
        st = buf_printf(out, "%zx\r\n", part.len);
        if (st == STATUS_OK)
            st = buf_append(out, part);
        if (st == STATUS_OK)
            st = buf_append_text(out, "\r\n");
        body = span_skip(body, part.len);
    }
    return st == STATUS_OK ? buf_append_text(out, "0\r\n\r\n") : st;
}

enum status
http_hooks_print(const struct service_answer *answer, struct span request_id,
    size_t chunk, struct buf *out, size_t *body_at)
{
    struct buf made = { 0 };
    enum status st = print_head(answer, request_id, chunk, &made);
    size_t at = out->len + made.len;
    if (st == STATUS_OK)
        st = chunk == 0 ? buf_append(&made, buf_span(&answer->body))
                        : print_chunks(buf_span(&answer->body), chunk, &made);
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&made));
    if (st == STATUS_OK)
        *body_at = at;
    buf_reset(&made);
    return st;
}
