/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's signed headers against those that botocore makes, and the
 * endpoints they go to. */
#include "base/file.h"
#include "base/json.h"
#include "credentials/credentials_set.h"
#include "kms/signer.h"
#include "test/check.h"

static struct span
text_of(const struct json *node, const char *key)
{
    return json_get_string(json_member(node, key));
}

/* The value of one line of the header; empty where it is not there. */
static struct span
line_value(const struct signed_header *header, const char *name)
{
    for (const struct curl_slist *line = &header->lines[0]; line != NULL;
         line = line->next) {
        struct span key, value;
        if (span_cut(span_text(line->data), ':', &key, &value) &&
            span_equal_text(key, name))
            return span_trim(value);
    }
    return (struct span){ NULL, 0 };
}

static void
check_case(const struct json *recorded)
{
    const struct sigv4_credentials keys = { text_of(recorded, "access_key_id"),
        text_of(recorded, "secret_access_key"), text_of(recorded, "token") };
    struct credentials_set credentials = { 0 };
    struct signer *signer = NULL;
    struct signed_header header = { 0 };
    struct buf problem = { 0 };
    assert_ok(credentials_set_make(&keys, &credentials, &problem));
    const struct kms_options options = {
        .endpoint = text_of(recorded, "endpoint"),
        .region = text_of(recorded, "region"),
        .source_arn = text_of(recorded, "source_arn"),
    };
    bool encrypt = span_equal_text(text_of(recorded, "operation"), "Encrypt");
    const struct signer_input input = {
        .operation = encrypt ? KMS_ENCRYPT : KMS_DECRYPT,
        .body = text_of(recorded, "body"),
        .credentials = &credentials,
        .now_ms = json_get_int(json_member(recorded, "time_ms")),
    };
    assert_ok(signer_new(&options, &signer));
    assert_ok(signer_sign(signer, &input, &header));
    assert_span_text(line_value(&header, "Host"),
        (const char *)text_of(recorded, "host").ptr);
    assert_span_text(line_value(&header, "Authorization"),
        (const char *)text_of(recorded, "authorization").ptr);
    signed_header_reset(&header);
    signer_free(signer);
    credentials_set_reset(&credentials);
}

static void
signatures_are_those_of_botocore(void **state)
{
    (void)state;
    enum { LIMIT = 1 << 16 };
    struct buf text = { 0 };
    struct json_doc *doc = NULL;
    assert_ok(file_read("fixtures/sigv4/botocore.json", LIMIT, &text));
    assert_ok(json_parse_strict(buf_span(&text), &doc, NULL));
    const struct json *all = json_member(json_root(doc), "cases");
    assert_true(json_count(all) >= 4);
    for (size_t i = 0; i < json_count(all); i++)
        check_case(json_at(all, i));
    json_doc_free(doc);
    buf_reset(&text);
}

static void
a_header_can_be_signed_again_and_again(void **state)
{
    (void)state;
    const struct sigv4_credentials keys = { SPAN_LITERAL("A"),
        SPAN_LITERAL("S"), { NULL, 0 } };
    struct credentials_set credentials = { 0 };
    struct signer *signer = NULL;
    struct signed_header header = { 0 };
    struct buf problem = { 0 };
    assert_ok(credentials_set_make(&keys, &credentials, &problem));
    const struct kms_options options = { .region = SPAN_LITERAL("us-east-1") };
    struct signer_input input = { .operation = KMS_ENCRYPT,
        .body = SPAN_LITERAL("{}"),
        .credentials = &credentials };
    assert_ok(signer_new(&options, &signer));
    for (int i = 0; i < 3; i++) {
        assert_ok(signer_sign(signer, &input, &header));
        assert_int_equal(header.count, 7);
        input.now_ms += 86400000;
    }
    assert_span_text(line_value(&header, "X-Amz-Date"), "19700103T000000Z");
    signed_header_reset(&header);
    signer_free(signer);
    credentials_set_reset(&credentials);
}

static void
endpoints_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *region, *url, *host, *path;
        bool direct;
    } cases[] = {
        { "", "us-east-1", "https://kms.us-east-1.amazonaws.com/",
            "kms.us-east-1.amazonaws.com", "/", false },
        { "", "cn-north-1", "https://kms.cn-north-1.amazonaws.com.cn/",
            "kms.cn-north-1.amazonaws.com.cn", "/", false },
        { "", "us-isob-east-1", "https://kms.us-isob-east-1.sc2s.sgov.gov/",
            "kms.us-isob-east-1.sc2s.sgov.gov", "/", false },
        { "", "us-isof-south-1", "https://kms.us-isof-south-1.csp.hci.ic.gov/",
            "kms.us-isof-south-1.csp.hci.ic.gov", "/", false },
        { "", "eu-isoe-west-1", "https://kms.eu-isoe-west-1.cloud.adc-e.uk/",
            "kms.eu-isoe-west-1.cloud.adc-e.uk", "/", false },
        { "", "eusc-de-east-1", "https://kms.eusc-de-east-1.amazonaws.eu/",
            "kms.eusc-de-east-1.amazonaws.eu", "/", false },
        { "http://localhost:80", "x", "http://localhost/", "localhost", "/",
            true },
        { "https://h:443/", "x", "https://h/", "h", "/", false },
        { "https://h:80/p/", "x", "https://h:80/p/", "h:80", "/p/", false },
        { "https://[::1]:8443", "x", "https://[::1]:8443/", "[::1]:8443", "/",
            true },
        { "https://127.9.9.9", "x", "https://127.9.9.9/", "127.9.9.9", "/",
            true },
        { "http://kms.example", "x", "http://kms.example/", "kms.example", "/",
            true },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct endpoint endpoint = { 0 };
        assert_ok(endpoint_init(
            &endpoint, span_text(cases[i].text), span_text(cases[i].region)));
        assert_string_equal(buf_text(&endpoint.url), cases[i].url);
        assert_string_equal(buf_text(&endpoint.host), cases[i].host);
        assert_string_equal(buf_text(&endpoint.path), cases[i].path);
        assert_int_equal(endpoint.direct, cases[i].direct);
        endpoint_reset(&endpoint);
    }
}

static void
an_endpoint_with_a_nul_is_invalid(void **state)
{
    (void)state;
    struct endpoint endpoint = { 0 };
    assert_int_equal(endpoint_init(&endpoint, SPAN_LITERAL("http://a\0b"),
                         SPAN_LITERAL("us-east-1")),
        STATUS_INVALID);
    assert_null(endpoint.url.ptr);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_botocore),
        cmocka_unit_test(a_header_can_be_signed_again_and_again),
        cmocka_unit_test(endpoints_are_taken_apart),
        cmocka_unit_test(an_endpoint_with_a_nul_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
