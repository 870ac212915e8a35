/* SPDX-License-Identifier: Apache-2.0 */
#include "support_sign.h"

static struct span
or_else(const char *text, const char *standard)
{
    return span_text(text != NULL ? text : standard);
}

static size_t
fill_headers(const struct signed_request *made, struct span date,
    struct sigv4_header *headers)
{
    size_t count = 0;
    headers[count++] = (struct sigv4_header){ SPAN_LITERAL("Host"),
        SPAN_LITERAL("localhost:4566") };
    headers[count++] =
        (struct sigv4_header){ SPAN_LITERAL("X-Amz-Date"), date };
    headers[count++] = (struct sigv4_header){ SPAN_LITERAL("Content-Type"),
        or_else(made->content_type, "application/x-amz-json-1.1") };
    if (made->content_type == NULL)
        headers[count++] = (struct sigv4_header){ SPAN_LITERAL("X-Amz-Target"),
            SPAN_LITERAL("TrentService.ListKeys") };
    if (made->token != NULL)
        headers[count++] =
            (struct sigv4_header){ SPAN_LITERAL("X-Amz-Security-Token"),
                span_text(made->token) };
    return count;
}

unsigned
ask_signed(struct asker *asker, const struct signed_request *made)
{
    struct buf date = { 0 }, hash = { 0 }, authorization = { 0 };
    struct sigv4_header headers[SIGN_HEADERS];
    assert_ok(clock_format_amz(asker->api->wire.now_ms + made->skew_ms, &date));
    assert_ok(sigv4_payload_hash(span_text(made->body), &hash));
    size_t count = fill_headers(made, buf_span(&date), headers);
    struct service_request request = {
        .wire = { .method = span_text(made->method),
            .path = SPAN_LITERAL("/"),
            .query = span_text(made->query),
            .headers = headers,
            .header_count = count,
            .payload_sha256_hex = buf_span(&hash),
            .normalize_path = true },
        .body = or_else(made->sent_body, made->body),
        .request_id = SPAN_LITERAL(SIGN_REQUEST_ID),
    };
    struct sigv4_credentials credentials = {
        .access_key_id = or_else(made->key_id, SIGN_KEY_ID),
        .secret_access_key = or_else(made->secret, SIGN_SECRET),
        .session_token = span_text(made->token),
    };
    assert_ok(sigv4_sign(&request.wire, &credentials, span_text(API_REGION),
        span_text(made->service), NULL, &authorization));
    headers[count] = (struct sigv4_header){ SPAN_LITERAL("Authorization"),
        buf_span(&authorization) };
    request.wire.header_count++;
    request.wire.payload_sha256_hex = (struct span){ NULL, 0 };
    request.wire.normalize_path = false;
    unsigned status = ask_request(asker, &request);
    buf_reset(&date);
    buf_reset(&hash);
    buf_reset(&authorization);
    return status;
}
