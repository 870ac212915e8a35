/* SPDX-License-Identifier: Apache-2.0 */
/* Objects in the model: what is answered, and what is stored. */
#include "model/model_list.h"
#include "support_model.h"
#include "test/check.h"

#include <stdio.h>

static void
a_secret_is_sealed_in_the_store_and_read_back(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_span_text(buf_span(&s->answer.body), SUPPORT_MODEL_TEXT);
    assert_false(support_model_holds(s, "hunter2"));
    assert_true(support_model_holds(s, "k8s:enc:kms:v2:p:"));
    assert_int_equal(support_model_create(s, "s1"), 409);
    assert_message(s, "secrets \"s1\" already exists");
    assert_int_equal(support_model_get(s, "s2"), 404);
    assert_message(s, "secrets \"s2\" not found");
    assert_int_equal(support_model_delete(s, "s2"), 404);
}

/* What kube-apiserver's validation says of the name of an object to be made. */
static void
names_that_kubernetes_has_not_are_refused(void **state)
{
#define RULE                                                                   \
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "  \
    "characters, '-' or '.', and must start and end with an alphanumeric "     \
    "character (e.g. 'example.com', regex used for validation is "             \
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    struct support_model *s = *state;
    const char *const bad[] = { "Bad", "a_b", "-a", "a-", "a..b", ".", "a/b" };
    char long_name[255], words[1024];
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(support_model_create(s, bad[i]), 422);
        (void)snprintf(words, sizeof(words),
            "Secret \"%s\" is invalid: metadata.name: Invalid value: "
            "\"%s\": " RULE,
            bad[i], bad[i]);
        assert_message(s, words);
    }
    assert_int_equal(support_model_create(s, ""), 422);
    assert_message(s, "Secret \"\" is invalid: metadata.name: Required value: "
                      "name or generateName is required");
    assert_false(support_model_holds(s, "/registry/"));
    memset(long_name, 'a', 254);
    long_name[254] = '\0';
    assert_int_equal(support_model_create(s, long_name), 422);
    (void)snprintf(words, sizeof(words),
        "Secret \"%s\" is invalid: metadata.name: Invalid value: \"%s\": must "
        "be no more than 253 characters",
        long_name, long_name);
    assert_message(s, words);
    long_name[253] = '-';
    assert_int_equal(support_model_create(s, long_name), 422);
    assert_non_null(
        strstr(buf_text(&s->answer.message), "is invalid: [metadata.name: "));
    assert_non_null(strstr(buf_text(&s->answer.message),
        "253 characters, metadata.name: Invalid value: "));
    long_name[253] = '\0';
    assert_int_equal(support_model_create(s, long_name), 201);
    assert_int_equal(support_model_create(s, "a.b-2.c"), 201);
#undef RULE
}

static void
other_resources_stand_in_plain(void **state)
{
    struct support_model *s = *state;
    struct model_object object = { "configmaps", "default", "c1" };
    assert_ok(model_create(
        s->model, &object, SPAN_LITERAL("plain text"), &s->answer));
    assert_int_equal(s->answer.code, 201);
    assert_true(support_model_holds(s, "plain text"));
    assert_true(support_model_holds(s, "/registry/configmaps/default/c1"));
}

static const struct {
    struct model_object object;
    const char *key;
} paths[] = {
    { { "secrets", "a", "b" }, "/registry/secrets/a/b" },
    { { "namespaces", NULL, "a" }, "/registry/namespaces/a" },
    { { "services", "a", "b" }, "/registry/services/specs/a/b" },
    { { "nodes", NULL, "b" }, "/registry/minions/b" },
    { { "deployments.apps", "a", "b" }, "/registry/deployments/a/b" },
    { { "ingresses.networking.k8s.io", "a", "b" }, "/registry/ingress/a/b" },
    { { "pandas.awesome.bears.example", "a", "b" },
        "/registry/awesome.bears.example/pandas/a/b" },
    { { "apiservices.apiregistration.k8s.io", NULL, "b" },
        "/registry/apiregistration.k8s.io/apiservices/b" },
};

static void
etcd_keys_are_those_of_kube_apiserver(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct buf key = { 0 };
        assert_ok(model_etcd_key(&paths[i].object, &key));
        assert_string_equal(buf_text(&key), paths[i].key);
        buf_reset(&key);
    }
}

static void
an_old_revision_is_a_conflict(void **state)
{
    struct support_model *s = *state;
    struct model_object object = { "secrets", "default", "s1" };
    assert_int_equal(support_model_create(s, "s1"), 201);
    int64_t first = s->answer.revision;
    assert_ok(model_update(
        s->model, &object, SPAN_LITERAL("new"), first, &s->answer));
    assert_int_equal(s->answer.code, 200);
    assert_ok(model_update(
        s->model, &object, SPAN_LITERAL("newer"), first, &s->answer));
    assert_int_equal(s->answer.code, 409);
    assert_message(s,
        "Operation cannot be fulfilled on secrets \"s1\": the object has been "
        "modified; please apply your changes to the latest version and try "
        "again");
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_span_text(buf_span(&s->answer.body), "new");
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
    struct support_model *s = *state;
    size_t count = 0;
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_int_equal(support_model_create(s, "s2"), 201);
    assert_ok(
        model_list(s->model, "secrets", NULL, count_visit, &count, &s->answer));
    assert_int_equal(s->answer.code, 200);
    assert_int_equal(count, 2);
    assert_ok(model_list(
        s->model, "secrets", "other", count_visit, &count, &s->answer));
    assert_int_equal(count, 2);

    s->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_ok(model_list(
        s->model, "secrets", "default", count_visit, &count, &s->answer));
    assert_int_equal(s->answer.code, 500);
    assert_message(s,
        "Internal error occurred: unable to transform key "
        "\"/registry/secrets/default/s1\": failed to decrypt DEK, error: rpc "
        "error: code = Unavailable desc = scripted");
    assert_int_equal(count, 2);
}

/* identity first, then kms first and all rewritten, then back. */
static void
encryption_is_turned_on_and_off_for_old_secrets(void **state)
{
    struct support_model *s = *state;
    bool rewritten = false;
    support_model_start(s, SUPPORT_MODEL_IDENTITY);
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_true(support_model_holds(s, "hunter2"));

    support_model_start(s, SUPPORT_MODEL_V2 SUPPORT_MODEL_IDENTITY);
    assert_true(support_model_is_stale(s, "s1"));
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    assert_true(rewritten);

    support_model_start(s, SUPPORT_MODEL_IDENTITY);
    assert_int_equal(support_model_get(s, "s1"), 500);
    assert_message(s, "Internal error occurred: no matching prefix found");

    support_model_start(s, SUPPORT_MODEL_IDENTITY SUPPORT_MODEL_V2);
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    assert_true(rewritten);
    support_model_start(s, SUPPORT_MODEL_IDENTITY);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_span_text(buf_span(&s->answer.body), SUPPORT_MODEL_TEXT);
}

static void
from_aescbc_to_kms(void **state)
{
    struct support_model *s = *state;
    bool rewritten = false;
    support_model_start(s, SUPPORT_MODEL_AESCBC SUPPORT_MODEL_IDENTITY);
    assert_int_equal(support_model_create(s, "s1"), 201);
    assert_true(support_model_holds(s, "k8s:enc:aescbc:v1:key1:"));
    support_model_start(s, SUPPORT_MODEL_V2 SUPPORT_MODEL_AESCBC);
    assert_int_equal(support_model_put_back(s, "s1", &rewritten), 200);
    assert_true(rewritten);
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_get(s, "s1"), 200);
}

static void
a_stopped_apiserver_answers_nothing(void **state)
{
    struct support_model *s = *state;
    assert_int_equal(support_model_create(s, "s1"), 201);
    model_stop(s->model);
    assert_int_equal(support_model_get(s, "s1"), 0);
    assert_int_equal(support_model_create(s, "s2"), 0);
    assert_int_equal(support_model_delete(s, "s1"), 0);
    assert_int_equal(support_model_health(s, "/livez"), 0);
    support_model_start(s, SUPPORT_MODEL_V2);
    assert_int_equal(support_model_get(s, "s1"), 200);
    assert_int_equal(support_model_get(s, "s2"), 404);
}

int
main(void)
{
#define WITH_V2(test)                                                          \
    cmocka_unit_test_setup_teardown(                                           \
        test, support_model_setup_v2, support_model_teardown)
    static const struct CMUnitTest tests[] = {
        WITH_V2(a_secret_is_sealed_in_the_store_and_read_back),
        WITH_V2(names_that_kubernetes_has_not_are_refused),
        WITH_V2(other_resources_stand_in_plain),
        cmocka_unit_test(etcd_keys_are_those_of_kube_apiserver),
        WITH_V2(an_old_revision_is_a_conflict),
        WITH_V2(a_list_names_the_first_key_it_cannot_read),
        WITH_V2(encryption_is_turned_on_and_off_for_old_secrets),
        WITH_V2(from_aescbc_to_kms),
        WITH_V2(a_stopped_apiserver_answers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
