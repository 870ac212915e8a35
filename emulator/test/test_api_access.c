/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls: signatures of registered access keys, and STS. */
#include "support_sign.h"

#include <pthread.h>
#include <stdio.h>

#define KEY_ID SIGN_KEY_ID
#define SECRET SIGN_SECRET
#define SEED                                                                   \
    "{\"accessKeys\":[{\"accessKeyId\":\"" KEY_ID                              \
    "\",\"secretAccessKey\":\"" SECRET "\",\"account\":\"" API_OTHER_ACCOUNT   \
    "\"}]}"
#define REQUEST_ID SIGN_REQUEST_ID

static int
set_up(void **state)
{
    struct buf problem = { 0 };
    int failed = fixture_set_up(state);
    struct fixture *fixture = *state;
    fixture->api.wire.now_ms = INT64_C(1795003200000);
    assert_ok(service_seed(fixture->api.service, span_text(SEED), &problem));
    return failed;
}

static const struct signed_request good = {
    .method = "POST", .query = "", .body = "{}", .service = "kms"
};

static void
a_good_signature_is_let_in_as_its_account(void **state)
{
    struct asker *a = asker_of(state);
    assert_answered(ask_signed(a, &good));
    assert_string_equal(a->answer.account, API_OTHER_ACCOUNT);
    struct signed_request late = good;
    late.skew_ms = -4 * 60 * 1000;
    assert_answered(ask_signed(a, &late));
}

static void
a_wrong_signature_is_refused(void **state)
{
    static const char words[] =
        "The request signature we calculated does not match the signature you "
        "provided. Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details.";
    struct asker *a = asker_of(state);
    struct signed_request secret = good, body = good;
    secret.secret = "another secret";
    body.sent_body = "{\"Limit\":5}";
    const struct signed_request *wrong[] = { &secret, &body };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(ask_signed(a, wrong[i]), 400);
        assert_string_equal(
            answer_text(a, "__type"), "InvalidSignatureException");
        assert_memory_equal(
            answer_text(a, "message"), words, sizeof(words) - 1);
        assert_non_null(strstr(answer_text(a, "message"),
            "The Canonical String for this request should have been\n'POST\n"
            "/\n"));
        assert_non_null(strstr(answer_text(a, "message"),
            "The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n"));
        assert_string_equal(a->answer.account, "");
        assert_null(strstr(answer_text(a, "message"), SECRET));
    }
}

static void
a_signature_out_of_date_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct signed_request skewed = good;
    skewed.skew_ms = -(5 * 60 * 1000 + 1000);
    (void)ask_signed(a, &skewed);
    assert_error(a, "InvalidSignatureException",
        "Signature expired: 20261118T115459Z is now earlier than "
        "20261118T115500Z (20261118T120000Z - 5 min.)");
    skewed.skew_ms = 5 * 60 * 1000 + 1000;
    (void)ask_signed(a, &skewed);
    assert_error(a, "InvalidSignatureException",
        "Signature not yet current: 20261118T120501Z is still later than "
        "20261118T120500Z (20261118T120000Z + 5 min.)");
}

static void
a_signature_for_another_service_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    struct signed_request other = good;
    other.service = "s3";
    (void)ask_signed(a, &other);
    assert_error(a, "InvalidSignatureException",
        "Credential should be scoped to correct service: 'kms'. ");
}

/* An Authorization header that no key is registered for. */
static void
ask_with(struct asker *a, const char *authorization, const char *date)
{
    struct sigv4_header headers[SIGN_HEADERS] = {
        { SPAN_LITERAL("Content-Type"),
            SPAN_LITERAL("application/x-amz-json-1.1") },
        { SPAN_LITERAL("X-Amz-Target"), SPAN_LITERAL("TrentService.ListKeys") },
    };
    size_t count = 2;
    if (authorization != NULL)
        headers[count++] = (struct sigv4_header){ SPAN_LITERAL("authorization"),
            span_text(authorization) };
    if (date != NULL)
        headers[count++] = (struct sigv4_header){ SPAN_LITERAL("x-amz-date"),
            span_text(date) };
    struct service_request request = {
        .wire = { .method = SPAN_LITERAL("POST"),
            .path = SPAN_LITERAL("/"),
            .headers = headers,
            .header_count = count },
        .body = SPAN_LITERAL("{}"),
        .request_id = SPAN_LITERAL(REQUEST_ID),
    };
    (void)ask_request(a, &request);
}

static void
what_is_no_signature_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    static const char date[] = "20261122T120000Z";
    ask_with(a, NULL, date);
    assert_error(a, "MissingAuthenticationTokenException",
        "Missing Authentication Token");
    ask_with(
        a, "AWS4-HMAC-SHA256 Credential=a/20261122/x/kms/aws4_request", date);
    assert_error(a, "IncompleteSignatureException",
        "Authorization header requires 'Signature' parameter. Authorization "
        "header requires 'SignedHeaders' parameter. Authorization="
        "AWS4-HMAC-SHA256 Credential=a/20261122/x/kms/aws4_request");
    ask_with(a,
        "AWS4-HMAC-SHA256 Credential=a/20261122/x/kms/aws4_request, "
        "SignedHeaders=host, Signature=00",
        NULL);
    assert_string_equal(
        answer_text(a, "__type"), "IncompleteSignatureException");
    ask_with(a, "Basic dXNlcjpwYXNz", date);
    assert_string_equal(
        answer_text(a, "__type"), "IncompleteSignatureException");
    ask_with(a,
        "AWS4-HMAC-SHA256 Credential=a/20261122/EU_WEST/kms/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature="
        "0000000000000000000000000000000000000000000000000000000000000000",
        date);
    assert_error(a, "InvalidSignatureException",
        "Credential should be scoped to a valid region. ");
}

#define FORM "application/x-www-form-urlencoded; charset=utf-8"
#define IDENTITY "Action=GetCallerIdentity&Version=2011-06-15"

static void
assert_body_has(const struct asker *a, const char *text)
{
    assert_non_null(strstr(buf_text(&a->answer.body), text));
}

static void
sts_tells_who_calls(void **state)
{
    struct asker *a = asker_of(state);
    struct signed_request post = { .method = "POST",
        .query = "",
        .body = IDENTITY,
        .service = "sts",
        .content_type = FORM };
    struct signed_request get = post;
    get.method = "GET";
    get.query = IDENTITY;
    get.body = "";
    const struct signed_request *both[] = { &post, &get };
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        assert_answered(ask_signed(a, both[i]));
        assert_string_equal(a->answer.content_type, "text/xml");
        assert_string_equal(a->answer.operation, "GetCallerIdentity");
        assert_body_has(a, "<Account>" API_OTHER_ACCOUNT "</Account>");
        assert_body_has(
            a, "<Arn>arn:aws:iam::" API_OTHER_ACCOUNT ":root</Arn>");
        assert_body_has(a, "<UserId>" API_OTHER_ACCOUNT "</UserId>");
        assert_body_has(a, "<RequestId>" REQUEST_ID "</RequestId>");
    }
}

static void
sts_refuses_in_xml(void **state)
{
    struct asker *a = asker_of(state);
    struct signed_request post = { .method = "POST",
        .query = "",
        .body = IDENTITY,
        .service = "sts",
        .content_type = FORM };
    struct signed_request wrong = post;
    wrong.secret = "another secret";
    assert_int_equal(ask_signed(a, &wrong), 403);
    assert_body_has(a, "<Code>SignatureDoesNotMatch</Code>");
    wrong = post;
    wrong.service = "kms";
    assert_int_equal(ask_signed(a, &wrong), 403);
    assert_body_has(a, "correct service: 'sts'");
    wrong = post;
    wrong.body = "Action=GetFederationToken&Version=2011-06-15&Name=x";
    assert_int_equal(ask_signed(a, &wrong), 400);
    assert_body_has(a, "<Message>GetFederationToken is not supported");
    wrong.body = "Action=GetCallerIdentity&Version=2010";
    assert_int_equal(ask_signed(a, &wrong), 400);
    assert_body_has(a, "<Code>InvalidAction</Code>");
    wrong.body = "Action=%3Cscript%3E%26&Version=2011-06-15";
    assert_int_equal(ask_signed(a, &wrong), 400);
    assert_body_has(a, "&lt;script&gt;&amp; is not supported");
    wrong.body = "Action=%zz&Version=2011-06-15";
    assert_int_equal(ask_signed(a, &wrong), 400);
    assert_body_has(a, "<Code>InvalidAction</Code>");
}

enum { THREADS = 12, ROUNDS = 20 };

struct signer {
    struct asker asker;
    bool honest;
    size_t let_in;
    pthread_t thread;
};

static void *
sign_often(void *context)
{
    struct signer *signer = context;
    struct signed_request request = good;
    if (!signer->honest)
        request.secret = "another secret";
    for (int i = 0; i < ROUNDS; i++)
        signer->let_in += ask_signed(&signer->asker, &request) == 200;
    return NULL;
}

static void
many_signers_at_once_are_told_apart(void **state)
{
    struct signer signers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        signers[i] = (struct signer){ .honest = i % 2 == 0 };
        asker_init(&signers[i].asker, asker_of(state)->api);
        assert_int_equal(
            pthread_create(&signers[i].thread, NULL, sign_often, &signers[i]),
            0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(signers[i].thread, NULL), 0);
        assert_int_equal(signers[i].let_in, signers[i].honest ? ROUNDS : 0);
        asker_reset(&signers[i].asker);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_good_signature_is_let_in_as_its_account),
        TEST(a_wrong_signature_is_refused),
        TEST(a_signature_out_of_date_is_refused),
        TEST(a_signature_for_another_service_is_refused),
        TEST(what_is_no_signature_is_refused),
        TEST(sts_tells_who_calls),
        TEST(sts_refuses_in_xml),
        TEST(many_signers_at_once_are_told_apart),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
