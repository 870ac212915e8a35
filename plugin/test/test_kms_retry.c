/* SPDX-License-Identifier: Apache-2.0 */
/* What is tried again, how long after, and when no more. */
#include "kms/retry.h"
#include "test/check.h"

static const struct {
    enum kms_failure failure;
    unsigned http_status;
    const char *error_type;
    bool worth;
} endings[] = {
    { KMS_FAILURE_NONE, 200, "", false },
    { KMS_FAILURE_TRANSPORT, 0, "", true },
    { KMS_FAILURE_TIMEOUT, 0, "", true },
    { KMS_FAILURE_CANCELLED, 0, "", false },
    { KMS_FAILURE_CREDENTIALS, 0, "", false },
    { KMS_FAILURE_INTERNAL, 0, "", false },
    { KMS_FAILURE_ANSWER, 400, "Throttling", true },
    { KMS_FAILURE_ANSWER, 400, "ThrottlingException", true },
    { KMS_FAILURE_ANSWER, 400, "ThrottledException", true },
    { KMS_FAILURE_ANSWER, 400, "RequestThrottledException", true },
    { KMS_FAILURE_ANSWER, 400, "TooManyRequestsException", true },
    { KMS_FAILURE_ANSWER, 400, "ProvisionedThroughputExceededException", true },
    { KMS_FAILURE_ANSWER, 400, "TransactionInProgressException", true },
    { KMS_FAILURE_ANSWER, 400, "RequestLimitExceeded", true },
    { KMS_FAILURE_ANSWER, 400, "BandwidthLimitExceeded", true },
    { KMS_FAILURE_ANSWER, 400, "LimitExceededException", true },
    { KMS_FAILURE_ANSWER, 400, "RequestThrottled", true },
    { KMS_FAILURE_ANSWER, 400, "SlowDown", true },
    { KMS_FAILURE_ANSWER, 400, "PriorRequestNotComplete", true },
    { KMS_FAILURE_ANSWER, 400, "EC2ThrottledException", true },
    { KMS_FAILURE_ANSWER, 400, "RequestTimeout", true },
    { KMS_FAILURE_ANSWER, 400, "RequestTimeoutException", true },
    { KMS_FAILURE_ANSWER, 500, "KMSInternalException", true },
    { KMS_FAILURE_ANSWER, 500, "KeyUnavailableException", true },
    { KMS_FAILURE_ANSWER, 500, "DependencyTimeoutException", true },
    { KMS_FAILURE_ANSWER, 503, "ServiceUnavailableException", true },
    { KMS_FAILURE_ANSWER, 502, "Any", true },
    { KMS_FAILURE_ANSWER, 504, "Any", true },
    { KMS_FAILURE_ANSWER, 501, "Any", false },
    { KMS_FAILURE_ANSWER, 505, "Any", false },
    { KMS_FAILURE_ANSWER, 429, "Any", false },
    { KMS_FAILURE_ANSWER, 400, "DisabledException", false },
    { KMS_FAILURE_ANSWER, 400, "KMSInvalidStateException", false },
    { KMS_FAILURE_ANSWER, 400, "NotFoundException", false },
    { KMS_FAILURE_ANSWER, 400, "AccessDeniedException", false },
    { KMS_FAILURE_ANSWER, 400, "InvalidCiphertextException", false },
    { KMS_FAILURE_ANSWER, 400, "ExpiredTokenException", false },
    { KMS_FAILURE_ANSWER, 400, "throttlingexception", false },
    { KMS_FAILURE_BAD_ANSWER, 500, "", true },
    { KMS_FAILURE_BAD_ANSWER, 502, "", true },
    { KMS_FAILURE_BAD_ANSWER, 503, "", true },
    { KMS_FAILURE_BAD_ANSWER, 504, "", true },
    { KMS_FAILURE_BAD_ANSWER, 200, "", false },
    { KMS_FAILURE_BAD_ANSWER, 302, "", false },
};

static void
what_the_sdks_retry_is_worth_a_retry(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        const struct kms_result result = { .failure = endings[i].failure,
            .http_status = endings[i].http_status,
            .error_type = span_text(endings[i].error_type) };
        if (retry_is_worth(&result) != endings[i].worth)
            fail_msg("%d %u %s", (int)endings[i].failure,
                endings[i].http_status, endings[i].error_type);
    }
}

/* Randomness that is always the same byte, or none at all. */
static enum status
fill_with(void *context, uint8_t *bytes, size_t len)
{
    const int *byte = context;
    if (*byte < 0)
        return STATUS_CRYPTO;
    memset(bytes, *byte, len);
    return STATUS_OK;
}

static void
delays_double_up_to_twenty_seconds(void **state)
{
    (void)state;
    static const int64_t longest[] = { 2000, 4000, 8000, 16000, 20000, 20000 };
    int byte = 0xff;
    const struct random most = { fill_with, &byte };
    for (unsigned i = 0; i < ARRAY_LEN(longest); i++)
        assert_int_equal(retry_delay_ms(i + 1, -1, &most), longest[i]);
    assert_int_equal(retry_delay_ms(UINT32_MAX, -1, &most), 20000);
    byte = 0;
    assert_int_equal(retry_delay_ms(1, -1, &most), 0);
    byte = -1;
    assert_int_equal(retry_delay_ms(1, -1, &most), 2000);
}

static void
delays_are_spread(void **state)
{
    (void)state;
    struct random_seeded seeded = { 1 };
    const struct random random = random_seeded(&seeded);
    int64_t sum = 0;
    unsigned early = 0;
    enum { COUNT = 1000 };
    for (int i = 0; i < COUNT; i++) {
        int64_t delay_ms = retry_delay_ms(1, -1, &random);
        assert_in_range(delay_ms, 0, 2000);
        sum += delay_ms;
        early += delay_ms < 500;
    }
    assert_in_range(sum / COUNT, 900, 1100);
    assert_in_range(early, 200, 300);
}

static void
a_server_may_ask_for_five_seconds_more(void **state)
{
    (void)state;
    static const struct {
        int byte;
        int64_t hint_ms, delay_ms;
    } cases[] = {
        { 0, -1, 0 },
        { 0, 0, 0 },
        { 0, 1500, 1500 },
        { 0, 5000, 5000 },
        { 0, 5001, 5000 },
        { 0, INT32_MAX, 5000 },
        { 0xff, 1999, 2000 },
        { 0xff, 2001, 2001 },
        { 0xff, 60000, 7000 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int byte = cases[i].byte;
        const struct random random = { fill_with, &byte };
        assert_int_equal(
            retry_delay_ms(1, cases[i].hint_ms, &random), cases[i].delay_ms);
    }
}

static void
a_hundred_retries_empty_the_bucket(void **state)
{
    (void)state;
    struct retry_bucket bucket;
    int64_t taken = 0;
    retry_bucket_init(&bucket, 0, 0);
    for (int i = 0; i < 100; i++) {
        assert_true(retry_bucket_take(&bucket, false, &taken));
        assert_int_equal(taken, 5);
    }
    taken = -7;
    assert_false(retry_bucket_take(&bucket, false, &taken));
    assert_int_equal(taken, -7);
    assert_int_equal(bucket.tokens, 0);
}

static void
a_retry_after_a_timeout_costs_twice(void **state)
{
    (void)state;
    struct retry_bucket bucket;
    int64_t taken = 0;
    retry_bucket_init(&bucket, 15, 0);
    assert_true(retry_bucket_take(&bucket, true, &taken));
    assert_int_equal(taken, 10);
    assert_false(retry_bucket_take(&bucket, true, &taken));
    assert_true(retry_bucket_take(&bucket, false, &taken));
    assert_int_equal(bucket.tokens, 0);
}

static void
successes_fill_the_bucket_to_its_brim(void **state)
{
    (void)state;
    struct retry_bucket bucket;
    int64_t taken = 0;
    retry_bucket_init(&bucket, 10, 0);
    assert_true(retry_bucket_take(&bucket, false, &taken));
    retry_bucket_give(&bucket, 0);
    assert_int_equal(bucket.tokens, 6);
    retry_bucket_give(&bucket, taken);
    assert_int_equal(bucket.tokens, 10);
    retry_bucket_give(&bucket, 0);
    assert_int_equal(bucket.tokens, 10);
}

static void
a_cost_that_is_given_is_that_of_each_retry(void **state)
{
    (void)state;
    struct retry_bucket bucket;
    int64_t taken = 0;
    retry_bucket_init(&bucket, 2, 1);
    assert_true(retry_bucket_take(&bucket, true, &taken));
    assert_int_equal(taken, 1);
    assert_true(retry_bucket_take(&bucket, false, &taken));
    assert_false(retry_bucket_take(&bucket, false, &taken));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_sdks_retry_is_worth_a_retry),
        cmocka_unit_test(delays_double_up_to_twenty_seconds),
        cmocka_unit_test(delays_are_spread),
        cmocka_unit_test(a_server_may_ask_for_five_seconds_more),
        cmocka_unit_test(a_hundred_retries_empty_the_bucket),
        cmocka_unit_test(a_retry_after_a_timeout_costs_twice),
        cmocka_unit_test(successes_fill_the_bucket_to_its_brim),
        cmocka_unit_test(a_cost_that_is_given_is_that_of_each_retry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
