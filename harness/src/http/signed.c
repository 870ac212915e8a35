/* SPDX-License-Identifier: Apache-2.0 */
#include "http/signed.h"

#include "aws/sigv4.h"
#include "base/clock.h"

/* What a signed request is made of; the headers point into the bufs. */
struct signed_request {
    struct buf url, host, date, payload_hash, authorization;
    struct http_header headers[5];
    size_t header_count;
};

enum { SIGNED_MAX = 4 };

static void
signed_request_reset(struct signed_request *r)
{
    buf_reset(&r->url);
    buf_reset(&r->host);
    buf_reset(&r->date);
    buf_reset(&r->payload_hash);
    buf_reset(&r->authorization);
}

/* "http://127.0.0.1:8080/x" has the host "127.0.0.1:8080". */
static struct span
host_of(struct span url)
{
    struct span host = url, rest;
    size_t at;

    if (span_search(url, SPAN_LITERAL("://"), &at))
        host = span_skip(url, at + 3);
    if (span_cut(host, '/', &host, &rest))
        return host;
    return host;
}

static void
add_header(struct signed_request *r, const char *name, struct span value)
{
    r->headers[r->header_count++] = (struct http_header){ name, value };
}

static enum status
fill(const struct kms_account *account, const struct signed_call *call,
    struct signed_request *r)
{
    struct clock clock = clock_wall();
    enum status status = buf_printf(&r->url, "%s/", account->endpoint);

    if (status == STATUS_OK)
        status = buf_append(&r->host, host_of(span_text(account->endpoint)));
    if (status == STATUS_OK)
        status = clock_format_amz(clock_ms(&clock), &r->date);
    if (status == STATUS_OK)
        status = sigv4_payload_hash(call->body, &r->payload_hash);
    add_header(r, "Content-Type", span_text(call->content_type));
    add_header(r, "Host", buf_span(&r->host));
    add_header(r, "X-Amz-Date", buf_span(&r->date));
    if (call->target != NULL)
        add_header(r, "X-Amz-Target", span_text(call->target));
    return status;
}

static enum status
sign(const struct kms_account *account, const struct signed_call *call,
    struct signed_request *r)
{
    struct sigv4_header signed_headers[SIGNED_MAX];
    struct sigv4_request request = { .method = SPAN_LITERAL("POST"),
        .path = SPAN_LITERAL("/"),
        .headers = signed_headers,
        .header_count = r->header_count,
        .payload_sha256_hex = buf_span(&r->payload_hash),
        .normalize_path = true };
    struct sigv4_credentials credentials = { .access_key_id = span_text(
                                                 account->access_key_id),
        .secret_access_key = span_text(account->secret_access_key) };

    for (size_t i = 0; i < r->header_count; i++)
        signed_headers[i] =
            (struct sigv4_header){ span_text(r->headers[i].name),
                r->headers[i].value };
    return sigv4_sign(&request, &credentials, span_text(account->region),
        span_text(call->service), NULL, &r->authorization);
}

enum status
signed_send(const struct kms_account *account, const struct signed_call *call,
    struct http_answer *answer, struct buf *problem)
{
    struct signed_request r = { .header_count = 0 };
    struct http_request request = { .headers = r.headers, .body = call->body };
    enum status status = fill(account, call, &r);

    if (status == STATUS_OK)
        status = sign(account, call, &r);
    if (status == STATUS_OK) {
        add_header(&r, "Authorization", buf_span(&r.authorization));
        request.url = buf_text(&r.url);
        request.header_count = r.header_count;
        status = http_send(&request, answer, problem);
    }
    signed_request_reset(&r);
    return status;
}
