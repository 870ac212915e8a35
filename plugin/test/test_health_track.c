/* SPDX-License-Identifier: Apache-2.0 */
/* When a key is probed without a question, on times that are handed in. */
#include "health/track.h"

#include "base/log.h"
#include "test/check.h"

enum { NOW_MS = 5000000, AGES_MS = 3600 * 1000 };

static const struct crypt crypt = { .key_id = SPAN_INIT("alias/t") };
static const struct health_options options = { .crypt = &crypt,
    .max_age_ms = AGES_MS };
static const struct failure broken = { FAILURE_OTHER, GRPC_CODE_UNAVAILABLE,
    "" };
static const struct failure good = { FAILURE_NONE, GRPC_CODE_OK, "" };

static void
no_probe(void *context, const struct probe_result *result)
{
    (void)context;
    (void)result;
    fail();
}

/* One that is asked about, and was probed with that result, at NOW_MS. */
static struct track
probed(const struct failure *failure)
{
    struct track t;
    struct buf text = { 0 };
    const struct probe_result result = { *failure, KMS_DECRYPT, &text };
    track_init(&t, &options, NULL, METRICS_V2, no_probe);
    track_begin(&t, NOW_MS);
    track_probed(&t, &result, NOW_MS);
    buf_reset(&text);
    return t;
}

static bool
note(struct track *t, enum kms_operation operation,
    const struct failure *failure, int64_t after_ms)
{
    const struct health_news news = { METRICS_V2, operation, failure,
        { NULL, 0 } };
    return track_note(t, &news, NOW_MS + after_ms);
}

static void
failures_start_a_probe_but_not_each_one(void **state)
{
    (void)state;
    struct track t = probed(&good);
    assert_false(note(&t, KMS_ENCRYPT, &broken, HEALTH_RETRY_MS - 1));
    assert_true(note(&t, KMS_ENCRYPT, &broken, HEALTH_RETRY_MS));
    track_reset(&t);
}

static void
a_success_of_one_operation_has_a_bad_key_probed_at_once(void **state)
{
    (void)state;
    struct track t = probed(&broken); /* Decrypt was */
    assert_true(note(&t, KMS_ENCRYPT, &good, 1));
    assert_false(note(&t, KMS_DECRYPT, &good, 1)); /* all is well */
    track_reset(&t);
}

static void
a_bad_key_is_probed_again_while_somebody_asks(void **state)
{
    (void)state;
    enum { LAST_MS = HEALTH_ASKED_MS - 1 };
    struct track t = probed(&broken);
    assert_int_equal(track_next_retry(&t, NOW_MS), NOW_MS + HEALTH_RETRY_MS);
    assert_int_equal(
        track_next_retry(&t, NOW_MS + LAST_MS), NOW_MS + HEALTH_RETRY_MS);
    assert_int_equal(track_next_retry(&t, NOW_MS + HEALTH_ASKED_MS), INT64_MAX);
    assert_true(note(&t, KMS_ENCRYPT, &broken, LAST_MS));
    assert_false(note(&t, KMS_ENCRYPT, &broken, HEALTH_ASKED_MS));
    assert_false(note(&t, KMS_ENCRYPT, &good, HEALTH_ASKED_MS));
    track_reset(&t);
}

static void
a_good_key_is_not_probed_again(void **state)
{
    (void)state;
    struct track t = probed(&good);
    assert_int_equal(track_next_retry(&t, NOW_MS), INT64_MAX);
    assert_false(note(&t, KMS_ENCRYPT, &good, HEALTH_RETRY_MS));
    track_reset(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_start_a_probe_but_not_each_one),
        cmocka_unit_test(
            a_success_of_one_operation_has_a_bad_key_probed_at_once),
        cmocka_unit_test(a_bad_key_is_probed_again_while_somebody_asks),
        cmocka_unit_test(a_good_key_is_not_probed_again),
    };
    log_init("test_health_track", LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("health_track", tests, NULL, NULL);
}
