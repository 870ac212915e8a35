/* SPDX-License-Identifier: Apache-2.0 */
#include "health/verdict.h"
#include "test/check.h"

enum { MAX_AGE_MS = 30000, NOW_MS = 1000000 };

static const struct failure broken = { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
    "" };
static const struct failure throttled = { FAILURE_THROTTLED,
    GRPC_CODE_RESOURCE_EXHAUSTED, "" };
static const struct failure corrupt = { FAILURE_CORRUPTION,
    GRPC_CODE_INVALID_ARGUMENT, "" };
static const struct failure off = { FAILURE_USER, GRPC_CODE_FAILED_PRECONDITION,
    "" };
static const struct failure cancelled = { FAILURE_USER, GRPC_CODE_CANCELLED,
    "" };

static void
make_good(struct verdict *v, int64_t now_ms)
{
    verdict_success(v, KMS_ENCRYPT, now_ms);
    verdict_success(v, KMS_DECRYPT, now_ms);
}

static void
fail_probe(struct verdict *v, enum kms_operation operation,
    const struct failure *failure, const char *words, int64_t now_ms)
{
    struct buf text = { 0 };
    assert_ok(buf_append_text(&text, words));
    verdict_probe_failed(v, operation, failure, &text, now_ms);
    assert_int_equal(text.len, 0);
    buf_reset(&text);
}

static void
nothing_is_known_at_first(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    struct health_view view = verdict_view(&v, NOW_MS);
    assert_int_equal(view.state, HEALTH_UNKNOWN);
    assert_int_equal(view.failure.code, GRPC_CODE_UNAVAILABLE);
    assert_true(view.text.len > 0);
    assert_false(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS));
    assert_false(verdict_is_bad(&v));
    verdict_reset(&v);
}

static void
both_operations_must_have_succeeded(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    verdict_success(&v, KMS_ENCRYPT, NOW_MS);
    assert_int_equal(verdict_view(&v, NOW_MS).state, HEALTH_UNKNOWN);
    verdict_success(&v, KMS_DECRYPT, NOW_MS);
    assert_int_equal(verdict_view(&v, NOW_MS).state, HEALTH_GOOD);
    assert_int_equal(verdict_view(&v, NOW_MS).text.len, 0);
    verdict_reset(&v);
}

static void
good_is_fresh_for_its_time_and_trusted_for_longer(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    make_good(&v, NOW_MS);
    assert_true(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS + MAX_AGE_MS - 1));
    assert_false(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS + MAX_AGE_MS));
    assert_false(verdict_is_fresh(&v, 0, NOW_MS));
    assert_int_equal(
        verdict_view(&v, NOW_MS + HEALTH_TRUST_MS - 1).state, HEALTH_GOOD);
    assert_int_equal(
        verdict_view(&v, NOW_MS + HEALTH_TRUST_MS).state, HEALTH_UNKNOWN);
    verdict_reset(&v);
}

static void
the_older_of_the_two_successes_counts(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    make_good(&v, NOW_MS);
    verdict_success(&v, KMS_ENCRYPT, NOW_MS + MAX_AGE_MS);
    assert_false(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS + MAX_AGE_MS));
    verdict_reset(&v);
}

static void
a_failed_probe_is_bad_until_that_operation_succeeds(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    make_good(&v, NOW_MS);
    fail_probe(&v, KMS_DECRYPT, &off, "the key is off", NOW_MS);
    struct health_view view = verdict_view(&v, NOW_MS);
    assert_int_equal(view.state, HEALTH_BAD);
    assert_int_equal(view.failure.code, GRPC_CODE_FAILED_PRECONDITION);
    assert_span_text(view.text, "the key is off");
    verdict_success(&v, KMS_ENCRYPT, NOW_MS);
    assert_true(verdict_is_bad(&v));
    verdict_success(&v, KMS_DECRYPT, NOW_MS);
    assert_int_equal(verdict_view(&v, NOW_MS).state, HEALTH_GOOD);
    verdict_reset(&v);
}

static void
throttling_leaves_good_good_and_bad_bad(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    make_good(&v, NOW_MS);
    fail_probe(&v, KMS_ENCRYPT, &throttled, "slow", NOW_MS + MAX_AGE_MS);
    assert_true(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS + MAX_AGE_MS));
    fail_probe(&v, KMS_ENCRYPT, &broken, "gone", NOW_MS + MAX_AGE_MS);
    fail_probe(&v, KMS_ENCRYPT, &throttled, "slow", NOW_MS + MAX_AGE_MS);
    struct health_view view = verdict_view(&v, NOW_MS + MAX_AGE_MS);
    assert_int_equal(view.state, HEALTH_BAD);
    assert_span_text(view.text, "gone");
    verdict_reset(&v);
}

static void
throttling_from_the_start_is_unknown_and_says_why(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    fail_probe(&v, KMS_ENCRYPT, &throttled, "slow down", NOW_MS);
    struct health_view view = verdict_view(&v, NOW_MS);
    assert_int_equal(view.state, HEALTH_UNKNOWN);
    assert_int_equal(view.failure.code, GRPC_CODE_RESOURCE_EXHAUSTED);
    assert_span_text(view.text, "slow down");
    verdict_reset(&v);
}

static void
a_real_failure_is_a_reason_to_probe_and_no_verdict(void **state)
{
    (void)state;
    struct verdict v;
    verdict_init(&v);
    make_good(&v, NOW_MS);
    assert_true(verdict_real_failure(&v, &broken));
    assert_int_equal(verdict_view(&v, NOW_MS).state, HEALTH_GOOD);
    assert_false(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS));
    verdict_reset(&v);
}

static void
what_the_caller_or_the_rate_did_is_no_reason(void **state)
{
    (void)state;
    const struct failure *none[] = { &throttled, &corrupt, &cancelled };
    struct verdict v;
    verdict_init(&v);
    make_good(&v, NOW_MS);
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        assert_false(verdict_real_failure(&v, none[i]));
    assert_true(verdict_is_fresh(&v, MAX_AGE_MS, NOW_MS));
    assert_true(verdict_real_failure(&v, &off));
    verdict_reset(&v);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_at_first),
        cmocka_unit_test(both_operations_must_have_succeeded),
        cmocka_unit_test(good_is_fresh_for_its_time_and_trusted_for_longer),
        cmocka_unit_test(the_older_of_the_two_successes_counts),
        cmocka_unit_test(a_failed_probe_is_bad_until_that_operation_succeeds),
        cmocka_unit_test(throttling_leaves_good_good_and_bad_bad),
        cmocka_unit_test(throttling_from_the_start_is_unknown_and_says_why),
        cmocka_unit_test(a_real_failure_is_a_reason_to_probe_and_no_verdict),
        cmocka_unit_test(what_the_caller_or_the_rate_did_is_no_reason),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
