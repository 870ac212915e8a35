/* SPDX-License-Identifier: Apache-2.0 */
/* How KMS is called: the flags for it, and the environment. */
#include "call_settings.h"
#include "support_options.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MRK "--key=arn:aws:kms:eu-west-1:111122223333:key/mrk-1234"

#define HOME SPAN_LITERAL("eu-west-1")

static void
each_flag_has_its_setting(void **state)
{
    (void)state;
    static const struct {
        const char *flags[2], *environment;
        struct call_settings settings;
    } cases[] = {
        { { "--debug=f", "--debug=f" }, NULL, { 0 } },
        { { "--debug=f", "--debug=f" }, "5", { .max_attempts = 5 } },
        { { "--max-attempts=1", "--debug=f" }, "5", { .max_attempts = 1 } },
        { { "--max-attempts=1", "--debug=f" }, "no", { .max_attempts = 1 } },
        { { "--retry-token-capacity=20", "--debug=f" }, NULL,
            { .retry_tokens = 20 } },
        { { "--qps-limit=15", "--burst-limit=30" }, NULL,
            { .retry_tokens = 45, .retry_cost = 1 } },
        { { "--qps-limit=0", "--burst-limit=30" }, NULL, { 0 } },
        { { "--qps-limit=-5", "--burst-limit=30" }, NULL, { 0 } },
        { { "--connection-max-age=90s", "--debug=f" }, NULL,
            { .connection_max_age_ms = 90000 } },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct call_settings *want = &cases[i].settings;
        struct call_settings got = { 0 };
        struct options o = { 0 };
        struct buf problem = { 0 };
        assert_ok(PARSE(&o, "--key=k", cases[i].flags[0], cases[i].flags[1]));
        if (cases[i].environment != NULL)
            (void)setenv("AWS_MAX_ATTEMPTS", cases[i].environment, 1);
        assert_ok(call_settings_read(&o, HOME, &got, &problem));
        (void)unsetenv("AWS_MAX_ATTEMPTS");
        assert_int_equal(got.max_attempts, want->max_attempts);
        assert_int_equal(got.retry_tokens, want->retry_tokens);
        assert_int_equal(got.retry_cost, want->retry_cost);
        assert_int_equal(
            got.connection_max_age_ms, want->connection_max_age_ms);
        assert_int_equal(got.failover_count, 0);
        call_settings_reset(&got);
        options_reset(&o);
    }
}

static void
the_profile_counts_after_the_environment(void **state)
{
    (void)state;
    char path[] = "/tmp/kms-config-XXXXXX";
    const char text[] = "[default]\nmax_attempts = 7\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    (void)close(fd);
    (void)setenv("AWS_CONFIG_FILE", path, 1);
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=k"));
    for (unsigned want = 7; want >= 5; want -= 2) {
        struct call_settings got = { 0 };
        assert_ok(call_settings_read(&o, HOME, &got, &problem));
        assert_int_equal(got.max_attempts, want);
        call_settings_reset(&got);
        (void)setenv("AWS_MAX_ATTEMPTS", "5", 1);
    }
    (void)unsetenv("AWS_MAX_ATTEMPTS");
    (void)unsetenv("AWS_CONFIG_FILE");
    (void)unlink(path);
    options_reset(&o);
}

static void
the_capacity_counts_before_the_deprecated_flags(void **state)
{
    (void)state;
    struct call_settings got = { 0 };
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=k", "--qps-limit=15", "--burst-limit=30",
        "--retry-token-capacity=7"));
    assert_ok(call_settings_read(&o, HOME, &got, &problem));
    assert_int_equal(got.retry_tokens, 7);
    assert_int_equal(got.retry_cost, 0);
    call_settings_reset(&got);
    options_reset(&o);
}

static void
an_environment_that_is_no_number_is_told(void **state)
{
    (void)state;
    static const char *const bad[] = { "0", "-1", "three", "101", "3 " };
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=k"));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct call_settings got = { 0 };
        (void)setenv("AWS_MAX_ATTEMPTS", bad[i], 1);
        assert_int_equal(
            call_settings_read(&o, HOME, &got, &problem), STATUS_INVALID);
        assert_int_equal(got.max_attempts, 0);
        assert_null(got.endpoint.ptr);
        assert_non_null(strstr(buf_text(&problem), bad[i]));
        assert_non_null(strstr(buf_text(&problem), "AWS_MAX_ATTEMPTS="));
        buf_reset(&problem);
    }
    (void)unsetenv("AWS_MAX_ATTEMPTS");
    options_reset(&o);
}

static void
failovers_keep_their_order(void **state)
{
    (void)state;
    struct call_settings got = { 0 };
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, MRK, "--failover=us-east-1", "--failover",
        "eu-central-1=https://vpce.example/no=1"));
    assert_ok(call_settings_read(&o, HOME, &got, &problem));
    assert_int_equal(got.failover_count, 2);
    assert_span_text(got.failovers[0].region, "us-east-1");
    assert_span_text(
        got.failovers[0].endpoint, "https://kms.us-east-1.amazonaws.com");
    assert_span_text(got.failovers[1].region, "eu-central-1");
    assert_span_text(got.failovers[1].endpoint, "https://vpce.example/no=1");
    call_settings_reset(&got);
    options_reset(&o);
}

static void
an_endpoint_is_the_flags_the_environments_or_awss_own(void **state)
{
    (void)state;
    static const struct {
        const char *flag, *variable, *value, *endpoint;
    } cases[] = {
        { "--debug", "AWS_PAGER", "", "https://kms.eu-west-1.amazonaws.com" },
        { "--kms-endpoint=http://f", "AWS_ENDPOINT_URL", "http://e",
            "http://f" },
        { "--debug", "AWS_ENDPOINT_URL", "http://e", "http://e" },
        { "--debug", "AWS_ENDPOINT_URL_KMS", "https://k/", "https://k" },
        { "--debug", "AWS_ENDPOINT_URL_STS", "https://s",
            "https://kms.eu-west-1.amazonaws.com" },
        { "--debug", "AWS_USE_FIPS_ENDPOINT", "true",
            "https://kms-fips.eu-west-1.amazonaws.com" },
        { "--debug", "AWS_USE_DUALSTACK_ENDPOINT", "true",
            "https://kms.eu-west-1.api.aws" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct call_settings got = { 0 };
        struct options o = { 0 };
        struct buf problem = { 0 };
        assert_ok(PARSE(&o, "--key=k", cases[i].flag));
        (void)setenv(cases[i].variable, cases[i].value, 1);
        assert_ok(call_settings_read(&o, HOME, &got, &problem));
        (void)unsetenv(cases[i].variable);
        assert_string_equal(buf_text(&got.endpoint), cases[i].endpoint);
        call_settings_reset(&got);
        options_reset(&o);
    }
}

static void
a_failover_is_never_where_the_environments_endpoint_is(void **state)
{
    (void)state;
    struct call_settings got = { 0 };
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, MRK, "--failover=us-east-1"));
    (void)setenv("AWS_ENDPOINT_URL_KMS", "https://vpce.example", 1);
    (void)setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
    assert_ok(call_settings_read(&o, HOME, &got, &problem));
    (void)unsetenv("AWS_ENDPOINT_URL_KMS");
    (void)unsetenv("AWS_USE_FIPS_ENDPOINT");
    assert_string_equal(buf_text(&got.endpoint), "https://vpce.example");
    assert_span_text(
        got.failovers[0].endpoint, "https://kms-fips.us-east-1.amazonaws.com");
    call_settings_reset(&got);
    options_reset(&o);
}

static void
a_ca_bundle_is_that_of_the_environment(void **state)
{
    (void)state;
    struct call_settings got = { 0 };
    struct options o = { 0 };
    struct buf problem = { 0 };
    assert_ok(PARSE(&o, "--key=k"));
    (void)setenv("AWS_CA_BUNDLE", "/etc/own-ca.pem", 1);
    assert_ok(call_settings_read(&o, HOME, &got, &problem));
    (void)unsetenv("AWS_CA_BUNDLE");
    assert_string_equal(buf_text(&got.ca_file), "/etc/own-ca.pem");
    call_settings_reset(&got);
    assert_null(got.ca_file.ptr);
    options_reset(&o);
}

static void
flags_that_cannot_work_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *flags[3], *says;
    } cases[] = {
        { { "--key=k", "--max-attempts=0", "--debug" }, "from 1 to 100" },
        { { "--key=k", "--max-attempts=101", "--debug" }, "from 1 to 100" },
        { { "--key=k", "--connection-max-age=999ms", "--debug" },
            "from 1s to 24h" },
        { { "--key=k", "--connection-max-age=25h", "--debug" },
            "from 1s to 24h" },
        { { MRK, "--failover=", "--debug" }, "REGION=URL" },
        { { MRK, "--failover==https://x", "--debug" }, "REGION=URL" },
        { { MRK, "--failover=us-east-1=", "--debug" }, "REGION=URL" },
        { { MRK, "--failover=us-east-1=ftp://x", "--debug" }, "REGION=URL" },
        { { MRK, "--failover=us-east-1", "--failover=us-east-1=http://x" },
            "names a Region twice" },
        { { MRK, "--failover=eu-west-1", "--debug" }, "names a Region twice" },
        { { "--key=alias/a", "--failover=us-east-1", "--debug" },
            "--key=alias/a is not one" },
        { { "--key=mrk-1234", "--failover=us-east-1", "--debug" },
            "--key=mrk-1234 is not one" },
        { { "--key=arn:aws:kms:eu-west-1:111122223333:key/1234",
              "--failover=us-east-1", "--debug" },
            "key/1234 is not one" },
        { { "--key=k", "--qps-limit=5", "--debug" }, "burst expected >0" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options o = { 0 };
        struct buf problem = { 0 };
        assert_int_equal(
            PARSE(&o, cases[i].flags[0], cases[i].flags[1], cases[i].flags[2]),
            STATUS_INVALID);
        if (strstr(buf_text(&problem), cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].flags[1], buf_text(&problem));
        assert_null(o.keys.items);
        buf_reset(&problem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_flag_has_its_setting),
        cmocka_unit_test(the_profile_counts_after_the_environment),
        cmocka_unit_test(the_capacity_counts_before_the_deprecated_flags),
        cmocka_unit_test(an_environment_that_is_no_number_is_told),
        cmocka_unit_test(failovers_keep_their_order),
        cmocka_unit_test(an_endpoint_is_the_flags_the_environments_or_awss_own),
        cmocka_unit_test(
            a_failover_is_never_where_the_environments_endpoint_is),
        cmocka_unit_test(a_ca_bundle_is_that_of_the_environment),
        cmocka_unit_test(flags_that_cannot_work_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
