/* SPDX-License-Identifier: Apache-2.0 */
/* Outages, restarts, new keys and new configurations in model time. */
#include "k8s/kms_probe.h"
#include "support_model.h"
#include "test/check.h"

enum {
    SECOND = SUPPORT_MODEL_SECOND,
    MINUTE = SUPPORT_MODEL_MINUTE,
};

static void
without_status_writes_go_on_for_three_minutes(void **state)
{
    struct support_model *s = *state;
    bool rewritten = true;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.status_code = s->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 3 * MINUTE);
    assert_int_equal(support_model_create(s, "s2"), 201);
    model_advance(s->model, 1);
    assert_int_equal(support_model_create(s, "s3"), 500);
    assert_message(s,
        "Internal error occurred: encryptedDEKSource with keyID hash "
        "\"sha256:"
        "be2974546978e3739e6d6da85c4be9f334ce32df2b9fd4b6ff1b55c0d57e9d44\" "
        "expired at 2025-11-22T12:03:00Z (current time is "
        "2025-11-22T12:03:00Z)");
    assert_int_equal(support_model_get(s, "s3"), 404);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    assert_false(rewritten);
}

static void
writes_heal_within_ten_seconds(void **state)
{
    struct support_model *s = *state;
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 10 * MINUTE);
    assert_int_equal(support_model_create(s, "s1"), 500);
    s->fake.status_code = GRPC_CODE_OK;
    model_advance(s->model, 10 * SECOND);
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_int_equal(s->fake.encrypt_calls, 1); /* the old seed lives on */
}

static void
polls_come_each_minute_and_each_ten_seconds_when_bad(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(s->fake.status_calls, 1);
    model_advance(s->model, 10 * MINUTE);
    assert_int_equal(s->fake.status_calls, 11);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 2 * MINUTE);
    assert_int_equal(s->fake.status_calls, 11 + 1 + 6);
    s->fake.status_code = GRPC_CODE_OK;
    model_advance(s->model, 10 * SECOND);
    assert_int_equal(s->fake.status_calls, 19);
    model_advance(s->model, 49 * SECOND);
    assert_int_equal(s->fake.status_calls, 19);
    model_advance(s->model, 1 * SECOND);
    assert_int_equal(s->fake.status_calls, 20);
}

static void
a_plugin_that_says_it_is_sick_keeps_writes_alive(void **state)
{
    struct support_model *s = *state;
    s->fake.healthz = "KMS is down";
    model_advance(s->model, 60 * MINUTE);
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_int_equal(support_model_health(s, "/readyz"), 500);
}

static void
a_new_key_id_makes_secrets_stale_until_rewritten(void **state)
{
    struct support_model *s = *state;
    bool rewritten = false;
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_false(support_model_is_stale(s, "s1"));

    s->fake.key_id = "key-2";
    model_advance(s->model, MINUTE);
    assert_true(support_model_is_stale(s, "s1"));
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    assert_true(rewritten);
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    assert_false(rewritten);
    assert_false(support_model_is_stale(s, "s1"));
    assert_int_equal(s->fake.decrypt_calls, 0); /* both seeds are its own */
}

/* Whenever the outage ended: the next poll may be answered from the last. */
static void
a_new_key_id_is_seen_within_a_poll_and_the_life_of_an_answer(void **state)
{
    struct support_model *s = *state;
    bool rewritten = false;
    for (int waits = 1; waits <= 7; waits++) {
        bool odd = waits % 2 == 1;
        s->fake.status_code = GRPC_CODE_UNAVAILABLE;
        model_advance(s->model, MINUTE + waits * 10 * SECOND);
        s->fake.status_code = GRPC_CODE_OK;
        model_advance(s->model, 10 * SECOND);
        if (waits == 1)
            assert_int_equal(support_model_create(s, "s1"), 201);
        s->fake.key_id = odd ? "key-2" : "key-1";
        model_advance(s->model, KMS_V2_POLL_GOOD_MS + KMS_PROBE_GOOD_TTL_MS);
        assert_true(support_model_is_stale(s, "s1"));
        assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    }
}

static void
what_is_stale_cannot_be_rewritten_in_an_outage(void **state)
{
    struct support_model *s = *state;
    bool rewritten = false;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.key_id = "key-2";
    model_advance(s->model, MINUTE);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 10 * MINUTE);
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 500);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_span_text(buf_span(&s->answer.body), SUPPORT_MODEL_TEXT);
}

static void
restarted_without_its_plugin_it_reads_and_writes_nothing(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_get(s, "s1"), 500);
    assert_message(
        s, "Internal error occurred: got unexpected nil transformer");
    assert_int_equal(support_model_create(s, "s2"), 500);
    assert_int_equal(support_model_delete(s, "s1"), 500);
    assert_int_equal(support_model_health(s, "/livez"), 200);

    s->fake.status_code = GRPC_CODE_OK;
    model_advance(s->model, 10 * SECOND);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_int_equal(s->fake.decrypt_calls, 1);
    assert_int_equal(support_model_delete(s, "s1"), 200);
    assert_int_equal(support_model_get(s, "s1"), 404);
}

static void
v1_writes_fail_at_once_and_cached_reads_go_on(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.encrypt_code = s->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(support_model_create(s, "s2"), 500);
    assert_message(s,
        "Internal error occurred: rpc error: code = Unavailable desc = "
        "scripted");
    assert_int_equal(support_model_get(s, "s1"), 200);
    support_model_start(s, SUPPORT_MODEL_V1);
    assert_int_equal(support_model_get(s, "s1"), 500);
}

static void
a_reload_to_a_sick_plugin_keeps_the_old_configuration(void **state)
{
    struct support_model *s = *state;
    struct encryption_config config = support_model_config(SUPPORT_MODEL_V2);
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(
        model_reload(s->model, &config, &s->error), STATUS_UNAVAILABLE);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_int_equal(s->fake.decrypt_calls, 0);

    s->fake.status_code = GRPC_CODE_OK;
    assert_ok(model_reload(s->model, &config, &s->error));
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_int_equal(s->fake.decrypt_calls, 1); /* caches are new */
    config_reset(&config);
}

static void
without_reload_a_running_apiserver_keeps_its_configuration(void **state)
{
    struct support_model *s = *state;
    struct encryption_config config =
        support_model_config(SUPPORT_MODEL_IDENTITY);
    assert_int_equal(
        model_reload(s->model, &config, &s->error), STATUS_UNSUPPORTED);
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_false(support_model_holds(s, "hunter2"));
    config_reset(&config);
}

int
main(void)
{
#define WITH(test, version)                                                    \
    cmocka_unit_test_setup_teardown(                                           \
        test, support_model_setup_##version, support_model_teardown)
    static const struct CMUnitTest tests[] = {
        WITH(without_status_writes_go_on_for_three_minutes, v2),
        WITH(writes_heal_within_ten_seconds, v2),
        WITH(polls_come_each_minute_and_each_ten_seconds_when_bad, v2),
        WITH(a_plugin_that_says_it_is_sick_keeps_writes_alive, v2),
        WITH(a_new_key_id_makes_secrets_stale_until_rewritten, v2),
        WITH(a_new_key_id_is_seen_within_a_poll_and_the_life_of_an_answer, v2),
        WITH(what_is_stale_cannot_be_rewritten_in_an_outage, v2),
        WITH(restarted_without_its_plugin_it_reads_and_writes_nothing, v2),
        WITH(v1_writes_fail_at_once_and_cached_reads_go_on, v1),
        WITH(a_reload_to_a_sick_plugin_keeps_the_old_configuration, reload),
        WITH(without_reload_a_running_apiserver_keeps_its_configuration, v2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
