/* SPDX-License-Identifier: Apache-2.0 */
#include "http/exchange.h"

#include "http/server_parts.h"

#include <microhttpd.h>
#include <stdlib.h>

/* AWS's words where AWS has some for the case. */
static const struct {
    unsigned http_status;
    const char *type;
    const char *body;
} refusals[] = {
    [HTTP_REFUSAL_BODY] = { 413, "RequestEntityTooLargeException",
        "{\"__type\":\"RequestEntityTooLargeException\",\"message\":"
        "\"The request body is larger than this service accepts.\"}" },
    [HTTP_REFUSAL_TARGET] = { 414, "RequestUriTooLongException",
        "{\"__type\":\"RequestUriTooLongException\",\"message\":"
        "\"The request URI is longer than this service accepts.\"}" },
    [HTTP_REFUSAL_HEAD] = { 431, "RequestHeaderFieldsTooLargeException",
        "{\"__type\":\"RequestHeaderFieldsTooLargeException\",\"message\":"
        "\"The request headers are more than this service accepts.\"}" },
    [HTTP_REFUSAL_LATE] = { 500, "DependencyTimeoutException",
        "{\"__type\":\"DependencyTimeoutException\",\"message\":"
        "\"The system timed out while trying to fulfill the request. "
        "You can retry the request.\"}" },
    [HTTP_REFUSAL_INTERNAL] = { 500, "KMSInternalException",
        "{\"__type\":\"KMSInternalException\"}" },
};

enum status
http_exchange_new(
    const char *target, const struct random *random, struct http_exchange **out)
{
    struct http_exchange *exchange = calloc(1, sizeof(*exchange));
    if (exchange == NULL)
        return STATUS_NO_MEMORY;
    exchange->sent_operation = "";
    struct span text = span_text(target);
    enum status st = random_uuid(random, &exchange->request_id);
    if (st == STATUS_OK && text.len > HTTP_TARGET_MAX)
        exchange->refusal = HTTP_REFUSAL_TARGET;
    else if (st == STATUS_OK)
        st = buf_append(&exchange->target, text);
    if (st != STATUS_OK) {
        http_exchange_free(exchange);
        return st;
    }
    *out = exchange;
    return STATUS_OK;
}

void
http_exchange_free(struct http_exchange *exchange)
{
    if (exchange == NULL)
        return;
    if (exchange->answer.mark != NULL) {
        const struct http_hooks *hooks = exchange->server->hooks;
        hooks->on_end(hooks->context, exchange->answer.mark, exchange->ending);
    }
    buf_reset(&exchange->target);
    buf_reset(&exchange->head);
    buf_reset(&exchange->body);
    buf_reset(&exchange->request_id);
    buf_reset(&exchange->answer.body);
    free(exchange);
}

void
http_exchange_refusal(enum http_refusal refusal, struct service_answer *out)
{
    *out = (struct service_answer){
        .http_status = refusals[refusal].http_status,
        .content_type = "application/x-amz-json-1.1",
        .error_type = refusals[refusal].type,
        .operation = "",
    };
    /* Without memory the status alone must do. */
    if (buf_append_text(&out->body, refusals[refusal].body) != STATUS_OK)
        buf_reset(&out->body);
}

/* Copies to the end of head, which has room: its bytes never move. */
static struct span
keep(struct http_exchange *exchange, const char *text, size_t len)
{
    size_t at = exchange->head.len;
    if (buf_append(&exchange->head, span_of(text, len)) != STATUS_OK)
        return (struct span){ NULL, 0 };
    return span_of(exchange->head.ptr + at, len);
}

static enum MHD_Result
keep_header(void *context, enum MHD_ValueKind kind, const char *name,
    size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    struct http_exchange *exchange = context;
    struct sigv4_request *wire = &exchange->request.wire;
    if (wire->header_count < SIGV4_HEADERS_MAX)
        exchange->headers[wire->header_count] =
            (struct sigv4_header){ keep(exchange, name, name_len),
                keep(exchange, value, value_len) };
    wire->header_count++;
    return MHD_YES;
}

enum status
http_exchange_read_head(struct http_exchange *exchange,
    struct MHD_Connection *connection, const char *method)
{
    struct sigv4_request *wire = &exchange->request.wire;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t method_len = strlen(method);
    if (info == NULL || info->header_size > HTTP_HEAD_MAX)
        return STATUS_TOO_LARGE;
    enum status st =
        buf_reserve(&exchange->head, info->header_size + method_len);
    if (st != STATUS_OK)
        return st;
    wire->method = keep(exchange, method, method_len);
    wire->headers = exchange->headers;
    (void)MHD_get_connection_values_n(
        connection, MHD_HEADER_KIND, keep_header, exchange);
    if (wire->header_count > SIGV4_HEADERS_MAX)
        return STATUS_TOO_LARGE;
    wire->path = buf_span(&exchange->target);
    (void)span_cut(wire->path, '?', &wire->path, &wire->query);
    exchange->request.request_id = buf_span(&exchange->request_id);
    return STATUS_OK;
}
