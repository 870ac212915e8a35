/* SPDX-License-Identifier: Apache-2.0 */
/* What a client may send instead of an honest signature. */
#include "aws/sigv4.h"
#include "test/check.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define DATE "20150830T123600Z"
#define CREDENTIAL "Credential=AKID/20150830/us-east-1/kms/aws4_request"
#define NAMES "SignedHeaders=host;x-amz-date"
#define SIGNATURE                                                              \
    "Signature="                                                               \
    "0000000000000000000000000000000000000000000000000000000000000000"
#define EMPTY_SHA256                                                           \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct sigv4_header honest_headers[] = {
    { SPAN_INIT("Host"), SPAN_INIT("kms.us-east-1.amazonaws.com") },
    { SPAN_INIT("X-Amz-Date"), SPAN_INIT(DATE) },
    { SPAN_INIT("X-Amz-Target"), SPAN_INIT("TrentService.Encrypt") },
};

static const struct sigv4_credentials credentials = {
    SPAN_INIT("AKID"),
    SPAN_INIT(SECRET),
    { NULL, 0 },
};

static struct sigv4_request
honest_request(void)
{
    return (struct sigv4_request){
        .method = SPAN_LITERAL("POST"),
        .path = SPAN_LITERAL("/"),
        .headers = honest_headers,
        .header_count = ARRAY_LEN(honest_headers),
        .payload_sha256_hex = SPAN_LITERAL(EMPTY_SHA256),
        .normalize_path = true,
    };
}

/* Signs the honest request; *text owns the header that *out borrows. */
static void
sign_honestly(struct buf *text, struct sigv4_authorization *out)
{
    struct sigv4_request request = honest_request();
    assert_ok(sigv4_sign(&request, &credentials, SPAN_LITERAL("us-east-1"),
        SPAN_LITERAL("kms"), NULL, text));
    assert_ok(sigv4_parse_authorization(buf_span(text), out));
}

static enum status
verify(const struct sigv4_request *request,
    const struct sigv4_authorization *authorization)
{
    return sigv4_verify(request, authorization, SPAN_LITERAL(DATE),
        SPAN_LITERAL(SECRET), NULL, NULL, NULL);
}

static void
malformed_authorizations_have_exact_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum status status;
        unsigned parts;
    } cases[] = {
        { "", STATUS_UNSUPPORTED, 0 },
        { "Bearer abc", STATUS_UNSUPPORTED, 0 },
        { "AWS AKID:signature", STATUS_UNSUPPORTED, 0 },
        { "AWS4-HMAC-SHA256", STATUS_UNSUPPORTED, 0 },
        { "AWS4-HMAC-SHA256x " CREDENTIAL, STATUS_UNSUPPORTED, 0 },
        { "AWS4-ECDSA-P256-SHA256 " CREDENTIAL, STATUS_UNSUPPORTED, 0 },
        { "AWS4-HMAC-SHA256 nonsense", STATUS_INVALID, 0 },
        { "AWS4-HMAC-SHA256 ,", STATUS_INVALID, 0 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL, STATUS_NOT_FOUND, 1 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL ", " NAMES, STATUS_NOT_FOUND, 3 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL ", " SIGNATURE, STATUS_NOT_FOUND, 5 },
        { "AWS4-HMAC-SHA256 " NAMES ", " SIGNATURE, STATUS_NOT_FOUND, 6 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL ", " CREDENTIAL, STATUS_EXISTS, 1 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL ", " NAMES ", " SIGNATURE
          ", " SIGNATURE,
            STATUS_EXISTS, 7 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL ", " NAMES ", " SIGNATURE ", Other=1",
            STATUS_INVALID, 7 },
        { "AWS4-HMAC-SHA256 " CREDENTIAL ", " NAMES ", Signature=",
            STATUS_INVALID, 7 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigv4_authorization out = { .in_query = true };
        struct span text = span_text(cases[i].text);
        assert_int_equal(
            sigv4_parse_authorization(text, &out), cases[i].status);
        assert_int_equal(sigv4_parts_found(text), cases[i].parts);
        assert_true(out.in_query && out.access_key_id.ptr == NULL);
    }
}

static void
malformed_scopes_and_names_are_invalid(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        { "AKID/20150830/us-east-1/kms", "host" },
        { "AKID/20150830/us-east-1/kms/aws4_request/", "host" },
        { "AKID/x/20150830/us-east-1/kms/aws4_request", "host" },
        { "/20150830/us-east-1/kms/aws4_request", "host" },
        { "AKID/20150830//kms/aws4_request", "host" },
        { "AKID/2015083/us-east-1/kms/aws4_request", "host" },
        { "AKID/2015083a/us-east-1/kms/aws4_request", "host" },
        { "AKID/20150830/us-east-1/kms/aws4", "host" },
        { "", "host" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "" },
        { "AKID/20150830/us-east-1/kms/aws4_request", ";" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "host;" },
        { "AKID/20150830/us-east-1/kms/aws4_request", ";host" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "Host" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "host;host" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "x-a;host" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "ho st" },
        { "AKID/20150830/us-east-1/kms/aws4_request", "h\xc3\xb6st" },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct sigv4_authorization out = { .in_query = true };
        struct buf text = { 0 };
        assert_ok(buf_printf(&text,
            "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, " SIGNATURE,
            bad[i][0], bad[i][1]));
        assert_int_equal(
            sigv4_parse_authorization(buf_span(&text), &out), STATUS_INVALID);
        assert_int_equal(sigv4_parts_found(buf_span(&text)), 7);
        assert_true(out.in_query && out.signature_hex.ptr == NULL);
        buf_reset(&text);
    }
}

static void
blanks_around_parts_are_read(void **state)
{
    (void)state;
    struct sigv4_authorization out;
    assert_ok(sigv4_parse_authorization(
        SPAN_LITERAL(
            "  AWS4-HMAC-SHA256   " NAMES "," SIGNATURE ",\t" CREDENTIAL " "),
        &out));
    assert_span_text(out.access_key_id, "AKID");
    assert_span_text(out.scope.date, "20150830");
    assert_span_text(out.scope.region, "us-east-1");
    assert_span_text(out.scope.service, "kms");
    assert_span_text(out.signed_headers, "host;x-amz-date");
}

/* Appends `count` sorted names. */
static void
append_names(struct buf *out, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_ok(buf_printf(out, "%sh%05u", i == 0 ? "" : ";", i));
}

static void
ten_thousand_signed_headers_are_too_large(void **state)
{
    (void)state;
    struct sigv4_authorization out = { .in_query = true };
    struct sigv4_request request = honest_request();
    struct buf names = { 0 }, text = { 0 }, canonical = { 0 };
    append_names(&names, 10000);
    assert_ok(buf_printf(&text,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=%s, " SIGNATURE,
        buf_text(&names)));
    assert_int_equal(
        sigv4_parse_authorization(buf_span(&text), &out), STATUS_TOO_LARGE);
    assert_true(out.in_query);
    assert_int_equal(
        sigv4_canonical_request(&request, buf_span(&names), &canonical),
        STATUS_TOO_LARGE);
    assert_int_equal(canonical.len, 0);
    buf_reset(&names);
    buf_reset(&text);
    buf_reset(&canonical);
}

static void
one_signed_header_above_the_limit_is_too_large(void **state)
{
    (void)state;
    struct sigv4_authorization out = { .in_query = true };
    struct buf names = { 0 }, text = { 0 };
    append_names(&names, SIGV4_HEADERS_MAX + 1);
    assert_ok(buf_printf(&text,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=%s, " SIGNATURE,
        buf_text(&names)));
    assert_int_equal(
        sigv4_parse_authorization(buf_span(&text), &out), STATUS_TOO_LARGE);
    assert_true(out.in_query);
    buf_reset(&names);
    buf_reset(&text);
}

static void
too_many_headers_or_parameters_are_too_large(void **state)
{
    (void)state;
    struct sigv4_header many[SIGV4_HEADERS_MAX + 1];
    struct sigv4_request request = honest_request();
    struct buf out = { 0 }, query = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = honest_headers[0];
    request.headers = many;
    request.header_count = ARRAY_LEN(many);
    assert_int_equal(
        sigv4_canonical_request(&request, SPAN_LITERAL("host"), &out),
        STATUS_TOO_LARGE);
    request = honest_request();
    for (int i = 0; i <= SIGV4_QUERY_MAX; i++)
        assert_ok(buf_append_text(&query, "a=1&"));
    request.query = buf_span(&query);
    assert_int_equal(
        sigv4_canonical_request(&request, SPAN_LITERAL("host"), &out),
        STATUS_TOO_LARGE);
    assert_int_equal(out.len, 0);
    buf_reset(&out);
    buf_reset(&query);
}

static void
honest_signature_verifies(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_request request = honest_request();
    sign_honestly(&text, &authorization);
    assert_ok(verify(&request, &authorization));
    buf_reset(&text);
}

static void
each_change_of_the_request_breaks_the_signature(void **state)
{
    (void)state;
    struct buf text = { 0 }, canonical = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_header headers[ARRAY_LEN(honest_headers)];
    sign_honestly(&text, &authorization);
    struct sigv4_request changed[5];
    for (size_t i = 0; i < ARRAY_LEN(changed); i++)
        changed[i] = honest_request();
    changed[0].method = SPAN_LITERAL("GET");
    changed[1].path = SPAN_LITERAL("/x");
    changed[2].query = SPAN_LITERAL("a=b");
    changed[3].payload_sha256_hex = SPAN_LITERAL("UNSIGNED-PAYLOAD");
    memcpy(headers, honest_headers, sizeof(headers));
    headers[2].value = SPAN_LITERAL("TrentService.Decrypt");
    changed[4].headers = headers;
    for (size_t i = 0; i < ARRAY_LEN(changed); i++) {
        assert_int_equal(
            sigv4_verify(&changed[i], &authorization, SPAN_LITERAL(DATE),
                SPAN_LITERAL(SECRET), NULL, &canonical, NULL),
            STATUS_AUTHENTIC);
        assert_true(canonical.len > 0);
    }
    buf_reset(&text);
    buf_reset(&canonical);
}

static void
each_changed_digit_of_a_signature_is_refused(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_request request = honest_request();
    char forged[2 * SIGV4_MAC_LEN];
    sign_honestly(&text, &authorization);
    assert_int_equal(authorization.signature_hex.len, sizeof(forged));
    for (size_t i = 0; i < sizeof(forged); i++) {
        struct sigv4_authorization other = authorization;
        memcpy(forged, authorization.signature_hex.ptr, sizeof(forged));
        forged[i] = forged[i] == '0' ? '1' : '0';
        other.signature_hex = span_of(forged, sizeof(forged));
        assert_int_equal(verify(&request, &other), STATUS_AUTHENTIC);
        other.signature_hex = span_first(authorization.signature_hex, i);
        assert_int_equal(verify(&request, &other), STATUS_AUTHENTIC);
    }
    buf_reset(&text);
}

static void
unsigned_host_is_denied(void **state)
{
    (void)state;
    struct buf text = { 0 }, canonical = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_request request = honest_request();
    sign_honestly(&text, &authorization);
    authorization.signed_headers = SPAN_LITERAL("hostile;x-amz-date");
    assert_int_equal(sigv4_verify(&request, &authorization, SPAN_LITERAL(DATE),
                         SPAN_LITERAL(SECRET), NULL, &canonical, NULL),
        STATUS_DENIED);
    assert_null(canonical.ptr);
    buf_reset(&text);
}

static void
signed_header_that_is_not_sent_is_not_found(void **state)
{
    (void)state;
    struct buf text = { 0 }, canonical = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_request request = honest_request();
    sign_honestly(&text, &authorization);
    request.header_count--;
    assert_int_equal(sigv4_verify(&request, &authorization, SPAN_LITERAL(DATE),
                         SPAN_LITERAL(SECRET), NULL, &canonical, NULL),
        STATUS_NOT_FOUND);
    assert_null(canonical.ptr);
    buf_reset(&text);
}

static void
scope_of_another_day_is_a_conflict(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct sigv4_authorization authorization;
    struct sigv4_request request = honest_request();
    sign_honestly(&text, &authorization);
    assert_int_equal(
        sigv4_verify(&request, &authorization, SPAN_LITERAL("20150831T000000Z"),
            SPAN_LITERAL(SECRET), NULL, NULL, NULL),
        STATUS_CONFLICT);
    assert_int_equal(sigv4_verify(&request, &authorization, SPAN_LITERAL(""),
                         SPAN_LITERAL(SECRET), NULL, NULL, NULL),
        STATUS_CONFLICT);
    buf_reset(&text);
}

static void
signing_without_host_date_or_token_is_invalid(void **state)
{
    (void)state;
    struct buf out = { 0 };
    struct sigv4_request request = honest_request();
    struct sigv4_credentials with_token = credentials;
    const struct span region = SPAN_LITERAL("us-east-1");
    const struct span service = SPAN_LITERAL("kms");
    request.headers++;
    request.header_count = 1;
    assert_int_equal(
        sigv4_sign(&request, &credentials, region, service, NULL, &out),
        STATUS_INVALID);
    request.headers--;
    assert_int_equal(
        sigv4_sign(&request, &credentials, region, service, NULL, &out),
        STATUS_INVALID);
    request.header_count = 3;
    with_token.session_token = SPAN_LITERAL("token");
    assert_int_equal(
        sigv4_sign(&request, &with_token, region, service, NULL, &out),
        STATUS_INVALID);
    assert_null(out.ptr);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_authorizations_have_exact_statuses),
        cmocka_unit_test(malformed_scopes_and_names_are_invalid),
        cmocka_unit_test(blanks_around_parts_are_read),
        cmocka_unit_test(ten_thousand_signed_headers_are_too_large),
        cmocka_unit_test(one_signed_header_above_the_limit_is_too_large),
        cmocka_unit_test(too_many_headers_or_parameters_are_too_large),
        cmocka_unit_test(honest_signature_verifies),
        cmocka_unit_test(each_change_of_the_request_breaks_the_signature),
        cmocka_unit_test(each_changed_digit_of_a_signature_is_refused),
        cmocka_unit_test(unsigned_host_is_denied),
        cmocka_unit_test(signed_header_that_is_not_sent_is_not_found),
        cmocka_unit_test(scope_of_another_day_is_a_conflict),
        cmocka_unit_test(signing_without_host_date_or_token_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
