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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
