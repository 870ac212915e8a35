/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model_health.h"
#include "support_model.h"
#include "test/check.h"

static void
a_sick_plugin_shows_in_readyz_and_healthz_alone(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_health(s, "/readyz"), 200);
    assert_message(s, "ok");
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(support_model_health(s, "/readyz"), 200); /* for 20 s */
    model_advance(s->model, 20 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/readyz"), 500);
    assert_message(s,
        "[+]ping ok\n[+]etcd ok\n[-]kms-providers failed: reason withheld\n"
        "readyz check failed\n");
    assert_int_equal(support_model_health(s, "/healthz"), 500);
    assert_message(s,
        "[+]ping ok\n[+]etcd ok\n[-]kms-providers failed: reason withheld\n"
        "healthz check failed\n");
    assert_int_equal(support_model_health(s, "/livez"), 200);
}

static void
a_named_check_tells_the_reason_in_full_once(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_health(s, "/healthz/kms-providers"), 200);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 20 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/healthz/kms-providers"), 500);
    assert_message(s,
        "internal server error: kms-provider-0: failed to perform status "
        "section of the healthz check for KMS Provider p, error: rpc error: "
        "code = Unavailable desc = scripted\n");
    assert_int_equal(support_model_health(s, "/readyz/kms-providers"), 500);
    assert_message(s,
        "internal server error: kms-provider-0: rpc error: code = Unavailable "
        "desc = scripted\n");
}

static void
checks_that_are_not_there_are_not_found(void **state)
{
    struct support_model *s = *state;
    static const char *const absent[] = { "/livez/kms-providers",
        "/readyz/kms-provider-0", "/readyz/", "/nosuch", "", "readyz" };
    for (size_t i = 0; i < ARRAY_LEN(absent); i++) {
        assert_int_equal(support_model_health(s, absent[i]), 404);
        assert_message(s, "404 page not found\n");
    }
    assert_int_equal(support_model_health(s, "/readyz/ping"), 200);
    support_model_start(s, SUPPORT_MODEL_IDENTITY);
    assert_int_equal(support_model_health(s, "/readyz/kms-providers"), 404);
}

static void
with_v1_each_plugin_has_its_own_check(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_health(s, "/readyz/kms-provider-0"), 200);
    assert_int_equal(support_model_health(s, "/readyz/kms-provider-1"), 404);
    assert_int_equal(support_model_health(s, "/readyz/kms-providers"), 404);
    s->fake.encrypt_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 20 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/readyz/kms-provider-0"), 500);
    assert_message(s,
        "internal server error: failed to perform encrypt section of the "
        "healthz check for KMS Provider p, error: rpc error: code = "
        "Unavailable desc = scripted\n");
}

static void
v1_and_v2_together_are_counted_in_order(void **state)
{
    struct support_model *s = *state;
    support_model_start(s, SUPPORT_MODEL_V1
        "  - kms: {apiVersion: v2, name: q, endpoint: 'unix:///s'}\n");
    assert_int_equal(support_model_health(s, "/readyz/kms-provider-0"), 200);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 20 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/readyz/kms-provider-0"), 200);
    assert_int_equal(support_model_health(s, "/readyz/kms-provider-1"), 500);
}

static void
with_reload_there_is_one_check_even_without_plugins(void **state)
{
    struct support_model *s = *state;
    support_model_start(s, SUPPORT_MODEL_V1);
    assert_int_equal(support_model_health(s, "/readyz/kms-providers"), 200);
    support_model_start(s, SUPPORT_MODEL_IDENTITY);
    assert_int_equal(support_model_health(s, "/readyz/kms-providers"), 200);
}

static void
before_1_36_a_restart_in_an_outage_is_live(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_health(s, "/livez"), 200);
}

static void
since_1_36_it_is_live_after_a_minute(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_health(s, "/livez"), 500);
    assert_message(s,
        "[+]ping ok\n[+]etcd ok\n"
        "[-]poststarthook/storage-readiness failed: reason withheld\n"
        "livez check failed\n");
    model_advance(s->model, MODEL_STORAGE_WAIT_MS - 1);
    assert_int_equal(support_model_health(s, "/livez"), 500);
    model_advance(s->model, 1);
    assert_int_equal(support_model_health(s, "/livez"), 200);
    assert_int_equal(support_model_get(s, "s1"), 500);
}

static void
or_as_soon_as_all_can_be_read(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_health(s, "/livez"), 500);
    s->fake.status_code = GRPC_CODE_OK;
    model_advance(s->model, 10 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/livez"), 200);
    s->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 20 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/livez"), 200);
}

static void
what_cannot_be_decrypted_after_a_restart_keeps_readyz_red(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_health(s, "/readyz"), 500);
    assert_message(s,
        "[+]ping ok\n[+]etcd ok\n[+]kms-providers ok\n"
        "[-]informer-sync failed: reason withheld\nreadyz check failed\n");
    assert_int_equal(support_model_health(s, "/healthz"), 200);
    assert_int_equal(support_model_health(s, "/livez"), 200);
    assert_int_equal(support_model_create(s, "s2"), 201);
    s->fake.decrypt_code = GRPC_CODE_OK;
    model_advance(s->model, SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/readyz"), 200);
    s->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    model_advance(s->model, 20 * SUPPORT_MODEL_SECOND);
    assert_int_equal(support_model_health(s, "/readyz"), 200);
}

static void
after_a_long_outage_readyz_may_be_half_a_minute_late(void **state)
{
    struct support_model *s = *state;
    int late = 0;
    assert_int_equal(support_model_create(s, "s1"), 201);
    s->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    for (int i = 0; i < 120; i++) {
        assert_int_equal(support_model_health(s, "/readyz"), 500);
        model_advance(s->model, SUPPORT_MODEL_SECOND);
    }
    assert_in_range(s->fake.decrypt_calls, 8, 10);
    s->fake.decrypt_code = GRPC_CODE_OK;
    for (; support_model_health(s, "/readyz") == 500; late++)
        model_advance(s->model, SUPPORT_MODEL_SECOND);
    assert_in_range(late, 1, 30);
}

int
main(void)
{
#define WITH(test, version)                                                    \
    cmocka_unit_test_setup_teardown(                                           \
        test, support_model_setup_##version, support_model_teardown)
    static const struct CMUnitTest tests[] = {
        WITH(a_sick_plugin_shows_in_readyz_and_healthz_alone, v2),
        WITH(a_named_check_tells_the_reason_in_full_once, v2),
        WITH(checks_that_are_not_there_are_not_found, v2),
        WITH(with_v1_each_plugin_has_its_own_check, v1),
        WITH(v1_and_v2_together_are_counted_in_order, v1),
        WITH(with_reload_there_is_one_check_even_without_plugins, reload),
        WITH(what_cannot_be_decrypted_after_a_restart_keeps_readyz_red, v2),
        WITH(after_a_long_outage_readyz_may_be_half_a_minute_late, v2),
        WITH(before_1_36_a_restart_in_an_outage_is_live, v2),
        WITH(since_1_36_it_is_live_after_a_minute, v2_waiting),
        WITH(or_as_soon_as_all_can_be_read, v2_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
