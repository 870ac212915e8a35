/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/signed_request.h"

#include "aws/sigv4.h"
#include "base/clock.h"

static enum status
write_request(const struct sigv4_request *request, struct span authorization,
    struct span body, struct buf *out)
{
    enum status st = buf_append_text(out, "POST / HTTP/1.1\r\n");

    for (size_t i = 0; i < request->header_count && st == STATUS_OK; i++)
        st = buf_printf(out, "%.*s: %.*s\r\n",
            SPAN_ARG(request->headers[i].name),
            SPAN_ARG(request->headers[i].value));
    if (st == STATUS_OK)
        st = buf_printf(out,
            "Authorization: %.*s\r\nContent-Length: %zu\r\n\r\n",
            SPAN_ARG(authorization), body.len);
    if (st == STATUS_OK)
        st = buf_append(out, body);
    return st;
}

enum status
signed_request_make(const struct kms_account *account, const char *operation,
    struct span body, struct buf *out)
{
    struct clock wall = clock_wall();
    struct buf date = { 0 }, target = { 0 }, hash = { 0 }, signature = { 0 };
    const char *host = strstr(account->endpoint, "//");
    enum status st = host == NULL ? STATUS_INVALID
                                  : clock_format_amz(clock_ms(&wall), &date);

    if (st == STATUS_OK)
        st = buf_printf(&target, "TrentService.%s", operation);
    if (st == STATUS_OK)
        st = sigv4_payload_hash(body, &hash);
    const struct sigv4_header headers[] = {
        { SPAN_LITERAL("Host"), span_text(host == NULL ? "" : host + 2) },
        { SPAN_LITERAL("X-Amz-Date"), buf_span(&date) },
        { SPAN_LITERAL("X-Amz-Target"), buf_span(&target) },
        { SPAN_LITERAL("Content-Type"),
            SPAN_LITERAL("application/x-amz-json-1.1") },
    };
    const struct sigv4_request request = {
        .method = SPAN_LITERAL("POST"),
        .path = SPAN_LITERAL("/"),
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .payload_sha256_hex = buf_span(&hash),
        .normalize_path = true,
    };
    const struct sigv4_credentials credentials = {
        .access_key_id = span_text(account->access_key_id),
        .secret_access_key = span_text(account->secret_access_key),
    };
    if (st == STATUS_OK)
        st = sigv4_sign(&request, &credentials, span_text(account->region),
            SPAN_LITERAL("kms"), NULL, &signature);
    if (st == STATUS_OK)
        st = write_request(&request, buf_span(&signature), body, out);
    buf_reset(&date);
    buf_reset(&target);
    buf_reset(&hash);
    buf_reset(&signature);
    return st;
}
