/* SPDX-License-Identifier: Apache-2.0 */
/* What the client sends, and what it never does. */
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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
    server_answer(request, 200, TEST_ANSWER);
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
    fixture_init(&f, remember, &seen);
    test_call_init(&call);
    test_start(f.client, &call,
        &(struct kms_input){ .operation = KMS_ENCRYPT,
            .lane = KMS_LANE_TRAFFIC,
            .key_id = SPAN_LITERAL("alias/test"),
            .bytes = SPAN_LITERAL("seed"),
            .context = context,
            .context_count = ARRAY_LEN(context),
            .deadline_ms = test_now_ms() + TEST_LONG_MS });
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
    fixture_reset(&f);
}

static void
decrypt_names_no_key(void **state)
{
    (void)state;
    struct seen seen;
    struct fixture f;
    struct test_call call;
    fixture_init(&f, remember, &seen);
    test_call_init(&call);
    test_start(f.client, &call,
        &(struct kms_input){ .operation = KMS_DECRYPT,
            .lane = KMS_LANE_HEALTH,
            .key_id = SPAN_LITERAL("ignored"),
            .bytes = SPAN_LITERAL("sealed"),
            .deadline_ms = test_now_ms() + TEST_LONG_MS });
    test_wait(&call);
    assert_int_equal(call.failure, KMS_FAILURE_NONE);
    assert_string_equal(buf_text(&call.bytes), "open");
    assert_ok(seen.signature);
    assert_string_equal(seen.target, "TrentService.Decrypt");
    assert_string_equal(seen.body, "{\"CiphertextBlob\":\"c2VhbGVk\"}");
    test_call_reset(&call);
    fixture_reset(&f);
}

static void
source_arn_is_sent_and_signed(void **state)
{
    (void)state;
    struct seen seen;
    struct fixture f;
    fixture_init(&f, remember, &seen);
    kms_client_free(f.client);
    const struct kms_options options = {
        .endpoint = span_text(server_url(f.server)),
        .region = SPAN_LITERAL(TEST_REGION),
        .credentials = f.credentials,
        .source_arn =
            SPAN_LITERAL("arn:aws:eks:eu-central-1:111122223333:cluster/c"),
    };
    assert_ok(kms_client_new(&options, &f.client));
    fixture_works(&f);
    assert_ok(seen.signature);
    assert_string_equal(
        seen.arn, "arn:aws:eks:eu-central-1:111122223333:cluster/c");
    assert_string_equal(seen.account, "111122223333");
    fixture_reset(&f);
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
    fixture_init(&f, remember, &seen);
    fixture_works(&f);
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        (void)unsetenv(variables[i]);
    fixture_reset(&f);
}

static bool
answer_well(void *context, const struct server_request *request)
{
    (void)context;
    server_answer(request, 200, TEST_ANSWER);
    return true;
}

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
    fixture_init(&f, answer_well, NULL);
    kms_client_free(f.client);
    f.client = test_client(server_url(f.server), &none);
    fixture_encrypt(&f, &call, TEST_LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_CREDENTIALS);
    assert_string_equal(call.message, "there are none");
    assert_int_equal(server_connections(f.server), 0);
    test_call_reset(&call);
    fixture_reset(&f);
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
    fixture_init(&f, answer_well, NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(
            kms_start(f.client, &cases[i].input, never_done, NULL, &call),
            cases[i].status);
        assert_null(call);
    }
    assert_int_equal(server_connections(f.server), 0);
    fixture_reset(&f);
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

/* ---- whether the loop's thread is at work ---- */

static void
await_alive(const struct kms_client *client, bool alive)
{
    int64_t limit_ms = test_now_ms() + TEST_LONG_MS;
    while (kms_client_is_alive(client, 100) != alive) {
        assert_true(test_now_ms() < limit_ms);
        (void)nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
    }
}

static void
stand_still(void *opaque, struct kms_result *result)
{
    pthread_mutex_t *lock = opaque;
    (void)result;
    (void)pthread_mutex_lock(lock);
    (void)pthread_mutex_unlock(lock);
}

static void
a_loop_that_stands_still_is_noticed(void **state)
{
    (void)state;
    struct fixture f;
    pthread_mutex_t lock;
    const struct kms_input input = { .operation = KMS_ENCRYPT,
        .bytes = SPAN_LITERAL("seed"),
        .deadline_ms = test_now_ms() + TEST_LONG_MS };
    assert_int_equal(pthread_mutex_init(&lock, NULL), 0);
    fixture_init(&f, remember, &(struct seen){ 0 });
    fixture_client(&f, (struct kms_options){ .beat_ms = 10 });
    /* Longer than what counts as alive: idle, it shows itself. */
    (void)nanosleep(&(struct timespec){ 0, 200 * 1000000 }, NULL);
    await_alive(f.client, true);
    (void)pthread_mutex_lock(&lock);
    assert_ok(kms_start(f.client, &input, stand_still, &lock, NULL));
    await_alive(f.client, false);
    (void)pthread_mutex_unlock(&lock);
    await_alive(f.client, true);
    fixture_reset(&f);
    (void)pthread_mutex_destroy(&lock);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encrypt_is_signed_and_answered),
        cmocka_unit_test(decrypt_names_no_key),
        cmocka_unit_test(source_arn_is_sent_and_signed),
        cmocka_unit_test(proxies_are_not_asked_for_loopback_http),
        cmocka_unit_test(missing_credentials_are_told),
        cmocka_unit_test(input_that_cannot_be_sent_starts_nothing),
        cmocka_unit_test(options_that_are_none_make_no_client),
        cmocka_unit_test(a_loop_that_stands_still_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
