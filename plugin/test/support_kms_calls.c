/* SPDX-License-Identifier: Apache-2.0 */
#include "support_kms_calls.h"

#include "test/check.h"

#include <stdio.h>
#include <time.h>

struct credentials *
test_credentials(void)
{
    struct credentials *credentials = NULL;
    const struct sigv4_credentials from = { SPAN_LITERAL(TEST_ACCESS_KEY),
        SPAN_LITERAL(TEST_SECRET_KEY), SPAN_LITERAL(TEST_TOKEN) };
    assert_ok(credentials_static_new(&from, &credentials));
    return credentials;
}

static enum status
fill_zeros(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    memset(bytes, 0, len);
    return STATUS_OK;
}

struct random
test_no_pause(void)
{
    return (struct random){ fill_zeros, NULL };
}

struct kms_client *
test_client(const char *url, struct credentials *credentials)
{
    struct kms_client *client = NULL;
    const struct kms_options options = {
        .endpoint = span_text(url),
        .region = SPAN_LITERAL(TEST_REGION),
        .credentials = credentials,
        .random = test_no_pause(),
    };
    assert_ok(kms_client_new(&options, &client));
    return client;
}

void
test_call_init(struct test_call *call)
{
    *call = (struct test_call){ 0 };
    assert_int_equal(pthread_mutex_init(&call->lock, NULL), 0);
    assert_int_equal(pthread_cond_init(&call->ended, NULL), 0);
}

void
test_call_reset(struct test_call *call)
{
    (void)pthread_mutex_destroy(&call->lock);
    (void)pthread_cond_destroy(&call->ended);
    buf_reset(&call->bytes);
    buf_reset(&call->key_arn);
}

static void
copy_text(struct span text, char *to, size_t size)
{
    (void)snprintf(to, size, "%.*s", SPAN_ARG(text));
}

static void
on_done(void *context, struct kms_result *result)
{
    struct test_call *call = context;
    (void)pthread_mutex_lock(&call->lock);
    call->done++;
    call->failure = result->failure;
    call->http_status = result->http_status;
    call->attempts = result->attempts;
    copy_text(result->region, call->region, sizeof(call->region));
    copy_text(result->error_type, call->error_type, sizeof(call->error_type));
    copy_text(result->message, call->message, sizeof(call->message));
    copy_text(result->request_id, call->request_id, sizeof(call->request_id));
    buf_take(&call->bytes, &result->bytes);
    buf_take(&call->key_arn, &result->key_arn);
    (void)pthread_cond_signal(&call->ended);
    (void)pthread_mutex_unlock(&call->lock);
}

void
test_start(struct kms_client *client, struct test_call *call,
    const struct kms_input *input)
{
    assert_ok(kms_start(client, input, on_done, call, &call->call));
}

void
test_encrypt(struct kms_client *client, struct test_call *call,
    enum kms_lane lane, const char *text, int64_t timeout_ms)
{
    const struct kms_input input = {
        .operation = KMS_ENCRYPT,
        .lane = lane,
        .key_id = SPAN_LITERAL("alias/test"),
        .bytes = span_text(text),
        .deadline_ms = test_now_ms() + timeout_ms,
    };
    test_start(client, call, &input);
}

int64_t
test_now_ms(void)
{
    struct clock clock = clock_monotonic();
    return clock_ms(&clock);
}

void
test_wait(struct test_call *call)
{
    enum { LIMIT_S = 20 };
    struct timespec until;
    int error = 0;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LIMIT_S;
    (void)pthread_mutex_lock(&call->lock);
    while (call->done == 0 && error == 0)
        error = pthread_cond_timedwait(&call->ended, &call->lock, &until);
    (void)pthread_mutex_unlock(&call->lock);
    assert_int_equal(error, 0);
}

void
fixture_init(struct fixture *f, server_handler *handler, void *context)
{
    f->server = server_new(handler, context);
    f->credentials = test_credentials();
    f->client = test_client(server_url(f->server), f->credentials);
}

void
fixture_client(struct fixture *f, struct kms_options options)
{
    kms_client_free(f->client);
    f->client = NULL;
    if (options.endpoint.len == 0)
        options.endpoint = span_text(server_url(f->server));
    if (options.region.len == 0)
        options.region = SPAN_LITERAL(TEST_REGION);
    if (options.credentials == NULL)
        options.credentials = f->credentials;
    if (options.random.fill == NULL)
        options.random = test_no_pause();
    assert_ok(kms_client_new(&options, &f->client));
}

void
fixture_reset(struct fixture *f)
{
    kms_client_free(f->client);
    credentials_free(f->credentials);
    server_free(f->server);
}

void
fixture_encrypt(struct fixture *f, struct test_call *call, int64_t timeout_ms)
{
    test_call_init(call);
    test_encrypt(f->client, call, KMS_LANE_TRAFFIC, "seed", timeout_ms);
    test_wait(call);
    assert_int_equal(call->done, 1);
}

void
fixture_fails(struct fixture *f, enum kms_failure failure, int64_t timeout_ms)
{
    struct test_call call;
    fixture_encrypt(f, &call, timeout_ms);
    if (call.failure != failure)
        fail_msg("failure %d, \"%s\"", (int)call.failure, call.message);
    assert_true(call.bytes.ptr == NULL && call.key_arn.ptr == NULL);
    assert_true(call.message[0] != 0);
    test_call_reset(&call);
}

void
fixture_works(struct fixture *f)
{
    struct test_call call;
    fixture_encrypt(f, &call, TEST_LONG_MS);
    if (call.failure != KMS_FAILURE_NONE)
        fail_msg("failure %d, \"%s\"", (int)call.failure, call.message);
    assert_string_equal(buf_text(&call.bytes), "sealed");
    test_call_reset(&call);
}
