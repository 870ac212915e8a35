/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's vectors, at each intermediate value, signing and verifying. */
#include "aws/sigv4.h"
#include "support_sigv4.h"
#include "test/check.h"

#include <stdio.h>

/* All vectors share their time, Region and service. */
#define AMZ_DATE "20150830T123600Z"
static const struct sigv4_scope scope = {
    SPAN_INIT("20150830"),
    SPAN_INIT("us-east-1"),
    SPAN_INIT("service"),
};

static struct span
text_of(const struct json *vector, const char *key)
{
    struct span text = json_get_string(json_member(vector, key));
    assert_true(text.len > 0);
    return text;
}

static struct span
context_text(const struct json *vector, const char *key)
{
    const struct json *context = json_member(vector, "context");
    return json_get_string(
        json_member(json_member(context, "credentials"), key));
}

static bool
context_flag(const struct json *vector, const char *key)
{
    return json_get_bool(json_member(json_member(vector, "context"), key));
}

/* The last line but one of a canonical request. */
static struct span
signed_headers_of(struct span canonical)
{
    size_t end = canonical.len;
    while (canonical.ptr[end - 1] != '\n')
        end--;
    size_t start = end - 1;
    while (canonical.ptr[start - 1] != '\n')
        start--;
    return span_of(canonical.ptr + start, end - 1 - start);
}

static struct span
last_line_value(struct span request, const char *marker)
{
    size_t at;
    struct span value, rest;
    assert_true(span_search(request, span_text(marker), &at));
    rest = span_skip(request, at + strlen(marker));
    assert_true(span_cut(rest, '\n', &value, &rest));
    return value;
}

static void
assert_same(const char *name, struct span got, struct span want)
{
    if (!span_equal(got, want))
        fail_msg(
            "%s: got\n%.*s\nnot\n%.*s", name, SPAN_ARG(got), SPAN_ARG(want));
}

/* Canonical request, string to sign and signature of one way to sign. */
static void
check_steps(const char *name, const struct sigv4_request *wire,
    const struct json *vector, const char *way)
{
    char key[64];
    struct buf canonical = { 0 }, text = { 0 }, signature = { 0 };
    uint8_t signing_key[SIGV4_MAC_LEN];

    (void)snprintf(key, sizeof(key), "%s-canonical-request", way);
    struct span want = text_of(vector, key);
    assert_ok(
        sigv4_canonical_request(wire, signed_headers_of(want), &canonical));
    assert_same(name, buf_span(&canonical), want);

    (void)snprintf(key, sizeof(key), "%s-string-to-sign", way);
    assert_ok(sigv4_string_to_sign(
        buf_span(&canonical), SPAN_LITERAL(AMZ_DATE), &scope, &text));
    assert_same(name, buf_span(&text), text_of(vector, key));

    (void)snprintf(key, sizeof(key), "%s-signature", way);
    assert_ok(sigv4_signing_key(
        context_text(vector, "secret_access_key"), &scope, signing_key));
    assert_ok(sigv4_signature(signing_key, buf_span(&text), &signature));
    assert_same(name, buf_span(&signature), text_of(vector, key));

    buf_reset(&canonical);
    buf_reset(&text);
    buf_reset(&signature);
}

static void
init_request(struct vector_request *request, const struct json *vector,
    const char *text_key)
{
    vector_request_init(request, text_of(vector, text_key));
    request->wire.normalize_path = context_flag(vector, "normalize");
}

/* What a signer adds to the request before it signs. */
static void
add_signed_headers(struct vector_request *request, const struct json *vector)
{
    struct span token = context_text(vector, "token");
    vector_request_add(request, "X-Amz-Date", SPAN_LITERAL(AMZ_DATE));
    if (token.len > 0 && !context_flag(vector, "omit_session_token"))
        vector_request_add(request, "X-Amz-Security-Token", token);
    if (context_flag(vector, "sign_body"))
        vector_request_add(
            request, "x-amz-content-sha256", buf_span(&request->hash));
}

static void
check_header_steps(const char *name, const struct json *vector)
{
    struct vector_request request;
    init_request(&request, vector, "request");
    add_signed_headers(&request, vector);
    check_steps(name, &request.wire, vector, "header");
    vector_request_reset(&request);
}

static void
header_vectors_pass_at_each_step(void **state)
{
    (void)state;
    vectors_for_each(check_header_steps);
}

static void
check_header_signing(const char *name, const struct json *vector)
{
    struct vector_request request;
    struct buf got = { 0 };
    init_request(&request, vector, "request");
    add_signed_headers(&request, vector);
    struct sigv4_credentials credentials = {
        .access_key_id = context_text(vector, "access_key_id"),
        .secret_access_key = context_text(vector, "secret_access_key"),
    };
    if (!context_flag(vector, "omit_session_token"))
        credentials.session_token = context_text(vector, "token");
    assert_ok(sigv4_sign(
        &request.wire, &credentials, scope.region, scope.service, NULL, &got));
    assert_same(name, buf_span(&got),
        last_line_value(
            text_of(vector, "header-signed-request"), "\nAuthorization:"));
    buf_reset(&got);
    vector_request_reset(&request);
}

static void
header_vectors_give_the_same_authorization(void **state)
{
    (void)state;
    vectors_for_each(check_header_signing);
}

/* What of a presigned query was signed: one vector adds an unsigned token. */
static struct span
signed_query(const struct json *vector, struct span query)
{
    const char *end = context_flag(vector, "omit_session_token")
                          ? "&X-Amz-Security-Token="
                          : "&X-Amz-Signature=";
    size_t at;
    assert_true(span_search(query, span_text(end), &at));
    return span_first(query, at);
}

static void
check_query_steps(const char *name, const struct json *vector)
{
    struct vector_request request;
    init_request(&request, vector, "query-signed-request");
    request.wire.query = signed_query(vector, request.wire.query);
    check_steps(name, &request.wire, vector, "query");
    vector_request_reset(&request);
}

static void
query_vectors_pass_at_each_step(void **state)
{
    (void)state;
    vectors_for_each(check_query_steps);
}

static void
check_header_verifying(const char *name, const struct json *vector)
{
    struct vector_request request;
    struct sigv4_authorization authorization;
    struct buf canonical = { 0 }, text = { 0 };
    (void)name;
    init_request(&request, vector, "header-signed-request");
    struct span header = last_line_value(
        text_of(vector, "header-signed-request"), "\nAuthorization:");
    assert_ok(sigv4_parse_authorization(header, &authorization));
    assert_false(authorization.in_query);
    assert_ok(sigv4_verify(&request.wire, &authorization,
        SPAN_LITERAL(AMZ_DATE), context_text(vector, "secret_access_key"), NULL,
        &canonical, &text));
    assert_same(name, buf_span(&canonical),
        text_of(vector, "header-canonical-request"));
    assert_same(
        name, buf_span(&text), text_of(vector, "header-string-to-sign"));
    assert_int_equal(
        sigv4_verify(&request.wire, &authorization, SPAN_LITERAL(AMZ_DATE),
            SPAN_LITERAL("another secret"), NULL, NULL, NULL),
        STATUS_AUTHENTIC);
    buf_reset(&canonical);
    buf_reset(&text);
    vector_request_reset(&request);
}

static void
signed_requests_verify(void **state)
{
    (void)state;
    vectors_for_each(check_header_verifying);
}

/* A token that stands in the query and was not signed, as AWS IoT wants it,
 * is not accepted. */
static void
check_query_verifying(const char *name, const struct json *vector)
{
    struct vector_request request;
    struct sigv4_authorization authorization;
    struct buf decoded = { 0 };
    struct span amz_date = { 0 };
    bool token_unsigned = context_flag(vector, "omit_session_token");
    init_request(&request, vector, "query-signed-request");
    assert_ok(sigv4_parse_query(
        request.wire.query, &decoded, &authorization, &amz_date));
    assert_true(authorization.in_query);
    assert_span_text(amz_date, AMZ_DATE);
    assert_span_text(authorization.expires, "3600");
    assert_same(
        name, authorization.signature_hex, text_of(vector, "query-signature"));
    assert_int_equal(
        sigv4_verify(&request.wire, &authorization, amz_date,
            context_text(vector, "secret_access_key"), NULL, NULL, NULL),
        token_unsigned ? STATUS_AUTHENTIC : STATUS_OK);
    buf_reset(&decoded);
    vector_request_reset(&request);
}

static void
presigned_urls_verify(void **state)
{
    (void)state;
    vectors_for_each(check_query_verifying);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_vectors_pass_at_each_step),
        cmocka_unit_test(header_vectors_give_the_same_authorization),
        cmocka_unit_test(query_vectors_pass_at_each_step),
        cmocka_unit_test(signed_requests_verify),
        cmocka_unit_test(presigned_urls_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
