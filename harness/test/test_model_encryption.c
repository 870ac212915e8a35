/* SPDX-License-Identifier: Apache-2.0 */
/* Which rule of a configuration serves which resource. */
#include "model/encryption.h"
#include "test/check.h"

#define ETCD_KEY SPAN_LITERAL("/registry/x/a/b")
#define BYTES "MDEyMzQ1Njc4OWFiY2RlZg=="

#define RULE(resources, key)                                                   \
    "- resources: [" resources "]\n"                                           \
    "  providers:\n"                                                           \
    "  - aesgcm: {keys: [{name: " key ", secret: " BYTES "}]}\n"

static const char rules[] = "apiVersion: apiserver.config.k8s.io/v1\n"
                            "kind: EncryptionConfiguration\n"
                            "resources:\n" /* the order decides */
    RULE("secrets", "exact") RULE("'*.apps'", "group")
        RULE("secrets, pods", "second") RULE("'*.'", "core")
            RULE("'*.*'", "all");

static enum status
refuse_connection(void *context, const struct provider_config *config,
    struct kms_service_v1 *v1, struct kms_service_v2 *v2)
{
    (void)context;
    (void)config;
    (void)v1;
    (void)v2;
    return STATUS_INVALID;
}

static enum status
make(const char *text, struct encryption **out, struct transform_error *error)
{
    static struct clock_manual time = { 1000 };
    struct config_options parsing = { .file_name = "enc.yaml" };
    struct encryption_config config = { 0 };
    struct buf problem = { 0 };
    enum status st = config_parse(span_text(text), &parsing, &config, &problem);
    assert_string_equal(buf_text(&problem), "");
    assert_ok(st);
    struct encryption_options options = {
        .config = &config,
        .plugins = { refuse_connection, NULL },
        .clock = clock_manual(&time),
        .random = random_system(),
    };
    st = encryption_new(&options, out, error);
    config_reset(&config);
    return st;
}

static struct buf
written(const struct encryption *e, const char *resource)
{
    struct transform_error error = { 0 };
    struct buf stored = { 0 };
    struct transformer t = encryption_transformer(e, span_text(resource));
    assert_ok(
        transformer_write(&t, ETCD_KEY, SPAN_LITERAL("text"), &stored, &error));
    return stored;
}

static const struct {
    const char *resource, *prefix;
} choices[] = {
    { "secrets", "k8s:enc:aesgcm:v1:exact:" },
    { "pods", "k8s:enc:aesgcm:v1:second:" },
    { "configmaps", "k8s:enc:aesgcm:v1:core:" },
    { "deployments.apps", "k8s:enc:aesgcm:v1:group:" },
    { "jobs.batch", "k8s:enc:aesgcm:v1:all:" },
    { "secrets.apps", "k8s:enc:aesgcm:v1:group:" },
};

static void
the_closest_rule_writes(void **state)
{
    (void)state;
    struct encryption *e = NULL;
    struct transform_error error = { 0 };
    assert_ok(make(rules, &e, &error));
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        struct buf stored = written(e, choices[i].resource);
        assert_true(
            span_starts_with(buf_span(&stored), span_text(choices[i].prefix)));
        buf_reset(&stored);
    }
    encryption_free(e);
}

static void
a_resource_of_two_rules_is_read_by_both(void **state)
{
    (void)state;
    struct encryption *e = NULL;
    struct transform_error error = { 0 };
    struct buf plain = { 0 };
    bool stale = false;
    assert_ok(make(rules, &e, &error));
    struct buf stored = written(e, "pods"); /* under the second's key */
    struct transformer t = encryption_transformer(e, SPAN_LITERAL("secrets"));
    assert_ok(transformer_read(
        &t, ETCD_KEY, buf_span(&stored), &plain, &stale, &error));
    assert_span_text(buf_span(&plain), "text");
    assert_true(stale);
    buf_reset(&plain);
    buf_reset(&stored);
    encryption_free(e);
}

static void
without_a_rule_a_resource_is_plain(void **state)
{
    (void)state;
    struct encryption *e = NULL;
    struct transform_error error = { 0 };
    assert_ok(make("apiVersion: apiserver.config.k8s.io/v1\n"
                   "kind: EncryptionConfiguration\n"
                   "resources:\n" RULE("secrets", "k"),
        &e, &error));
    struct buf stored = written(e, "configmaps");
    assert_span_text(buf_span(&stored), "text");
    assert_int_equal(encryption_check_count(e), 0);
    assert_int_equal(encryption_next_poll_ms(e), INT64_MAX);
    assert_null(encryption_provider(e, SPAN_LITERAL("k")));
    buf_reset(&stored);
    encryption_free(e);
}

static void
a_plugin_that_cannot_be_connected_is_named(void **state)
{
    (void)state;
    struct encryption *e = NULL;
    struct transform_error error = { 0 };
    assert_int_equal(
        make("apiVersion: apiserver.config.k8s.io/v1\n"
             "kind: EncryptionConfiguration\n"
             "resources:\n"
             "- resources: [secrets]\n"
             "  providers:\n"
             "  - kms: {apiVersion: v2, name: p, endpoint: 'unix:///s'}\n",
            &e, &error),
        STATUS_INVALID);
    assert_string_equal(buf_text(&error.text),
        "error while building transformers: could not configure KMSv2-Plugin's "
        "probe \"p\", error: malformed input");
    assert_null(e);
    transform_error_reset(&error);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_closest_rule_writes),
        cmocka_unit_test(a_resource_of_two_rules_is_read_by_both),
        cmocka_unit_test(without_a_rule_a_resource_is_plain),
        cmocka_unit_test(a_plugin_that_cannot_be_connected_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
