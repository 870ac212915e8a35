/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials that come late or are refused. */
#include "support_kms_calls.h"
#include "support_kms_server.h"
#include "test/check.h"

#include <stdio.h>
#include <time.h>

/* A source that a test fills: nothing yet, or an access key. */
struct source {
    struct credentials source;
    pthread_mutex_t lock;
    const char *key;      /* NULL: being fetched */
    const char *next_key; /* that it has once it was refused; NULL: none */
    bool fetches;         /* others, once it was refused */
    unsigned refused;
    unsigned asked;
    credentials_news_fn *news;
    void *context;
};

static enum status
source_get(struct credentials *opaque, struct credentials_set *out,
    struct buf *problem)
{
    struct source *source = (struct source *)opaque;
    (void)problem;
    (void)pthread_mutex_lock(&source->lock);
    const char *key = source->key;
    source->asked++;
    (void)pthread_mutex_unlock(&source->lock);
    if (key == NULL)
        return STATUS_BUSY;
    if (buf_append_text(&out->access_key_id, key) != STATUS_OK ||
        buf_append_text(&out->secret_access_key, TEST_SECRET_KEY) != STATUS_OK)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static void
source_watch(
    struct credentials *opaque, credentials_news_fn *news, void *context)
{
    struct source *source = (struct source *)opaque;
    (void)pthread_mutex_lock(&source->lock);
    source->news = news;
    source->context = context;
    (void)pthread_mutex_unlock(&source->lock);
}

static bool
source_refused(struct credentials *opaque, const struct credentials_set *set)
{
    struct source *source = (struct source *)opaque;
    (void)pthread_mutex_lock(&source->lock);
    if (source->key != NULL &&
        span_equal_text(buf_span(&set->access_key_id), source->key))
        source->refused++;
    if (source->next_key != NULL)
        source->key = source->next_key;
    bool fetches = source->fetches;
    (void)pthread_mutex_unlock(&source->lock);
    return fetches;
}

static const struct credentials_ops source_ops = {
    .get = source_get,
    .watch = source_watch,
    .refused = source_refused,
};

static void
source_init(struct source *source, const char *key, const char *next_key)
{
    *source = (struct source){
        .source.ops = &source_ops, .key = key, .next_key = next_key
    };
    assert_int_equal(pthread_mutex_init(&source->lock, NULL), 0);
}

static void
source_tell(struct source *source, const char *key)
{
    (void)pthread_mutex_lock(&source->lock);
    source->key = key;
    credentials_news_fn *news = source->news;
    void *context = source->context;
    (void)pthread_mutex_unlock(&source->lock);
    assert_non_null(news);
    news(context);
}

static void
wait_until_asked(struct source *source, unsigned count)
{
    const struct timespec pause = { 0, 1000000 };
    int64_t limit_ms = test_now_ms() + TEST_LONG_MS;
    for (bool asked = false; !asked; (void)nanosleep(&pause, NULL)) {
        (void)pthread_mutex_lock(&source->lock);
        asked = source->asked >= count;
        (void)pthread_mutex_unlock(&source->lock);
        assert_true(test_now_ms() < limit_ms);
    }
}

/* Answers requests that were signed with the access key "GOOD…", and refuses
 * others with the error that the test names. */
static bool
demand_good_key(void *context, const struct server_request *request)
{
    const char *error = context;
    size_t at;
    char body[128];
    if (span_search(server_header(request, "authorization"),
            SPAN_LITERAL("Credential=GOOD"), &at)) {
        server_answer(request, 200, TEST_ANSWER);
        return true;
    }
    (void)snprintf(
        body, sizeof(body), "{\"__type\":\"%s\",\"message\":\"no\"}", error);
    server_answer(request, 400, body);
    return true;
}

static void
calls_wait_for_the_first_credentials(void **state)
{
    (void)state;
    enum { CALLS = 20 };
    struct fixture f;
    struct source source;
    struct test_call calls[CALLS];
    source_init(&source, NULL, NULL);
    fixture_init(&f, demand_good_key, NULL);
    fixture_client(&f, (struct kms_options){ .credentials = &source.source });
    for (size_t i = 0; i < CALLS; i++) {
        test_call_init(&calls[i]);
        test_encrypt(f.client, &calls[i],
            i % 2 ? KMS_LANE_HEALTH : KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    }
    wait_until_asked(&source, CALLS);
    assert_int_equal(server_connections(f.server), 0);
    source_tell(&source, NULL); /* news, but still none */
    wait_until_asked(&source, 2 * CALLS);
    source_tell(&source, "GOOD");
    for (size_t i = 0; i < CALLS; i++) {
        test_wait(&calls[i]);
        assert_int_equal(calls[i].failure, KMS_FAILURE_NONE);
        assert_int_equal(calls[i].attempts, 1);
        test_call_reset(&calls[i]);
    }
    fixture_reset(&f);
    assert_null(source.news);
}

static void
a_call_waits_for_credentials_until_its_deadline(void **state)
{
    (void)state;
    struct fixture f;
    struct source source;
    struct test_call call;
    source_init(&source, NULL, NULL);
    fixture_init(&f, demand_good_key, NULL);
    fixture_client(&f, (struct kms_options){ .credentials = &source.source });
    fixture_encrypt(&f, &call, 100);
    assert_int_equal(call.failure, KMS_FAILURE_CREDENTIALS);
    assert_non_null(strstr(call.message, "still being fetched"));
    assert_int_equal(call.attempts, 0);
    assert_int_equal(server_connections(f.server), 0);
    test_call_reset(&call);
    source_tell(&source, "GOOD");
    fixture_works(&f);
    fixture_reset(&f);
}

static void
a_call_that_waits_for_credentials_can_be_cancelled(void **state)
{
    (void)state;
    struct fixture f;
    struct source source;
    struct test_call calls[2];
    source_init(&source, NULL, NULL);
    fixture_init(&f, demand_good_key, NULL);
    fixture_client(&f, (struct kms_options){ .credentials = &source.source });
    for (size_t i = 0; i < 2; i++) {
        test_call_init(&calls[i]);
        test_encrypt(
            f.client, &calls[i], KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
    }
    wait_until_asked(&source, 2);
    kms_cancel(f.client, calls[0].call);
    test_wait(&calls[0]);
    fixture_reset(&f);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(calls[i].failure, KMS_FAILURE_CANCELLED);
        test_call_reset(&calls[i]);
    }
}

static void
a_source_hears_of_a_refusal_also_when_nothing_is_tried_again(void **state)
{
    (void)state;
    char error[] = "ExpiredTokenException";
    struct fixture f;
    struct source source;
    struct test_call call;
    source_init(&source, "OLD", "GOOD");
    fixture_init(&f, demand_good_key, error);
    fixture_client(&f, (struct kms_options){ .credentials = &source.source,
                           .retry_max_attempts = 1 });
    fixture_encrypt(&f, &call, TEST_LONG_MS);
    assert_int_equal(call.failure, KMS_FAILURE_ANSWER);
    assert_int_equal(call.attempts, 1);
    assert_int_equal(source.refused, 1);
    test_call_reset(&call);
    fixture_works(&f);
    fixture_reset(&f);
}

static void
refused_credentials_are_replaced_where_others_are_had(void **state)
{
    (void)state;
    static const struct {
        const char *error, *next_key;
        enum kms_failure failure;
        unsigned attempts, refused;
    } cases[] = {
        { "ExpiredTokenException", "GOOD", KMS_FAILURE_NONE, 2, 1 },
        { "ExpiredToken", "GOOD", KMS_FAILURE_NONE, 2, 1 },
        { "UnrecognizedClientException", "GOOD", KMS_FAILURE_NONE, 2, 1 },
        { "InvalidClientTokenId", "GOOD", KMS_FAILURE_NONE, 2, 1 },
        { "ExpiredTokenException", NULL, KMS_FAILURE_ANSWER, 1, 1 },
        { "ExpiredTokenException", "OLDER", KMS_FAILURE_ANSWER, 2, 2 },
        { "AccessDeniedException", "GOOD", KMS_FAILURE_ANSWER, 1, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        struct source source;
        struct test_call call;
        char error[64];
        (void)snprintf(error, sizeof(error), "%s", cases[i].error);
        source_init(&source, "OLD", cases[i].next_key);
        fixture_init(&f, demand_good_key, error);
        fixture_client(
            &f, (struct kms_options){ .credentials = &source.source });
        fixture_encrypt(&f, &call, TEST_LONG_MS);
        assert_int_equal(call.failure, cases[i].failure);
        assert_int_equal(call.attempts, cases[i].attempts);
        assert_int_equal(source.refused, cases[i].refused);
        if (call.failure != KMS_FAILURE_NONE)
            assert_string_equal(call.error_type, cases[i].error);
        test_call_reset(&call);
        fixture_reset(&f);
    }
}

/* Credentials that expire while others are being fetched fail no call. */
static void
a_refused_call_waits_for_the_credentials_that_are_fetched(void **state)
{
    (void)state;
    static const struct {
        const char *told;
        enum kms_failure failure;
    } cases[] = { { "GOOD", KMS_FAILURE_NONE }, { "OLD", KMS_FAILURE_ANSWER } };
    enum { CALLS = 20 };
    char error[] = "ExpiredTokenException";
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        struct source source;
        struct test_call calls[CALLS];
        source_init(&source, "OLD", NULL);
        source.fetches = true;
        fixture_init(&f, demand_good_key, error);
        fixture_client(
            &f, (struct kms_options){ .credentials = &source.source });
        for (size_t j = 0; j < CALLS; j++) {
            test_call_init(&calls[j]);
            test_encrypt(
                f.client, &calls[j], KMS_LANE_TRAFFIC, "seed", TEST_LONG_MS);
        }
        wait_until_asked(&source, 2 * CALLS); /* to send, and once refused */
        source_tell(&source, cases[i].told);
        for (size_t j = 0; j < CALLS; j++) {
            test_wait(&calls[j]);
            assert_int_equal(calls[j].failure, cases[i].failure);
            assert_int_equal(calls[j].attempts, 2);
            test_call_reset(&calls[j]);
        }
        fixture_reset(&f);
    }
}

static void
a_refused_call_waits_until_its_deadline(void **state)
{
    (void)state;
    char error[] = "ExpiredTokenException";
    struct fixture f;
    struct source source;
    struct test_call call;
    source_init(&source, "OLD", NULL);
    source.fetches = true;
    fixture_init(&f, demand_good_key, error);
    fixture_client(&f, (struct kms_options){ .credentials = &source.source });
    fixture_encrypt(&f, &call, 200);
    assert_int_equal(call.failure, KMS_FAILURE_CREDENTIALS);
    assert_non_null(strstr(call.message, "KMS refused those held"));
    assert_int_equal(call.attempts, 1);
    test_call_reset(&call);
    fixture_reset(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_wait_for_the_first_credentials),
        cmocka_unit_test(a_call_waits_for_credentials_until_its_deadline),
        cmocka_unit_test(a_call_that_waits_for_credentials_can_be_cancelled),
        cmocka_unit_test(refused_credentials_are_replaced_where_others_are_had),
        cmocka_unit_test(
            a_refused_call_waits_for_the_credentials_that_are_fetched),
        cmocka_unit_test(a_refused_call_waits_until_its_deadline),
        cmocka_unit_test(
            a_source_hears_of_a_refusal_also_when_nothing_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
