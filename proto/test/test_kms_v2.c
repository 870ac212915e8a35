/* SPDX-License-Identifier: Apache-2.0 */
/* The seed of a KMS v2 provider, and what a Status does to it. */
#include "support_v2.h"
#include "test/check.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static void
nothing_works_before_the_first_good_status(void **state)
{
    struct support_v2 *b = *state;
    struct kms_v2_view view = { 0 };
    struct buf stored = { 0 };
    bool stale = false;
    assert_int_equal(kms_v2_look(b->kms, &view), STATUS_NOT_FOUND);
    assert_int_equal(support_v2_seal(b, &stored), STATUS_UNAVAILABLE);
    assert_words(b, "got unexpected nil transformer");
    assert_int_equal(stored.len, 0);
    assert_ok(buf_append(&stored, SPAN_LITERAL("\x0a\x01"
                                               "d\x12\x01k\x1a\x01s\x28\x01")));
    assert_int_equal(support_v2_open(b, &stored, &stale), STATUS_UNAVAILABLE);
    assert_words(b, "got unexpected nil transformer");
    assert_int_equal(b->fake.decrypt_calls, 0);
    buf_reset(&stored);
}

static void
one_seed_serves_all_writes_and_its_own_reads(void **state)
{
    struct support_v2 *b = *state;
    bool stale = true;
    assert_ok(support_v2_health(b));
    for (size_t i = 0; i < 5; i++) {
        struct buf stored = support_v2_sealed(b);
        assert_ok(support_v2_open(b, &stored, &stale));
        assert_false(stale);
        buf_reset(&stored);
    }
    assert_int_equal(b->fake.encrypt_calls, 1);
    assert_int_equal(b->fake.decrypt_calls, 0);
    assert_int_equal(support_v2_expiry(b), SUPPORT_V2_START + 3 * MINUTE);
}

static void
a_restarted_apiserver_asks_once_for_an_old_seed(void **state)
{
    struct support_v2 *b = *state;
    bool stale = true;
    b->fake.annotation = "note.example.com";
    assert_ok(support_v2_health(b));
    struct buf stored = support_v2_sealed(b);
    support_v2_restart(b);
    assert_ok(support_v2_health(b));
    assert_ok(support_v2_open(b, &stored, &stale));
    assert_ok(support_v2_open(b, &stored, &stale));
    assert_false(stale); /* another seed, but the same key id */
    assert_int_equal(b->fake.decrypt_calls, 1);
    assert_span_text(buf_span(&b->fake.last_key_id), "key-1");
    assert_int_equal(b->fake.last_annotations, 1);
    buf_reset(&stored);
}

static void
a_failed_unwrapping_is_not_remembered(void **state)
{
    struct support_v2 *b = *state;
    bool stale = false;
    assert_ok(support_v2_health(b));
    struct buf stored = support_v2_sealed(b);
    support_v2_restart(b);
    assert_ok(support_v2_health(b));
    b->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    for (unsigned i = 1; i <= 2; i++) {
        assert_int_equal(
            support_v2_open(b, &stored, &stale), STATUS_UNAVAILABLE);
        assert_words(b,
            "failed to decrypt DEK, error: rpc error: code = Unavailable desc "
            "= scripted");
        assert_int_equal(b->fake.decrypt_calls, i);
    }
    b->fake.decrypt_code = GRPC_CODE_OK;
    assert_ok(support_v2_open(b, &stored, &stale));
    buf_reset(&stored);
}

/* ---- the seed and the key id: what kube-apiserver's own tests go through */

static void
the_same_key_id_moves_the_expiry_on_without_a_call(void **state)
{
    struct support_v2 *b = *state;
    assert_ok(support_v2_health(b));
    b->time.now_ms += MINUTE;
    assert_ok(support_v2_health(b));
    assert_int_equal(support_v2_expiry(b), SUPPORT_V2_START + 4 * MINUTE);
    assert_int_equal(b->fake.encrypt_calls, 1);
}

static void
a_seed_seals_until_three_minutes_are_over(void **state)
{
    struct support_v2 *b = *state;
    struct buf stored = { 0 };
    assert_ok(support_v2_health(b));
    b->time.now_ms += 3 * MINUTE;
    assert_ok(support_v2_seal(b, &stored));
    b->time.now_ms += 1;
    assert_int_equal(support_v2_seal(b, &stored), STATUS_TIMEOUT);
    buf_reset(&stored);
}

static void
an_expired_seed_is_revived_by_its_key_id(void **state)
{
    struct support_v2 *b = *state;
    struct buf stored = { 0 };
    assert_ok(support_v2_health(b));
    b->time.now_ms += HOUR;
    assert_int_equal(support_v2_seal(b, &stored), STATUS_TIMEOUT);
    assert_words(b, "encryptedDEKSource with keyID hash \"" SUPPORT_V2_HASH_1
                    "\" expired at 2025-11-22T12:03:00Z (current time is "
                    "2025-11-22T13:00:00Z)");
    assert_ok(support_v2_health(b));
    assert_ok(support_v2_seal(b, &stored));
    assert_int_equal(b->fake.encrypt_calls, 1);
    buf_reset(&stored);
}

static void
another_key_id_makes_another_seed_also_after_expiry(void **state)
{
    struct support_v2 *b = *state;
    bool stale = false;
    assert_ok(support_v2_health(b));
    struct buf stored = support_v2_sealed(b);
    for (unsigned i = 1; i <= 2; i++) {
        b->fake.key_id = i == 1 ? "key-2" : "key-3";
        b->time.now_ms += i == 1 ? MINUTE : HOUR;
        assert_ok(support_v2_health(b));
        assert_int_equal(b->fake.encrypt_calls, 1 + i);
        assert_ok(support_v2_open(b, &stored, &stale));
        assert_true(stale);
        assert_int_equal(support_v2_expiry(b), b->time.now_ms + 3 * MINUTE);
    }
    assert_int_equal(b->fake.decrypt_calls, 0);
    buf_reset(&stored);
}

/* The words of a failed rotation after its uid, which is drawn. */
static void
assert_rotation_words(struct support_v2 *b, const char *from_use_seed)
{
    static const char before[] = "kmsv2 Provider p is not healthy, error: "
                                 "failed to rotate DEK uid=\"";
    const char *text = buf_text(&b->error.text);
    assert_memory_equal(text, before, sizeof(before) - 1);
    text += sizeof(before) - 1 + 36;
    assert_string_equal(text, from_use_seed);
}

static void
a_seed_that_cannot_be_wrapped_leaves_the_old_one_its_time(void **state)
{
    struct support_v2 *b = *state;
    struct buf stored = { 0 };
    assert_ok(support_v2_health(b));
    b->fake.key_id = "key-2";
    b->fake.encrypt_code = GRPC_CODE_PERMISSION_DENIED;
    b->time.now_ms += MINUTE;
    assert_int_equal(support_v2_health(b), STATUS_DENIED);
    assert_rotation_words(b,
        "\", useSeed=true, errState=<nil>, errGen=failed to encrypt DEK, "
        "error: rpc error: code = PermissionDenied desc = scripted, "
        "statusKeyIDHash=\"" SUPPORT_V2_HASH_2 "\", encryptKeyIDHash=\"\", "
        "stateKeyIDHash=\"" SUPPORT_V2_HASH_1
        "\", expirationTimestamp=2025-11-22T12:03:00Z");
    assert_int_equal(support_v2_expiry(b), SUPPORT_V2_START + 3 * MINUTE);
    assert_ok(support_v2_seal(b, &stored));
    b->time.now_ms += 2 * MINUTE + 1;
    assert_int_equal(support_v2_seal(b, &stored), STATUS_TIMEOUT);
    buf_reset(&stored);
}

static void
a_seed_of_another_key_id_than_status_says_is_not_taken(void **state)
{
    struct support_v2 *b = *state;
    b->fake.encrypt_key_id = "key-2";
    assert_int_equal(support_v2_health(b), STATUS_CONFLICT);
    assert_rotation_words(b,
        "\", useSeed=true, errState=got unexpected nil transformer, "
        "errGen=<nil>, statusKeyIDHash=\"" SUPPORT_V2_HASH_1
        "\", encryptKeyIDHash=\"" SUPPORT_V2_HASH_2 "\", stateKeyIDHash=\"\", "
        "expirationTimestamp=0001-01-01T00:00:00Z");
    struct kms_v2_view view = { 0 };
    assert_int_equal(kms_v2_look(b->kms, &view), STATUS_NOT_FOUND);
}

static const struct {
    size_t wrapped_len;
    const char *annotation, *encrypt_key_id;
    const char *words; /* errGen */
} bad_answers[] = {
    { 1025, NULL, NULL,
        "failed to validate encrypted DEK source: encrypted DEK source is "
        "1025 bytes, which exceeds the max size of 1024" },
    { 0, "panda", NULL,
        "failed to validate annotations: annotations: Invalid value: "
        "\"panda\": should be a domain with at least two segments separated "
        "by dots" },
    { 0, NULL, "", "failed to validate key id: keyID is empty" },
};

static void
an_answer_against_the_rules_makes_no_seed(void **state)
{
    struct support_v2 *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad_answers); i++) {
        struct kms_v2_view view = { 0 };
        size_t at;
        b->fake.wrapped_len = bad_answers[i].wrapped_len;
        b->fake.annotation = bad_answers[i].annotation;
        b->fake.encrypt_key_id = bad_answers[i].encrypt_key_id;
        b->time.now_ms += MINUTE;
        assert_int_equal(support_v2_health(b), STATUS_INVALID);
        assert_true(span_search(
            buf_span(&b->error.text), span_text(bad_answers[i].words), &at));
        assert_int_equal(kms_v2_look(b->kms, &view), STATUS_NOT_FOUND);
    }
}

/* ---- Status ------------------------------------------------------------ */

static const struct {
    const char *version, *healthz, *key_id;
    const char *words;
} statuses[] = {
    { "v2", "sick", "key-1", "got unexpected healthz status: sick" },
    { "v1", "ok", "key-1", "expected KMSv2 API version v2, got v1" },
    { "v2", "ok", "", "got invalid KMSv2 KeyID hash \"\": keyID is empty" },
    { "v3", "sick", "",
        "[got unexpected healthz status: sick, expected KMSv2 API version v2, "
        "got v3, got invalid KMSv2 KeyID hash \"\": keyID is empty]" },
};

static void
all_that_is_wrong_with_a_status_is_said_together(void **state)
{
    struct support_v2 *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct buf words = { 0 };
        b->fake.version = statuses[i].version;
        b->fake.healthz = statuses[i].healthz;
        b->fake.key_id = statuses[i].key_id;
        b->time.now_ms += MINUTE;
        assert_int_not_equal(support_v2_health(b), STATUS_OK);
        assert_ok(buf_printf(&words,
            "kmsv2 Provider p is not healthy, error: %s", statuses[i].words));
        assert_words(b, buf_text(&words));
        buf_reset(&words);
    }
    /* The first row's key id was valid, so it made a seed nonetheless. */
    assert_int_equal(b->fake.encrypt_calls, 1);
}

static void
the_version_may_be_either_but_not_change(void **state)
{
    struct support_v2 *b = *state;
    b->fake.version = "v2beta1";
    assert_ok(support_v2_health(b));
    b->fake.version = "v2";
    b->time.now_ms += MINUTE;
    assert_int_equal(support_v2_health(b), STATUS_CONFLICT);
    assert_words(b,
        "kmsv2 Provider p is not healthy, error: KMSv2 API version should not "
        "change after the initial status response version v2beta1, got v2");
}

static void
results_are_used_again_for_twenty_and_for_three_seconds(void **state)
{
    struct support_v2 *b = *state;
    assert_ok(support_v2_health(b));
    b->fake.status_code = GRPC_CODE_FAILED_PRECONDITION;
    b->time.now_ms += 20 * SECOND - 1;
    assert_ok(support_v2_health(b));
    assert_int_equal(b->fake.status_calls, 1);
    b->time.now_ms += 1;
    assert_int_equal(support_v2_health(b), STATUS_UNAVAILABLE);
    assert_words(b,
        "failed to perform status section of the healthz check for KMS "
        "Provider p, error: rpc error: code = FailedPrecondition desc = "
        "scripted");
    b->fake.status_code = GRPC_CODE_OK;
    b->time.now_ms += 3 * SECOND - 1;
    assert_int_equal(support_v2_health(b), STATUS_UNAVAILABLE);
    assert_words(b, "rpc error: code = FailedPrecondition desc = scripted");
    b->time.now_ms += 1;
    assert_ok(support_v2_health(b));
    assert_int_equal(b->fake.status_calls, 3);
}

static void
the_time_to_write_counts_from_before_the_wrapping(void **state)
{
    struct support_v2 *b = *state;
    b->fake.clock = &b->time;
    b->fake.call_ms = 2000;
    assert_ok(support_v2_health(b));
    /* Status took 2 s, then the time was taken, then Encrypt took 2 s. */
    assert_int_equal(
        support_v2_expiry(b), SUPPORT_V2_START + 2 * SECOND + 3 * MINUTE);
    assert_int_equal(b->time.now_ms, SUPPORT_V2_START + 4 * SECOND);
}

int
main(void)
{
#define WITH(test)                                                             \
    cmocka_unit_test_setup_teardown(test, support_v2_setup, support_v2_teardown)
    static const struct CMUnitTest tests[] = {
        WITH(nothing_works_before_the_first_good_status),
        WITH(one_seed_serves_all_writes_and_its_own_reads),
        WITH(a_restarted_apiserver_asks_once_for_an_old_seed),
        WITH(a_failed_unwrapping_is_not_remembered),
        WITH(the_same_key_id_moves_the_expiry_on_without_a_call),
        WITH(a_seed_seals_until_three_minutes_are_over),
        WITH(an_expired_seed_is_revived_by_its_key_id),
        WITH(another_key_id_makes_another_seed_also_after_expiry),
        WITH(a_seed_that_cannot_be_wrapped_leaves_the_old_one_its_time),
        WITH(a_seed_of_another_key_id_than_status_says_is_not_taken),
        WITH(an_answer_against_the_rules_makes_no_seed),
        WITH(all_that_is_wrong_with_a_status_is_said_together),
        WITH(the_version_may_be_either_but_not_change),
        WITH(results_are_used_again_for_twenty_and_for_three_seconds),
        WITH(the_time_to_write_counts_from_before_the_wrapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
