/* SPDX-License-Identifier: Apache-2.0 */
#include "check/advice.h"
#include "check/feature_gates.h"
#include "test/check.h"

#define RULE                                                                   \
    "apiVersion: apiserver.config.k8s.io/v1\n"                                 \
    "kind: EncryptionConfiguration\n"                                          \
    "resources:\n- resources: [secrets]\n  providers:\n"
#define KEY32 "{name: k, secret: MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=}"
#define KEY16 "{name: k, secret: MTIzNDU2Nzg5MDEyMzQ1Ng==}"

static bool
says(const struct coverage *coverage, const char *part)
{
    struct advice advice[ADVICE_MAX];
    size_t at, count = advice_give(coverage, advice);
    for (size_t i = 0; i < count; i++)
        if (span_search(span_text(advice[i].text), span_text(part), &at))
            return true;
    return false;
}

static void
each_weakness_is_told_and_no_other(void **state)
{
    (void)state;
    static const struct {
        const char *providers;
        const char *told, *not_told;
    } rows[] = {
        { "  - identity: {}\n", "only provider", "comes first" },
        { "  - identity: {}\n  - secretbox: {keys: [" KEY32 "]}\n",
            "comes first", "only provider" },
        { "  - secretbox: {keys: [" KEY32 "]}\n  - identity: {}\n", "it can go",
            "not listed" },
        { "  - secretbox: {keys: [" KEY32 "]}\n", "not listed", "less than" },
        { "  - aescbc: {keys: [" KEY32 "]}\n", "padding-oracle", "200,000" },
        { "  - aesgcm: {keys: [" KEY16 "]}\n", "200,000", "padding-oracle" },
        { "  - aesgcm: {keys: [" KEY16 "]}\n", "less than 32", "first key" },
        { "  - aesgcm: {keys: [" KEY32 ", " KEY16 "]}\n", "first key",
            "less than 32" },
        { "  - kms: {name: a, endpoint: 'unix:///a'}\n", "KMS v1",
            "stands in this file" },
        { "  - kms: {apiVersion: v2, name: a, endpoint: 'unix:a'}\n",
            "unix:///PATH", "KMS v1" },
        { "  - kms: {apiVersion: v2, name: a, endpoint: 'unix:///'}\n",
            "unix:///PATH", "several" },
        { "  - kms: {apiVersion: v2, name: a, endpoint: 'unix:///a'}\n"
          "  - kms: {apiVersion: v2, name: b, endpoint: 'unix:///b'}\n",
            "several kms", "unix:///PATH" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct config_options options = { .file_name = "f",
            .kms_v1 = true };
        struct encryption_config config = { 0 };
        struct coverage_list list = { 0 };
        struct buf text = { 0 }, problem = { 0 };
        assert_ok(buf_printf(&text, RULE "%s", rows[i].providers));
        assert_ok(config_parse(buf_span(&text), &options, &config, &problem));
        assert_ok(coverage_make(&config, NULL, 0, &list));
        assert_int_equal(list.count, 1);
        if (!says(&list.items[0], rows[i].told) ||
            says(&list.items[0], rows[i].not_told))
            fail_msg("%s", rows[i].providers);
        coverage_reset(&list);
        config_reset(&config);
        buf_reset(&text);
        buf_reset(&problem);
    }
}

static void
each_resource_is_listed_once(void **state)
{
    (void)state;
    static const char *const asked[] = { "secrets", "x.apps", "x.apps" };
    const struct config_options options = { .file_name = "f" };
    struct encryption_config config = { 0 };
    struct coverage_list list = { 0 };
    struct buf problem = { 0 };
    assert_ok(
        config_parse(SPAN_LITERAL(RULE "  - identity: {}\n"
                                       "- resources: [secrets, '*.apps']\n"
                                       "  providers: [{identity: {}}]\n"),
            &options, &config, &problem));
    assert_ok(coverage_make(&config, asked, ARRAY_LEN(asked), &list));
    assert_int_equal(list.count, 3);
    assert_span_text(list.items[0].resource, "secrets");
    assert_int_equal(list.items[0].provider_count, 2);
    assert_span_text(list.items[1].resource, "*.apps");
    assert_span_text(list.items[2].resource, "x.apps");
    assert_span_text(list.items[2].entry, "*.apps");
    coverage_reset(&list);
    config_reset(&config);
    buf_reset(&problem);
}

static void
feature_gates_read_as_kube_apiserver_takes_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum status status;
        bool before, after;
    } rows[] = {
        { "", STATUS_OK, false, false },
        { "", STATUS_OK, true, true },
        { "KMSv1=true", STATUS_OK, false, true },
        { "KMSv1=false", STATUS_OK, true, false },
        { "A=false,KMSv1=true,B=true", STATUS_OK, false, true },
        { "kmsv1=true", STATUS_OK, false, false },
        { "KMSv1", STATUS_INVALID, false, false },
        { "KMSv1=yes", STATUS_INVALID, false, false },
        { "KMSv1=true,=true", STATUS_INVALID, false, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool kms_v1 = rows[i].before;
        assert_int_equal(feature_gates_parse(span_text(rows[i].text), &kms_v1),
            rows[i].status);
        assert_int_equal(kms_v1, rows[i].after);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_weakness_is_told_and_no_other),
        cmocka_unit_test(each_resource_is_listed_once),
        cmocka_unit_test(feature_gates_read_as_kube_apiserver_takes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
