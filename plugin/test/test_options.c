/* SPDX-License-Identifier: Apache-2.0 */
#include "options/options.h"
#include "support_options.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

static void
the_defaults_are_those_of_the_other_plugin(void **state)
{
    (void)state;
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=alias/a"));
    assert_int_equal(o.action, OPTIONS_RUN);
    assert_int_equal(o.keys.count, 1);
    assert_string_equal(o.keys.items[0], "alias/a");
    assert_string_equal(o.listens.items[0], "/var/run/kmsplugin/socket.sock");
    assert_string_equal(buf_text(&o.health_port), ":8080");
    assert_string_equal(buf_text(&o.healthz_path), "/healthz");
    assert_string_equal(buf_text(&o.livez_path), "/livez");
    assert_int_equal(o.health_version, METRICS_V1);
    assert_int_equal(o.health_cache_ms, 30000);
    assert_int_equal(o.key_id, IDENTITY_FLAG);
    assert_true(o.coalesce_decrypts);
    assert_int_equal(o.status_failure, SERVICE_STATUS_ERROR);
    assert_int_equal(o.log_level, LOG_INFO);
    assert_int_equal(o.region.len + o.kms_endpoint.len + o.source_arn.len, 0);
    assert_int_equal(o.contexts[0].count, 0);
    options_reset(&o);
}

static void
values_follow_an_equals_sign_or_stand_alone(void **state)
{
    (void)state;
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key", "a", "--region=eu-west-1", "--listen", "/s",
        "--health-kms-version", "v2", "--debug", "--health-cache=1.5s",
        "--key-id=material", "--coalesce-decrypts=false"));
    assert_string_equal(o.keys.items[0], "a");
    assert_string_equal(buf_text(&o.region), "eu-west-1");
    assert_string_equal(o.listens.items[0], "/s");
    assert_int_equal(o.health_version, METRICS_V2);
    assert_int_equal(o.log_level, LOG_DEBUG);
    assert_int_equal(o.health_cache_ms, 1500);
    assert_int_equal(o.key_id, IDENTITY_MATERIAL);
    assert_false(o.coalesce_decrypts);
    options_reset(&o);
}

static void
lists_are_repeated_or_separated_by_commas(void **state)
{
    (void)state;
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=a,b", "--key=\"c,\"\"d\"", "--listen=/1",
        "--listen=/2,/3", "--encryption-context=k=v"));
    assert_int_equal(o.keys.count, 3);
    assert_string_equal(o.keys.items[2], "c,\"d");
    assert_int_equal(o.listens.count, 3);
    assert_string_equal(o.listens.items[2], "/3");
    assert_int_equal(o.contexts[0].count, 1);
    assert_int_equal(o.contexts[1].count, 0);
    assert_int_equal(o.contexts[2].count, 0);
    options_reset(&o);
}

static void
a_context_is_one_record_of_pairs(void **state)
{
    (void)state;
    struct context c = { 0 };
    assert_ok(context_parse(SPAN_LITERAL("[a=b,c=d=e,\"f,g=h\",i=]"), &c));
    assert_int_equal(c.count, 4);
    assert_span_text(c.pairs[0].key, "a");
    assert_span_text(c.pairs[0].value, "b");
    assert_span_text(c.pairs[1].value, "d=e");
    assert_span_text(c.pairs[2].key, "f,g");
    assert_span_text(c.pairs[3].value, "");
    assert_ok(context_parse(SPAN_LITERAL("a=1,b=2,a=3"), &c));
    assert_int_equal(c.count, 2);
    assert_span_text(c.pairs[0].value, "3");
    assert_ok(context_parse(SPAN_LITERAL(""), &c));
    assert_int_equal(c.count, 0);
    context_reset(&c);
}

static void
a_broken_context_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    struct context c = { 0 };
    assert_ok(context_parse(SPAN_LITERAL("a=b"), &c));
    static const char *const broken[] = { "a", "a=b,c", "a=b,", "\"a=b",
        "a\"=b", "\"a=b\"c" };
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        assert_int_equal(
            context_parse(span_text(broken[i]), &c), STATUS_INVALID);
    assert_int_equal(c.count, 1);
    assert_span_text(c.pairs[0].key, "a");
    context_reset(&c);
}

static void
bad_input_gives_words_and_leaves_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *arguments[4];
        const char *words;
    } rows[] = {
        { { NULL }, "--key is missing" },
        { { "--key=a,b" }, "same number of elements" },
        { { "--key=a", "--nope=1" }, "--nope=1 is not a flag" },
        { { "--key=a", "--qps-limit=1" }, "burst expected >0, got 0" },
        { { "--key=a", "--qps-limit=1", "--burst-limit=-3" }, "got -3" },
        { { "--key=a", "--health-cache=-1s" }, "a duration" },
        { { "--key=a", "--health-port=:abc" }, "HOST:PORT or :PORT" },
        { { "--key=a", "--region=us east" },
            "--region=us east is not valid: it must be the name of a Region" },
        { { "--key=a", "--kms-endpoint=http://" },
            "--kms-endpoint=http:// is not valid: it must be http or https" },
        { { "--key=a", "--kms-endpoint=http://h/p?x=y" }, "--kms-endpoint=" },
        { { "--key=a", "--kms-endpoint=http://h:99999" }, "--kms-endpoint=" },
        { { "--key=a", "--source-arn=arn:aws:eks:us-east-1::cluster/x" },
            "it must be an ARN with an account" },
        { { "--key=a", "--healthz-path=/livez" },
            "--livez-path=/livez is not valid: it must be another path" },
        { { "--key=a", "--readyz-path=/metrics" }, "--readyz-path=/metrics" },
        { { "--key=a", "--retry-token-capacity=1e3" }, "whole number" },
        { { "--key=a", "--key-id=alias" }, "flag, arn or material" },
        { { "--key=a", "--coalesce-decrypts=maybe" }, "true or false" },
        { { "--key=\x80" }, "an id, ARN or alias" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct options o = { 0 };
        struct buf problem = { 0 };
        assert_int_equal(support_options_parse(rows[i].arguments, &o, &problem),
            STATUS_INVALID);
        assert_non_null(strstr(buf_text(&problem), rows[i].words));
        assert_int_equal(o.keys.count, 0);
        assert_null(o.contexts);
        buf_reset(&problem);
    }
}

/* Nothing is served, and the flags are looked at as for serving. */
static void
check_looks_at_the_flags(void **state)
{
    (void)state;
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=k", "--livez-path=/readyz"));
    options_reset(&o);
    assert_ok(PARSE(&o, "--key=k", "--check", "--max-attempts=2"));
    assert_int_equal(o.action, OPTIONS_CHECK);
    options_reset(&o);
    const char *const arguments[] = { "--check", NULL };
    assert_int_equal(
        support_options_parse(arguments, &o, &problem), STATUS_INVALID);
    assert_non_null(strstr(buf_text(&problem), "--key is missing"));
    buf_reset(&problem);
}

static void
help_and_version_need_no_key(void **state)
{
    (void)state;
    struct options o = { 0 };
    struct buf problem = { 0 }, help = { 0 };
    assert_ok(PARSE(&o, "--help"));
    assert_int_equal(o.action, OPTIONS_HELP);
    options_reset(&o);
    assert_ok(PARSE(&o, "--version"));
    assert_int_equal(o.action, OPTIONS_VERSION);
    options_reset(&o);
    assert_ok(options_help(&help));
    assert_non_null(strstr(buf_text(&help), "--encryption-context"));
    buf_reset(&help);
}

static void
help_fits_a_terminal(void **state)
{
    (void)state;
    struct buf help = { 0 };
    assert_ok(options_help(&help));
    for (const char *line = buf_text(&help); *line != '\0';) {
        size_t len = strcspn(line, "\n");
        assert_in_range(len, 0, 80);
        line += len + 1;
    }
    buf_reset(&help);
}

static void
compat_chooses_what_was_not_said(void **state)
{
    (void)state;
    struct buf problem = { 0 };
    struct options o = { 0 };
    assert_ok(PARSE(&o, "--key=a"));
    assert_ptr_equal(o.behaviour, behaviour_of(BEHAVIOUR_NONE));
    assert_int_equal(o.status_failure, SERVICE_STATUS_ERROR);
    options_reset(&o);
    assert_ok(PARSE(&o, "--compat=aep", "extra", "--health-kms-version=v9"));
    assert_ptr_equal(o.behaviour, behaviour_of(BEHAVIOUR_AEP));
    assert_int_equal(o.status_failure, SERVICE_STATUS_HEALTHZ);
    assert_int_equal(o.log_format, LOG_ZAP);
    assert_int_equal(o.keys.count, 1);
    assert_string_equal(o.keys.items[0], "");
    assert_false(o.health_is_checked);
    options_reset(&o);
    assert_ok(PARSE(
        &o, "--status-failure=error", "--log-format=json", "--compat=aep"));
    assert_int_equal(o.status_failure, SERVICE_STATUS_ERROR);
    assert_int_equal(o.log_format, LOG_JSON);
    options_reset(&o);
}

static void
the_last_of_a_flag_given_twice_counts(void **state)
{
    (void)state;
    struct buf problem = { 0 };
    struct options o = { 0 };
    assert_ok(PARSE(&o, "--key=a", "--region=x", "--region", "y", "--debug",
        "--debug=false"));
    assert_string_equal(buf_text(&o.region), "y");
    assert_int_equal(o.log_level, LOG_INFO);
    options_reset(&o);
}

static void
what_compat_refuses_is_told_from_bad_usage(void **state)
{
    (void)state;
    struct buf problem = { 0 };
    struct options o = { 0 };
    assert_int_equal(PARSE(&o, "--key=a,b", "--compat=aep"), STATUS_CONFLICT);
    assert_int_equal(
        PARSE(&o, "--key=a", "--compat=aep", "--nope"), STATUS_INVALID);
    assert_int_equal(PARSE(&o, "--key=a", "--compat=other"), STATUS_INVALID);
    assert_int_equal(PARSE(&o, "--key=a", "--regio=x"), STATUS_INVALID);
    assert_int_equal(PARSE(&o, "--key=a", "--", "x"), STATUS_INVALID);
    assert_int_equal(o.keys.count, 0);
    buf_reset(&problem);
}

/* Each word that Go's flags take. */
static void
debug_takes_the_truth_values_of_go(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        enum log_level level;
    } cases[] = {
        { "--debug", LOG_DEBUG },
        { "--debug=1", LOG_DEBUG },
        { "--debug=t", LOG_DEBUG },
        { "--debug=TRUE", LOG_DEBUG },
        { "--debug=True", LOG_DEBUG },
        { "--debug=false", LOG_INFO },
        { "--debug=0", LOG_INFO },
        { "--debug=F", LOG_INFO },
        { "--debug=False", LOG_INFO },
    };
    struct buf problem = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options o = { 0 };
        assert_ok(PARSE(&o, "--key=a", cases[i].flag));
        assert_int_equal(o.log_level, cases[i].level);
        options_reset(&o);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compat_chooses_what_was_not_said),
        cmocka_unit_test(the_last_of_a_flag_given_twice_counts),
        cmocka_unit_test(what_compat_refuses_is_told_from_bad_usage),
        cmocka_unit_test(debug_takes_the_truth_values_of_go),
        cmocka_unit_test(the_defaults_are_those_of_the_other_plugin),
        cmocka_unit_test(values_follow_an_equals_sign_or_stand_alone),
        cmocka_unit_test(lists_are_repeated_or_separated_by_commas),
        cmocka_unit_test(a_context_is_one_record_of_pairs),
        cmocka_unit_test(a_broken_context_is_refused_and_changes_nothing),
        cmocka_unit_test(bad_input_gives_words_and_leaves_nothing),
        cmocka_unit_test(check_looks_at_the_flags),
        cmocka_unit_test(help_and_version_need_no_key),
        cmocka_unit_test(help_fits_a_terminal),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
