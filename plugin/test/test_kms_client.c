/* SPDX-License-Identifier: Apache-2.0 */
/* Calls against a server that answers well, badly, or not at all. */
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { LONG_MS = 15000 };

#define ANSWER                                                                 \
    "{\"CiphertextBlob\":\"c2VhbGVk\",\"Plaintext\":\"b3Blbg==\","             \
    "\"KeyId\":\"arn:aws:kms:eu-central-1:111122223333:key/k\"}"

/* A server, and a client for it, for the length of a test. */
struct fixture {
    struct server *server;
    struct credentials *credentials;
    struct kms_client *client;
};

static void
set_up(struct fixture *f, server_handler *handler, void *context)
{
    f->server = server_new(handler, context);
    f->credentials = test_credentials();
    f->client = test_client(server_url(f->server), f->credentials);
}

static void
tear_down(struct fixture *f)
{
    kms_client_free(f->client);
    credentials_free(f->credentials);
    server_free(f->server);
}

/* One Encrypt to its end. */
static void
encrypt(struct fixture *f, struct test_call *call, int64_t timeout_ms)
{
    test_call_init(call);
    test_encrypt(f->client, call, KMS_LANE_TRAFFIC, "seed", timeout_ms);
    test_wait(call);
    assert_int_equal(call->done, 1);
}

/* Encrypts once: the failure, and nothing that looks like an answer. */
static void
assert_fails(struct fixture *f, enum kms_failure failure, int64_t timeout_ms)
{
    struct test_call call;
    encrypt(f, &call, timeout_ms);
    if (call.failure != failure)
        fail_msg("failure %d, \"%s\"", (int)call.failure, call.message);
    assert_true(call.bytes.ptr == NULL && call.key_arn.ptr == NULL);
    assert_true(call.message[0] != 0);
    test_call_reset(&call);
}

static void
assert_works(struct fixture *f)
{
    struct test_call call;
    encrypt(f, &call, LONG_MS);
    if (call.failure != KMS_FAILURE_NONE)
        fail_msg("failure %d, \"%s\"", (int)call.failure, call.message);
    assert_string_equal(buf_text(&call.bytes), "sealed");
    test_call_reset(&call);
}

/* ---- requests as KMS wants them ---------------------------------------- */

/* What the last request was, copied. */
struct seen {
    enum status signature;
    char target[64], type[64], token[64], arn[128], account[16], agent[64];
    char accept[16];
    char body[512];
};

static void
copy_header(const struct server_request *request, const char *name, char *to,
    size_t size)
{
    (void)snprintf(to, size, "%.*s", SPAN_ARG(server_header(request, name)));
}

static enum status
check_signature(const struct server_request *request)
{
    struct sigv4_authorization authorization;
    struct sigv4_request wire = request->wire;
    struct buf hash = { 0 };
    enum status st = sigv4_parse_authorization(
        server_header(request, "authorization"), &authorization);
    if (st == STATUS_OK)
        st = sigv4_payload_hash(request->body, &hash);
    wire.payload_sha256_hex = buf_span(&hash);
    if (st == STATUS_OK)
        st = sigv4_verify(&wire, &authorization,
            server_header(request, "x-amz-date"), SPAN_LITERAL(TEST_SECRET_KEY),
            NULL, NULL, NULL);
    buf_reset(&hash);
    return st;
}

static bool
remember(void *context, const struct server_request *request)
{
    struct seen *seen = context;
    seen->signature = check_signature(request);
    copy_header(request, "x-amz-target", seen->target, sizeof(seen->target));
    copy_header(request, "content-type", seen->type, sizeof(seen->type));
    copy_header(
        request, "x-amz-security-token", seen->token, sizeof(seen->token));
    copy_header(request, "x-amz-source-arn", seen->arn, sizeof(seen->arn));
    copy_header(
        request, "x-amz-source-account", seen->account, sizeof(seen->account));
    copy_header(request, "user-agent", seen->agent, sizeof(seen->agent));
    copy_header(request, "accept", seen->accept, sizeof(seen->accept));
    (void)snprintf(
        seen->body, sizeof(seen->body), "%.*s", SPAN_ARG(request->body));
    server_answer(request, 200, ANSWER);
    return true;
}

static void
encrypt_is_signed_and_answered(void **state)
{
    (void)state;
    struct seen seen;
    struct fixture f;
    struct test_call call;
    const struct kms_context_pair context[] = {
        { SPAN_LITERAL("a"), SPAN_LITERAL("\"b\"") },
        { SPAN_LITERAL("c"), SPAN_LITERAL("\xc3\xa9") },
    };
    set_up(&f, remember, &seen);
    test_call_init(&call);
    test_start(f.client, &call,
        &(struct kms_input){ .operation = KMS_ENCRYPT,
            .lane = KMS_LANE_TRAFFIC,
            .key_id = SPAN_LITERAL("alias/test"),
            .bytes = SPAN_LITERAL("seed"),
            .context = context,
            .context_count = ARRAY_LEN(context),
            .deadline_ms = test_now_ms() + LONG_MS });
    test_wait(&call);
    assert_int_equal(call.failure, KMS_FAILURE_NONE);
    assert_int_equal(call.http_status, 200);
    assert_string_equal(call.request_id, "id-1");
    assert_string_equal(buf_text(&call.bytes), "sealed");
    assert_string_equal(
        buf_text(&call.key_arn), "arn:aws:kms:eu-central-1:111122223333:key/k");
    assert_ok(seen.signature);
    assert_string_equal(seen.target, "TrentService.Encrypt");
    assert_string_equal(seen.type, "application/x-amz-json-1.1");
    assert_string_equal(seen.token, TEST_TOKEN);
    assert_string_equal(seen.arn, "");
    assert_string_equal(seen.accept, "");
    assert_memory_equal(seen.agent, "aws-kms-plugin/", 15);
    assert_string_equal(seen.body,
        "{\"KeyId\":\"alias/test\",\"Plaintext\":\"c2VlZA==\","
        "\"EncryptionContext\":{\"a\":\"\\\"b\\\"\",\"c\":\"\xc3\xa9\"}}");
    test_call_reset(&call);
    tear_down(&f);
}

static void
decrypt_names_no_key(void **state)
{
    (void)state;
    struct seen seen;
    struct fixture f;
    struct test_call call;
    set_up(&f, remember, &seen);
    test_call_init(&call);
    test_start(f.client, &call,
        &(struct kms_input){ .operation = KMS_DECRYPT,
            .lane = KMS_LANE_HEALTH,
            .key_id = SPAN_LITERAL("ignored"),
            .bytes = SPAN_LITERAL("sealed"),
            .deadline_ms = test_now_ms() + LONG_MS });
    test_wait(&call);
    assert_int_equal(call.failure, KMS_FAILURE_NONE);
    assert_string_equal(buf_text(&call.bytes), "open");
    assert_ok(seen.signature);
    assert_string_equal(seen.target, "TrentService.Decrypt");
    assert_string_equal(seen.body, "{\"CiphertextBlob\":\"c2VhbGVk\"}");
    test_call_reset(&call);
    tear_down(&f);
}

static void
source_arn_is_sent_and_signed(void **state)
{
    (void)state;
    struct seen seen;
    struct fixture f;
    set_up(&f, remember, &seen);
    kms_client_free(f.client);
    const struct kms_options options = {
        .endpoint = span_text(server_url(f.server)),
        .region = SPAN_LITERAL(TEST_REGION),
        .credentials = f.credentials,
        .source_arn =
            SPAN_LITERAL("arn:aws:eks:eu-central-1:111122223333:cluster/c"),
    };
    assert_ok(kms_client_new(&options, &f.client));
    assert_works(&f);
    assert_ok(seen.signature);
    assert_string_equal(
        seen.arn, "arn:aws:eks:eu-central-1:111122223333:cluster/c");
    assert_string_equal(seen.account, "111122223333");
    tear_down(&f);
}

static void
proxies_are_not_asked_for_loopback_http(void **state)
{
    (void)state;
    struct seen seen;
    struct fixture f;
    static const char *const variables[] = { "http_proxy", "HTTP_PROXY",
        "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        (void)setenv(variables[i], "http://127.0.0.1:1", 1);
    set_up(&f, remember, &seen);
    assert_works(&f);
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        (void)unsetenv(variables[i]);
    tear_down(&f);
}

/* ---- connections -------------------------------------------------------- */

static bool
answer_well(void *context, const struct server_request *request)
{
    (void)context;
    server_answer(request, 200, ANSWER);
    return true;
}

static void
a_connection_is_used_again(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, answer_well, NULL);
    for (int i = 0; i < 5; i++)
        assert_works(&f);
    assert_int_equal(server_connections(f.server), 1);
    assert_int_equal(server_requests(f.server), 5);
    tear_down(&f);
}

/* Reads the second request of the first connection, and closes instead. */
static bool
close_on_second(void *context, const struct server_request *request)
{
    (void)context;
    if (request->connection == 1 && request->nth == 2)
        return false;
    server_answer(request, 200, ANSWER);
    return true;
}

static void
a_used_connection_that_closes_is_replaced_once(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, close_on_second, NULL);
    assert_works(&f);
    assert_works(&f);
    assert_int_equal(server_connections(f.server), 2);
    assert_int_equal(server_requests(f.server), 3);
    tear_down(&f);
}

static bool
close_at_once(void *context, const struct server_request *request)
{
    (void)context;
    (void)request;
    return false;
}

static bool
reset_at_once(void *context, const struct server_request *request)
{
    (void)context;
    server_reset(request);
    return false;
}

static void
a_new_connection_that_breaks_is_a_transport_failure(void **state)
{
    (void)state;
    server_handler *const handlers[] = { close_at_once, reset_at_once };
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++) {
        struct fixture f;
        set_up(&f, handlers[i], NULL);
        assert_fails(&f, KMS_FAILURE_TRANSPORT, LONG_MS);
        assert_int_equal(server_requests(f.server), 1);
        tear_down(&f);
    }
}

static void
a_refused_connection_is_a_transport_failure(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, answer_well, NULL);
    char url[64];
    (void)snprintf(url, sizeof(url), "%s", server_url(f.server));
    server_free(f.server);
    assert_fails(&f, KMS_FAILURE_TRANSPORT, LONG_MS);
    kms_client_free(f.client);
    credentials_free(f.credentials);
}

static void
plain_http_where_tls_is_wanted_is_a_transport_failure(void **state)
{
    (void)state;
    struct fixture f;
    char url[64];
    set_up(&f, close_at_once, NULL);
    kms_client_free(f.client);
    (void)snprintf(
        url, sizeof(url), "https%s", server_url(f.server) + strlen("http"));
    f.client = test_client(url, f.credentials);
    assert_fails(&f, KMS_FAILURE_TRANSPORT, 3000);
    assert_int_equal(server_requests(f.server), 0);
    tear_down(&f);
}

/* ---- answers that are none ----------------------------------------------- */

/* Sends what the test gives and closes. */
static bool
send_raw(void *context, const struct server_request *request)
{
    server_send(request, *(const struct span *)context);
    return false;
}

static void
broken_answers_have_their_failure(void **state)
{
    (void)state;
    const struct {
        struct span raw;
        enum kms_failure failure;
    } cases[] = {
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Ci"),
            KMS_FAILURE_TRANSPORT },
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\n{\"Cip"),
            KMS_FAILURE_TRANSPORT },
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Le"),
            KMS_FAILURE_TRANSPORT },
        { SPAN_LITERAL("220 smtp.example ESMTP\r\n"), KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
            KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\n"
                       "Content-Length: 6\r\n\r\n<html>"),
            KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\n"
                       "Content-Length: 2\r\n\r\n{}"),
            KMS_FAILURE_BAD_ANSWER },
        { SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                       "Content-Length: 43\r\n\r\n"
                       "{\"CiphertextBlob\":\"c2VhbGVk\",\"KeyId\":\"key\"}"),
            KMS_FAILURE_BAD_ANSWER },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        struct span raw = cases[i].raw;
        set_up(&f, send_raw, &raw);
        assert_fails(&f, cases[i].failure, LONG_MS);
        tear_down(&f);
    }
}

static bool
answer_hugely(void *context, const struct server_request *request)
{
    static const uint8_t blanks[4096] = { ' ' };
    (void)context;
    server_send(request,
        SPAN_LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"));
    for (int i = 0; i < 200; i++)
        server_send(request, span_of(blanks, sizeof(blanks)));
    return false;
}

static void
a_huge_answer_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, answer_hugely, NULL);
    assert_fails(&f, KMS_FAILURE_BAD_ANSWER, LONG_MS);
    tear_down(&f);
}

static bool
answer_with_error(void *context, const struct server_request *request)
{
    (void)context;
    server_answer(request, 400,
        "{\"__type\":\"com.amazonaws.kms#NotFoundException\","
        "\"message\":\"Alias is not found.\"}");
    return true;
}

static void
an_error_of_kms_is_told_in_its_words(void **state)
{
    (void)state;
    struct fixture f;
    struct test_call call;
    set_up(&f, answer_with_error, NULL);
    encrypt(&f, &call, LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
    assert_int_equal(call.http_status, 400);
    assert_string_equal(call.error_type, "NotFoundException");
    assert_string_equal(call.message, "Alias is not found.");
    assert_string_equal(call.request_id, "id-1");
    test_call_reset(&call);
    tear_down(&f);
}

static bool
hang(void *context, const struct server_request *request)
{
    (void)context;
    (void)server_hang(request);
    return false;
}

static void
silence_ends_at_the_deadline(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f, hang, NULL);
    int64_t before_ms = test_now_ms();
    assert_fails(&f, KMS_FAILURE_TIMEOUT, 150);
    assert_true(test_now_ms() - before_ms >= 150);
    assert_true(test_now_ms() - before_ms < LONG_MS);
    assert_fails(&f, KMS_FAILURE_TIMEOUT, -1);
    assert_int_equal(server_requests(f.server), 1);
    tear_down(&f);
}

/* ---- what never leaves --------------------------------------------------- */

static enum status
no_credentials(struct credentials *source, struct credentials_set *out,
    struct buf *problem)
{
    (void)source;
    (void)out;
    buf_say(problem, "there are none");
    return STATUS_NOT_FOUND;
}

static void
missing_credentials_are_told(void **state)
{
    (void)state;
    static const struct credentials_ops ops = { .get = no_credentials };
    struct credentials none = { &ops };
    struct fixture f;
    struct test_call call;
    set_up(&f, answer_well, NULL);
    kms_client_free(f.client);
    f.client = test_client(server_url(f.server), &none);
    encrypt(&f, &call, LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_CREDENTIALS);
    assert_string_equal(call.message, "there are none");
    assert_int_equal(server_connections(f.server), 0);
    test_call_reset(&call);
    tear_down(&f);
}

static void
never_done(void *context, struct kms_result *result)
{
    (void)context;
    (void)result;
    fail_msg("done was called");
}

static void
input_that_cannot_be_sent_starts_nothing(void **state)
{
    (void)state;
    static const uint8_t large[KMS_INPUT_MAX + 1];
    struct fixture f;
    struct kms_call *call = NULL;
    const struct kms_context_pair bad = { SPAN_LITERAL("k"),
        SPAN_LITERAL("\xff") };
    const struct {
        struct kms_input input;
        enum status status;
    } cases[] = {
        { { .bytes = { large, sizeof(large) } }, STATUS_TOO_LARGE },
        { { .bytes = { large, KMS_INPUT_MAX }, .key_id = SPAN_LITERAL("k") },
            STATUS_TOO_LARGE },
        { { .key_id = SPAN_LITERAL("\xc0\x80") }, STATUS_INVALID },
        { { .context = &bad, .context_count = 1 }, STATUS_INVALID },
    };
    set_up(&f, answer_well, NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(
            kms_start(f.client, &cases[i].input, never_done, NULL, &call),
            cases[i].status);
        assert_null(call);
    }
    assert_int_equal(server_connections(f.server), 0);
    tear_down(&f);
}

static void
options_that_are_none_make_no_client(void **state)
{
    (void)state;
    static const struct {
        const char *endpoint, *region, *arn;
    } bad[] = {
        { "127.0.0.1:80", TEST_REGION, "" },
        { "ftp://127.0.0.1/", TEST_REGION, "" },
        { "http://", TEST_REGION, "" },
        { "http://user:pw@127.0.0.1/", TEST_REGION, "" },
        { "http://127.0.0.1/?q", TEST_REGION, "" },
        { "http://127.0.0.1/#f", TEST_REGION, "" },
        { "http://127.0.0.1:99999/", TEST_REGION, "" },
        { "http://127.0.0.1/", "", "" },
        { "http://127.0.0.1/", "Europe", "" },
        { "http://127.0.0.1/", "eu central", "" },
        { "http://127.0.0.1/", TEST_REGION, "not an arn" },
        { "http://127.0.0.1/", TEST_REGION, "arn:aws:iam:::role/x" },
    };
    struct credentials *credentials = test_credentials();
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct kms_client *client = NULL;
        const struct kms_options options = {
            .endpoint = span_text(bad[i].endpoint),
            .region = span_text(bad[i].region),
            .source_arn = span_text(bad[i].arn),
            .credentials = credentials,
        };
        enum status st = kms_client_new(&options, &client);
        if (st != STATUS_INVALID)
            fail_msg("%s %s %s: %s", bad[i].endpoint, bad[i].region, bad[i].arn,
                status_text(st));
        assert_null(client);
    }
    credentials_free(credentials);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encrypt_is_signed_and_answered),
        cmocka_unit_test(decrypt_names_no_key),
        cmocka_unit_test(source_arn_is_sent_and_signed),
        cmocka_unit_test(proxies_are_not_asked_for_loopback_http),
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(a_used_connection_that_closes_is_replaced_once),
        cmocka_unit_test(a_new_connection_that_breaks_is_a_transport_failure),
        cmocka_unit_test(a_refused_connection_is_a_transport_failure),
        cmocka_unit_test(plain_http_where_tls_is_wanted_is_a_transport_failure),
        cmocka_unit_test(broken_answers_have_their_failure),
        cmocka_unit_test(a_huge_answer_is_refused),
        cmocka_unit_test(an_error_of_kms_is_told_in_its_words),
        cmocka_unit_test(silence_ends_at_the_deadline),
        cmocka_unit_test(missing_credentials_are_told),
        cmocka_unit_test(input_that_cannot_be_sent_starts_nothing),
        cmocka_unit_test(options_that_are_none_make_no_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
