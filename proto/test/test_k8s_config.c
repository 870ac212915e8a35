/* SPDX-License-Identifier: Apache-2.0 */
/* Our verdict on each fixture against kube-apiserver's own. */
#include "base/file.h"
#include "k8s/config.h"
#include "test/check.h"

#include <dirent.h>

#define FOLDER "fixtures/encryption-config/"

static void
read_text(
    const char *folder, const char *name, const char *ending, struct buf *out)
{
    struct buf path = { 0 };
    assert_ok(buf_printf(&path, "%s%s%s", folder, name, ending));
    assert_ok(file_read(buf_text(&path), CONFIG_TEXT_MAX, out));
    buf_reset(&path);
}

/* What is said in other words on purpose: the text of the file is not told,
 * and nor are its secrets. */
static void
drop_file_text(struct buf *verdict)
{
    size_t at;
    if (!span_search(buf_span(verdict), SPAN_LITERAL(" is missing in '"), &at))
        return;
    buf_truncate(verdict, at);
    assert_ok(buf_append_text(verdict, " is missing in the file"));
}

static void
redact(struct buf *verdict)
{
    static const char mark[] = "\"Secret\":\"";
    struct buf made = { 0 };
    struct span rest = buf_span(verdict);
    size_t at;
    while (span_search(rest, span_text(mark), &at)) {
        struct span secret, ignored;
        assert_ok(buf_append(&made, span_first(rest, at + strlen(mark))));
        assert_ok(buf_append_text(&made, "REDACTED\""));
        rest = span_skip(rest, at + strlen(mark));
        assert_true(span_cut(rest, '"', &secret, &ignored));
        rest = span_skip(rest, secret.len + 1);
    }
    assert_ok(buf_append(&made, rest));
    buf_take(verdict, &made);
    buf_reset(&made);
}

static void
check_fixture(const char *name)
{
    struct encryption_config config = { 0 };
    struct buf text = { 0 }, verdict = { 0 }, said = { 0 }, file = { 0 };
    read_text(FOLDER, name, ".yaml", &text);
    read_text(FOLDER, name, ".verdict", &verdict);
    buf_truncate(&verdict, span_trim(buf_span(&verdict)).len);
    drop_file_text(&verdict);
    redact(&verdict);
    assert_ok(buf_printf(&file, "%s.yaml", name));
    struct config_options options = { .file_name = buf_text(&file),
        .kms_v1 = strstr(name, "kmsv1") != NULL };
    enum status status =
        config_parse(buf_span(&text), &options, &config, &said);
    if (status == STATUS_OK)
        assert_ok(buf_append_text(&said, "accepted"));
    else
        assert_int_equal(config.rule_count, 0);
    assert_string_equal(buf_text(&said), buf_text(&verdict));
    config_reset(&config);
    buf_reset(&text);
    buf_reset(&verdict);
    buf_reset(&said);
    buf_reset(&file);
}

static void
every_fixture_gets_the_verdict_of_kube_apiserver(void **state)
{
    (void)state;
    DIR *folder = opendir(FOLDER);
    size_t seen = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char *ending = strstr(entry->d_name, ".yaml");
        if (ending == NULL)
            continue;
        *ending = '\0';
        check_fixture(entry->d_name);
        seen++;
    }
    (void)closedir(folder);
    assert_true(seen >= 70);
}

/* ---- texts of our own ------------------------------------------------ */

#define HEAD                                                                   \
    "apiVersion: apiserver.config.k8s.io/v1\n"                                 \
    "kind: EncryptionConfiguration\n"
#define RULE HEAD "resources:\n- resources: [secrets]\n  providers:\n"
#define PREFIX                                                                 \
    "error while parsing file: error decoding encryption provider "            \
    "configuration file \"f\": "

static enum status
parse(const char *text, struct encryption_config *config, struct buf *said)
{
    const struct config_options options = { .file_name = "f" };
    return config_parse(span_text(text), &options, config, said);
}

static void
refused(const char *text, const char *problem)
{
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    assert_int_equal(parse(text, &config, &said), STATUS_INVALID);
    assert_string_equal(buf_text(&said), problem);
    assert_null(config.rules);
    buf_reset(&said);
}

/* Expected texts are those of k8s.io/apiserver 0.35.4 for the same input. */
static void
types_are_told_as_go_tells_them(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { HEAD "resources: [abc]\n",
            "json: cannot unmarshal string into Go struct field "
            "EncryptionConfiguration.resources of type "
            "v1.ResourceConfiguration" },
        { RULE "  - identity\n",
            "json: cannot unmarshal string into Go struct field "
            "ResourceConfiguration.resources.providers of type "
            "v1.ProviderConfiguration" },
        { RULE "  - identity: []\n",
            "json: cannot unmarshal array into Go struct field "
            "ProviderConfiguration.resources.providers.identity of type "
            "v1.IdentityConfiguration" },
        { RULE "  - aescbc: {keys: [{name: 1, secret: 12}]}\n",
            "json: cannot unmarshal number into Go struct field "
            "Key.resources.providers.aescbc.keys.name of type string" },
        { HEAD "resources:\n- resources: [yes]\n",
            "json: cannot unmarshal bool into Go struct field "
            "ResourceConfiguration.resources.resources of type string" },
        { RULE "  - kms: {cachesize: 1.5}\n",
            "json: cannot unmarshal number 1.5 into Go struct field "
            "KMSConfiguration.resources.providers.kms.cachesize of type "
            "int32" },
        { RULE "  - kms: {timeout: '3'}\n",
            "time: missing unit in duration \"3\"" },
        { RULE "  - kms: {timeout: 3x}\n",
            "time: unknown unit \"x\" in duration \"3x\"" },
        { RULE "  - kms: {timeout: ''}\n", "time: invalid duration \"\"" },
        { "- a\n",
            "couldn't get version/kind; json parse error: json: cannot "
            "unmarshal array into Go value of type struct { APIVersion string "
            "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
            "\"json:\\\"kind,omitempty\\\"\" }" },
        { "apiVersion: 1\nkind: x\n",
            "couldn't get version/kind; json parse error: json: cannot "
            "unmarshal number into Go struct field .apiVersion of type "
            "string" },
        { "# nothing\n", "Object 'Kind' is missing in the file" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf problem = { 0 };
        assert_ok(buf_printf(&problem, "%s%s", PREFIX, rows[i][1]));
        refused(rows[i][0], buf_text(&problem));
        buf_reset(&problem);
    }
}

static void
strictness_covers_repeats_and_unknown_fields_at_once(void **state)
{
    (void)state;
    refused(RULE "  - identity: {}\n    identity: {}\n    foo: 1\nextra: 1\n",
        PREFIX "strict decoding error: yaml: unmarshal errors:\n  line 7: key "
               "\"identity\" already set in map, unknown field \"extra\", "
               "unknown field \"resources[0].providers[0].foo\"");
    refused("{\"apiVersion\":\"apiserver.config.k8s.io/v1\","
            "\"kind\":\"EncryptionConfiguration\",\"resources\":[{"
            "\"resources\":[\"secrets\"],\"resources\":[\"x\"],\"providers\":"
            "[{\"identity\":{},\"identity\":{},\"foo\":1,\"foo\":2}]}]}",
        PREFIX "strict decoding error: duplicate field "
               "\"resources[0].resources\", duplicate field "
               "\"resources[0].providers[0].identity\", unknown field "
               "\"resources[0].providers[0].foo\"");
    refused("{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"x\","
            "\"kind\":\"EncryptionConfiguration\",\"resources\":[]}",
        PREFIX "strict decoding error: duplicate field \"kind\"");
}

static void
yaml_faults_carry_their_line(void **state)
{
    (void)state;
    refused(HEAD "resources: [\n",
        PREFIX "yaml: line 3: did not find expected node content");
    refused(HEAD " resources: a: b\n",
        PREFIX "yaml: line 3: mapping values are not allowed in this context");
    refused(
        HEAD "resources: *b\n", PREFIX "yaml: unknown anchor 'b' referenced");
    refused(HEAD "resources: &a [*a]\n",
        PREFIX "yaml: anchor 'a' value contains itself");
    refused(HEAD "resources: [!!int bar]\n",
        PREFIX "yaml: cannot decode !!str `bar` as a !!int");
    refused(HEAD "x: {<<: 1}\n",
        PREFIX "yaml: map merge requires map or sequence of maps as the value");
    refused(HEAD "x: {{a: b}: c}\n", PREFIX "yaml: invalid map key");
}

static void
what_begins_as_json_must_be_json(void **state)
{
    (void)state;
    refused("{apiVersion: apiserver.config.k8s.io/v1}",
        PREFIX "couldn't get version/kind; json parse error: line 1 is not "
               "JSON");
}

static void
a_billion_laughs_are_not_laughed(void **state)
{
    (void)state;
    struct buf text = { 0 };
    assert_ok(buf_append_text(&text, HEAD "a0: &a0 [x, x]\n"));
    for (int i = 1; i < 40; i++)
        assert_ok(buf_printf(&text,
            "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i,
            i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1));
    refused(
        buf_text(&text), PREFIX "yaml: document contains excessive aliasing");
    buf_reset(&text);
}

static void
depth_and_size_have_limits(void **state)
{
    (void)state;
    struct buf text = { 0 }, said = { 0 };
    struct encryption_config config = { 0 };
    for (int i = 0; i < 500; i++)
        assert_ok(buf_append_byte(&text, '['));
    refused(buf_text(&text), PREFIX "yaml: exceeded max depth");
    buf_clear(&text);
    assert_ok(buf_append_text(&text, HEAD));
    for (int i = 0; i < 2000; i++)
        assert_ok(buf_printf(&text, "k%d: 1\n", i));
    refused(buf_text(&text), PREFIX "yaml: too many members in a map");
    buf_clear(&text);
    for (size_t i = 0; i <= CONFIG_TEXT_MAX; i++)
        assert_ok(buf_append_byte(&text, '#'));
    assert_int_equal(parse(buf_text(&text), &config, &said), STATUS_TOO_LARGE);
    assert_int_equal(said.len, 0);
    buf_reset(&text);
}

static void
hostile_bytes_are_refused(void **state)
{
    (void)state;
    refused(RULE "  - identity: {}\n# \xff\n",
        PREFIX "yaml: invalid leading UTF-8 octet");
    refused(RULE "  - identity: {}\n\x01\n",
        PREFIX "yaml: control characters are not allowed");
}

static void
secrets_never_stand_in_messages(void **state)
{
    (void)state;
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    size_t at;
    assert_int_equal(parse(RULE "  - aescbc: {keys: [{name: k, secret: "
                                "c2VjcmV0c2VjcmV0c2VjcmV0}]}\n"
                                "    identity: {}\n",
                         &config, &said),
        STATUS_INVALID);
    assert_false(span_search(buf_span(&said), SPAN_LITERAL("c2VjcmV0"), &at));
    assert_true(span_search(buf_span(&said), SPAN_LITERAL("REDACTED"), &at));
    buf_reset(&said);
}

/* ---- what comes out -------------------------------------------------- */

static void
defaults_are_filled_in(void **state)
{
    (void)state;
    const struct config_options gate = { .file_name = "f", .kms_v1 = true };
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    assert_ok(config_parse(SPAN_LITERAL(RULE "  - kms: {name: a, endpoint: "
                                             "'unix:///a'}\n"
                                             "  - kms: {apiVersion: v2, name: "
                                             "b, endpoint: 'unix:///b', "
                                             "timeout: 1m30s}\n"
                                             "  - identity: {}\n"),
        &gate, &config, &said));
    assert_int_equal(config.rule_count, 1);
    const struct provider_config *providers = config.rules[0].providers;
    assert_int_equal(config.rules[0].provider_count, 3);
    assert_int_equal(providers[0].kind, PROVIDER_KMS_V1);
    assert_int_equal(providers[0].timeout_ns, INT64_C(3000000000));
    assert_int_equal(providers[0].cache_size, 1000);
    assert_int_equal(providers[1].kind, PROVIDER_KMS_V2);
    assert_int_equal(providers[1].timeout_ns, INT64_C(90000000000));
    assert_string_equal(buf_text(&providers[1].name), "b");
    assert_string_equal(buf_text(&providers[1].endpoint), "unix:///b");
    assert_int_equal(providers[2].kind, PROVIDER_IDENTITY);
    config_reset(&config);
}

static void
keys_are_decoded_in_their_order(void **state)
{
    (void)state;
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    assert_ok(parse(RULE "  - aesgcm: {keys: [{name: one, secret: "
                         "\"MTIzNDU2\\nNzg5MDEy\\r\\nMzQ1Ng==\"}, {name: two, "
                         "secret: NjU0MzIxMDk4NzY1NDMyMQ==}]}\n",
        &config, &said));
    const struct provider_config *provider = &config.rules[0].providers[0];
    assert_int_equal(provider->kind, PROVIDER_AESGCM);
    assert_int_equal(provider->key_count, 2);
    assert_string_equal(buf_text(&provider->keys[0].name), "one");
    assert_span_text(buf_span(&provider->keys[0].secret), "1234567890123456");
    assert_span_text(buf_span(&provider->keys[1].secret), "6543210987654321");
    config_reset(&config);
}

static void
a_resource_is_decided_exactly_then_by_group_then_by_all(void **state)
{
    (void)state;
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    const struct provider_config *providers[2];
    assert_ok(parse(HEAD "resources:\n"
                         "- resources: [secrets., x.apps]\n"
                         "  providers: [{identity: {}}]\n"
                         "- resources: [secrets]\n"
                         "  providers: [{identity: {}}, {identity: {}}]\n"
                         "- resources: ['*.apps', '*.']\n"
                         "  providers: [{identity: {}}]\n",
        &config, &said));
    static const char *const rows[][2] = { { "secrets", "secrets" },
        { "x.apps", "x.apps" }, { "y.apps", "*.apps" }, { "configmaps", "*." },
        { "a.b.example", "" } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_span_text(
            config_choose(&config, span_text(rows[i][0])), rows[i][1]);
    assert_int_equal(
        config_providers(&config, SPAN_LITERAL("secrets"), providers, 2), 3);
    assert_ptr_equal(providers[0], &config.rules[0].providers[0]);
    assert_ptr_equal(providers[1], &config.rules[1].providers[0]);
    assert_int_equal(
        config_providers(&config, SPAN_LITERAL("a.b.c"), providers, 2), 0);
    config_reset(&config);
}

static void
reload_wants_unique_names_of_v1_too(void **state)
{
    (void)state;
    const struct config_options options = {
        .file_name = "f", .kms_v1 = true, .reload = true
    };
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    assert_int_equal(
        config_parse(SPAN_LITERAL(RULE "  - kms: {name: a, endpoint: "
                                       "'unix:///a'}\n"
                                       "  - kms: {name: a, endpoint: "
                                       "'unix:///b'}\n"),
            &options, &config, &said),
        STATUS_INVALID);
    assert_string_equal(buf_text(&said),
        "error while parsing file: resources[0].providers[1].kms.name: Invalid "
        "value: \"a\": duplicate KMS provider name a, names must be unique");
    buf_reset(&said);
}

static void
a_missing_file_is_told_by_name(void **state)
{
    (void)state;
    const struct config_options options = { .file_name = "/nonexistent/x" };
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    assert_int_equal(config_load(&options, &config, &said), STATUS_INVALID);
    assert_string_equal(buf_text(&said),
        "error while parsing file: error while loading file: error reading "
        "encryption provider configuration file \"/nonexistent/x\": open "
        "/nonexistent/x: no such file or directory");
    buf_reset(&said);
}

/* Go opens a folder and fails to read it. */
static void
a_folder_is_no_configuration(void **state)
{
    (void)state;
    const struct config_options options = { .file_name = "/" };
    struct encryption_config config = { 0 };
    struct buf said = { 0 };
    assert_int_equal(config_load(&options, &config, &said), STATUS_INVALID);
    assert_string_equal(buf_text(&said),
        "error while parsing file: error while loading file: error reading "
        "encryption provider configuration file \"/\": read /: is a "
        "directory");
    buf_reset(&said);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fixture_gets_the_verdict_of_kube_apiserver),
        cmocka_unit_test(types_are_told_as_go_tells_them),
        cmocka_unit_test(strictness_covers_repeats_and_unknown_fields_at_once),
        cmocka_unit_test(yaml_faults_carry_their_line),
        cmocka_unit_test(what_begins_as_json_must_be_json),
        cmocka_unit_test(a_billion_laughs_are_not_laughed),
        cmocka_unit_test(depth_and_size_have_limits),
        cmocka_unit_test(hostile_bytes_are_refused),
        cmocka_unit_test(secrets_never_stand_in_messages),
        cmocka_unit_test(defaults_are_filled_in),
        cmocka_unit_test(keys_are_decoded_in_their_order),
        cmocka_unit_test(
            a_resource_is_decided_exactly_then_by_group_then_by_all),
        cmocka_unit_test(reload_wants_unique_names_of_v1_too),
        cmocka_unit_test(a_missing_file_is_told_by_name),
        cmocka_unit_test(a_folder_is_no_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
