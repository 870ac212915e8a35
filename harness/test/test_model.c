/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"
#include "model/model_health.h"
#include "model/model_list.h"
#include "model/secret_object.h"
#include "test/check.h"
#include "test/support_kms.h"

#include <stdlib.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND };

/* A cluster whose plugin is scripted. */
struct cluster {
    struct fake_kms fake;
    struct kv *kv;
    struct model *model;
    struct provider_config kms, identity, aescbc;
    struct provider_config list[3];
    struct span resources[1];
    struct encryption_rule rule;
    struct model_answer answer;
    struct transform_error error;
};

static enum status
connect_fake(void *context, const struct provider_config *config,
    struct kms_service_v1 *v1, struct kms_service_v2 *v2)
{
    struct fake_kms *fake = context;
    (void)config;
    *v1 = fake_kms_v1(fake);
    *v2 = fake_kms_v2(fake);
    return STATUS_OK;
}

static void
use(struct cluster *c, size_t count, const struct provider_config *first,
    const struct provider_config *second)
{
    c->list[0] = *first;
    if (count > 1)
        c->list[1] = *second;
    c->rule = (struct encryption_rule){ c->resources, 1, c->list, count };
}

static void
start(struct cluster *c)
{
    assert_ok(model_start(c->model, &c->rule, 1, &c->error));
}

static int
setup_kind(void **state, enum provider_kind kind, bool reload)
{
    struct cluster *c = calloc(1, sizeof(*c));
    assert_non_null(c);
    fake_kms_init(&c->fake);
    assert_ok(kv_open(NULL, &c->kv));
    struct model_options options = {
        .kv = c->kv,
        .now_ms = 1763812800000,
        .random = random_system(),
        .plugins = { connect_fake, &c->fake },
        .kms_v1 = true,
        .reload = reload,
    };
    assert_ok(model_new(&options, &c->model));
    c->kms.kind = kind;
    c->kms.timeout_ns = 3000000000;
    c->kms.cache_size = 10;
    assert_ok(buf_append_text(&c->kms.name, "p"));
    c->identity.kind = PROVIDER_IDENTITY;
    c->aescbc.kind = PROVIDER_AESCBC;
    assert_ok(provider_config_add_key(&c->aescbc, SPAN_LITERAL("key1"),
        SPAN_LITERAL("0123456789abcdef0123456789abcdef")));
    c->resources[0] = SPAN_LITERAL("secrets");
    use(c, 2, &c->kms, &c->identity);
    start(c);
    *state = c;
    return 0;
}

static int
setup_v2(void **state)
{
    return setup_kind(state, PROVIDER_KMS_V2, false);
}

static int
setup_v1(void **state)
{
    return setup_kind(state, PROVIDER_KMS_V1, false);
}

static int
setup_reload(void **state)
{
    return setup_kind(state, PROVIDER_KMS_V2, true);
}

static int
teardown(void **state)
{
    struct cluster *c = *state;
    model_free(c->model);
    kv_free(c->kv);
    provider_config_reset(&c->kms);
    provider_config_reset(&c->aescbc);
    model_answer_reset(&c->answer);
    transform_error_reset(&c->error);
    fake_kms_reset(&c->fake);
    free(c);
    return 0;
}

static struct model_object
secret_named(const char *name)
{
    return (struct model_object){ "secrets", "default", name };
}

static unsigned
create(struct cluster *c, const char *name)
{
    struct model_object object = secret_named(name);
    assert_ok(model_create(
        c->model, &object, SPAN_LITERAL("k8s hunter2"), &c->answer));
    return c->answer.code;
}

static unsigned
get(struct cluster *c, const char *name)
{
    struct model_object object = secret_named(name);
    assert_ok(model_get(c->model, &object, &c->answer));
    return c->answer.code;
}

/* GET and PUT of the same bytes. */
static unsigned
put_back(struct cluster *c, const char *name, bool *rewritten)
{
    struct model_object object = secret_named(name);
    struct buf body = { 0 };
    if (get(c, name) != 200)
        return c->answer.code;
    int64_t before = c->answer.revision;
    buf_take(&body, &c->answer.body);
    assert_ok(
        model_update(c->model, &object, buf_span(&body), before, &c->answer));
    *rewritten = c->answer.code == 200 && c->answer.revision != before;
    buf_reset(&body);
    return c->answer.code;
}

static unsigned
health(struct cluster *c, const char *path)
{
    assert_ok(model_health(c->model, path, &c->answer));
    return c->answer.code;
}

static bool
store_holds(struct cluster *c, const char *text)
{
    bool found = false;
    assert_ok(kv_contains(c->kv, span_text(text), &found));
    return found;
}

static void
a_secret_is_sealed_in_the_store_and_read_back(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(create(c, "s1"), 201);
    assert_int_equal(get(c, "s1"), 200);
    assert_span_text(buf_span(&c->answer.body), "k8s hunter2");
    assert_false(store_holds(c, "hunter2"));
    assert_true(store_holds(c, "k8s:enc:kms:v2:p:"));
    assert_int_equal(create(c, "s1"), 409);
    assert_string_equal(
        buf_text(&c->answer.message), "secrets \"s1\" already exists");
    assert_int_equal(get(c, "s2"), 404);
    assert_string_equal(
        buf_text(&c->answer.message), "secrets \"s2\" not found");
}

static void
other_resources_stand_in_plain(void **state)
{
    struct cluster *c = *state;
    struct model_object object = { "configmaps", "default", "c1" };
    assert_ok(model_create(
        c->model, &object, SPAN_LITERAL("plain text"), &c->answer));
    assert_int_equal(c->answer.code, 201);
    assert_true(store_holds(c, "plain text"));
}

static void
without_status_writes_go_on_for_three_minutes(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(create(c, "s1"), 201);
    c->fake.status_code = c->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    model_advance(c->model, 3 * MINUTE);
    assert_int_equal(create(c, "s2"), 201);
    model_advance(c->model, 1);
    assert_int_equal(create(c, "s3"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "Internal error occurred: encryptedDEKSource with keyID hash "
        "\"sha256:"
        "be2974546978e3739e6d6da85c4be9f334ce32df2b9fd4b6ff1b55c0d57e9d44\" "
        "expired at 2025-11-22T12:03:00Z (current time is "
        "2025-11-22T12:03:00Z)");
    assert_int_equal(get(c, "s3"), 404);
    assert_int_equal(get(c, "s1"), 200);
    bool rewritten = true;
    assert_int_equal(put_back(c, "s1", &rewritten), 200);
    assert_false(rewritten);
}

static void
writes_heal_within_ten_seconds(void **state)
{
    struct cluster *c = *state;
    c->fake.status_code = GRPC_CODE_UNAVAILABLE;
    model_advance(c->model, 10 * MINUTE);
    assert_int_equal(create(c, "s1"), 500);
    c->fake.status_code = GRPC_CODE_OK;
    model_advance(c->model, 10 * SECOND);
    assert_int_equal(create(c, "s1"), 201);
    assert_int_equal(c->fake.encrypt_calls, 1); /* the old seed lives on */
}

static void
a_plugin_that_says_it_is_sick_keeps_writes_alive(void **state)
{
    struct cluster *c = *state;
    c->fake.healthz = "KMS is down";
    model_advance(c->model, 60 * MINUTE);
    assert_int_equal(create(c, "s1"), 201);
    assert_int_equal(health(c, "/readyz"), 500);
}

static void
a_new_key_id_makes_secrets_stale_until_rewritten(void **state)
{
    struct cluster *c = *state;
    struct model_object object = secret_named("s1");
    bool stale = true, rewritten = false;
    assert_int_equal(create(c, "s1"), 201);
    assert_ok(model_is_stale(c->model, &object, &stale, &c->error));
    assert_false(stale);

    c->fake.key_id = "key-2";
    model_advance(c->model, MINUTE);
    assert_ok(model_is_stale(c->model, &object, &stale, &c->error));
    assert_true(stale);
    assert_int_equal(put_back(c, "s1", &rewritten), 200);
    assert_true(rewritten);
    assert_int_equal(put_back(c, "s1", &rewritten), 200);
    assert_false(rewritten);
    assert_ok(model_is_stale(c->model, &object, &stale, &c->error));
    assert_false(stale);
    assert_int_equal(c->fake.decrypt_calls, 0); /* both seeds are its own */
}

static void
restarted_without_its_plugin_it_reads_and_writes_nothing(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(create(c, "s1"), 201);
    c->fake.status_code = GRPC_CODE_UNAVAILABLE;
    start(c);
    assert_int_equal(get(c, "s1"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "Internal error occurred: got unexpected nil transformer");
    assert_int_equal(create(c, "s2"), 500);
    struct model_object object = secret_named("s1");
    assert_ok(model_delete(c->model, &object, &c->answer));
    assert_int_equal(c->answer.code, 500);
    assert_int_equal(health(c, "/livez"), 200);

    c->fake.status_code = GRPC_CODE_OK;
    model_advance(c->model, 10 * SECOND);
    assert_int_equal(get(c, "s1"), 200);
    assert_int_equal(c->fake.decrypt_calls, 1);
    assert_ok(model_delete(c->model, &object, &c->answer));
    assert_int_equal(c->answer.code, 200);
    assert_int_equal(get(c, "s1"), 404);
}

static enum status
count_visit(void *context, struct span etcd_key, struct span bytes)
{
    size_t *count = context;
    (void)etcd_key;
    (void)bytes;
    ++*count;
    return STATUS_OK;
}

static void
a_list_names_the_first_key_it_cannot_read(void **state)
{
    struct cluster *c = *state;
    size_t count = 0;
    assert_int_equal(create(c, "s1"), 201);
    assert_int_equal(create(c, "s2"), 201);
    assert_ok(
        model_list(c->model, "secrets", NULL, count_visit, &count, &c->answer));
    assert_int_equal(c->answer.code, 200);
    assert_int_equal(count, 2);

    c->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    start(c);
    assert_ok(model_list(
        c->model, "secrets", "default", count_visit, &count, &c->answer));
    assert_int_equal(c->answer.code, 500);
    assert_string_equal(buf_text(&c->answer.message),
        "Internal error occurred: unable to transform key "
        "\"/registry/secrets/default/s1\": failed to decrypt DEK, error: rpc "
        "error: code = Unavailable desc = scripted");
    assert_int_equal(count, 2);
}

static void
health_endpoints_name_the_plugins_as_the_apiserver_does(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(health(c, "/readyz"), 200);
    assert_string_equal(buf_text(&c->answer.message), "ok");
    assert_int_equal(health(c, "/healthz/kms-providers"), 200);
    c->fake.status_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(health(c, "/readyz"), 200); /* for 20 s */
    model_advance(c->model, 20 * SECOND);
    assert_int_equal(health(c, "/readyz"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "[+]ping ok\n[+]etcd ok\n[-]kms-providers failed: reason withheld\n"
        "readyz check failed\n");
    model_advance(c->model, 3 * SECOND);
    assert_int_equal(health(c, "/healthz/kms-providers"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "internal server error: kms-provider-0: failed to perform status "
        "section of the healthz check for KMS Provider p, error: rpc error: "
        "code = Unavailable desc = scripted\n");
    assert_int_equal(health(c, "/healthz/kms-providers"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "internal server error: kms-provider-0: rpc error: code = Unavailable "
        "desc = scripted\n");
    assert_int_equal(health(c, "/livez"), 200);
    assert_int_equal(health(c, "/livez/kms-providers"), 404);
    assert_string_equal(buf_text(&c->answer.message), "404 page not found\n");
    assert_int_equal(health(c, "/readyz/kms-provider-0"), 404);
}

static void
with_v1_each_plugin_has_its_own_check(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(health(c, "/readyz/kms-provider-0"), 200);
    assert_int_equal(health(c, "/readyz/kms-providers"), 404);
    c->fake.encrypt_code = GRPC_CODE_UNAVAILABLE;
    model_advance(c->model, 20 * SECOND);
    assert_int_equal(health(c, "/readyz/kms-provider-0"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "internal server error: failed to perform encrypt section of the "
        "healthz check for KMS Provider p, error: rpc error: code = "
        "Unavailable desc = scripted\n");
}

static void
v1_writes_fail_at_once_and_cached_reads_go_on(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(create(c, "s1"), 201);
    c->fake.encrypt_code = c->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(create(c, "s2"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "Internal error occurred: rpc error: code = Unavailable desc = "
        "scripted");
    assert_int_equal(get(c, "s1"), 200);
    start(c);
    assert_int_equal(get(c, "s1"), 500);
}

static void
an_old_revision_is_a_conflict(void **state)
{
    struct cluster *c = *state;
    struct model_object object = secret_named("s1");
    assert_int_equal(create(c, "s1"), 201);
    int64_t first = c->answer.revision;
    assert_ok(model_update(
        c->model, &object, SPAN_LITERAL("new"), first, &c->answer));
    assert_int_equal(c->answer.code, 200);
    assert_ok(model_update(
        c->model, &object, SPAN_LITERAL("newer"), first, &c->answer));
    assert_int_equal(c->answer.code, 409);
    assert_string_equal(buf_text(&c->answer.message),
        "Operation cannot be fulfilled on secrets \"s1\": the object has been "
        "modified; please apply your changes to the latest version and try "
        "again");
    assert_int_equal(get(c, "s1"), 200);
    assert_span_text(buf_span(&c->answer.body), "new");
}

/* identity first, then kms first and all rewritten, then back. */
static void
encryption_is_turned_on_and_off_for_old_secrets(void **state)
{
    struct cluster *c = *state;
    bool rewritten = false;
    use(c, 1, &c->identity, NULL);
    start(c);
    assert_int_equal(create(c, "s1"), 201);
    assert_true(store_holds(c, "hunter2"));

    use(c, 2, &c->kms, &c->identity);
    start(c);
    assert_int_equal(put_back(c, "s1", &rewritten), 200);
    assert_true(rewritten);

    use(c, 1, &c->identity, NULL);
    start(c);
    assert_int_equal(get(c, "s1"), 500);
    assert_string_equal(buf_text(&c->answer.message),
        "Internal error occurred: no matching prefix found");

    use(c, 2, &c->identity, &c->kms);
    start(c);
    assert_int_equal(put_back(c, "s1", &rewritten), 200);
    assert_true(rewritten);
    use(c, 1, &c->identity, NULL);
    start(c);
    assert_int_equal(get(c, "s1"), 200);
}

static void
from_aescbc_to_kms(void **state)
{
    struct cluster *c = *state;
    bool rewritten = false;
    use(c, 2, &c->aescbc, &c->identity);
    start(c);
    assert_int_equal(create(c, "s1"), 201);
    assert_true(store_holds(c, "k8s:enc:aescbc:v1:key1:"));
    use(c, 2, &c->kms, &c->aescbc);
    start(c);
    assert_int_equal(put_back(c, "s1", &rewritten), 200);
    assert_true(rewritten);
    use(c, 1, &c->kms, NULL);
    start(c);
    assert_int_equal(get(c, "s1"), 200);
}

static void
without_the_gate_v1_does_not_start(void **state)
{
    struct cluster *c = *state;
    struct model *model = NULL;
    struct model_options options = {
        .kv = c->kv,
        .random = random_system(),
        .plugins = { connect_fake, &c->fake },
    };
    assert_ok(model_new(&options, &model));
    assert_int_equal(
        model_start(model, &c->rule, 1, &c->error), STATUS_UNSUPPORTED);
    assert_string_equal(buf_text(&c->error.text),
        "error while building transformers: KMSv1 is deprecated and will only "
        "receive security updates going forward. Use KMSv2 instead.  Set "
        "--feature-gates=KMSv1=true to use the deprecated KMSv1 feature.");
    struct model_object object = secret_named("s1");
    assert_ok(model_get(model, &object, &c->answer));
    assert_int_equal(c->answer.code, 0);
    model_free(model);
}

static void
a_reload_to_a_sick_plugin_keeps_the_old_configuration(void **state)
{
    struct cluster *c = *state;
    assert_int_equal(create(c, "s1"), 201);
    c->fake.status_code = GRPC_CODE_UNAVAILABLE;
    assert_int_equal(
        model_reload(c->model, &c->rule, 1, &c->error), STATUS_UNAVAILABLE);
    assert_int_equal(get(c, "s1"), 200);
    assert_int_equal(c->fake.decrypt_calls, 0);

    c->fake.status_code = GRPC_CODE_OK;
    assert_ok(model_reload(c->model, &c->rule, 1, &c->error));
    assert_int_equal(get(c, "s1"), 200);
    assert_int_equal(c->fake.decrypt_calls, 1); /* caches are new */
}

int
main(void)
{
#define WITH(test, setup) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH(a_secret_is_sealed_in_the_store_and_read_back, setup_v2),
        WITH(other_resources_stand_in_plain, setup_v2),
        WITH(without_status_writes_go_on_for_three_minutes, setup_v2),
        WITH(writes_heal_within_ten_seconds, setup_v2),
        WITH(a_plugin_that_says_it_is_sick_keeps_writes_alive, setup_v2),
        WITH(a_new_key_id_makes_secrets_stale_until_rewritten, setup_v2),
        WITH(
            restarted_without_its_plugin_it_reads_and_writes_nothing, setup_v2),
        WITH(a_list_names_the_first_key_it_cannot_read, setup_v2),
        WITH(health_endpoints_name_the_plugins_as_the_apiserver_does, setup_v2),
        WITH(with_v1_each_plugin_has_its_own_check, setup_v1),
        WITH(v1_writes_fail_at_once_and_cached_reads_go_on, setup_v1),
        WITH(an_old_revision_is_a_conflict, setup_v2),
        WITH(encryption_is_turned_on_and_off_for_old_secrets, setup_v2),
        WITH(from_aescbc_to_kms, setup_v2),
        WITH(without_the_gate_v1_does_not_start, setup_v1),
        WITH(a_reload_to_a_sick_plugin_keeps_the_old_configuration,
            setup_reload),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
