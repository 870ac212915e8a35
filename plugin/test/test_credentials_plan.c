/* SPDX-License-Identifier: Apache-2.0 */
/* What environment and files ask for, in which order. */
#include "support_credentials.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

#define KEYS(id) "aws_access_key_id=" id "\naws_secret_access_key=hush\n"
#define ROLE(name) "role_arn=arn:aws:iam::111122223333:role/" name "\n"

static struct plan
plan_ok(void)
{
    struct plan plan = { 0 };
    struct buf problem = { 0 };
    enum status st = home_plan(&plan, &problem);
    assert_string_equal(buf_text(&problem), "");
    assert_ok(st);
    return plan;
}

static void
assert_refused(enum status status, const char *words)
{
    struct plan plan = { 0 };
    struct buf problem = { 0 };
    assert_int_equal(home_plan(&plan, &problem), status);
    assert_problem(&problem, words);
    plan_reset(&plan);
}

static void
set_container(void)
{
    (void)setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x", 1);
}

/* Each step takes the place of what stands behind it in the chain. */
static void
the_chain_has_the_order_of_the_go_sdk(void **state)
{
    (void)state;
    struct plan plan;
    (void)unsetenv("AWS_EC2_METADATA_DISABLED");
    plan = plan_ok();
    assert_int_equal(plan.kind, PLAN_IMDS);
    assert_string_equal(buf_text(&plan.imds.url), "http://169.254.169.254");
    plan_reset(&plan);

    (void)setenv(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:1/x", 1);
    plan = plan_ok();
    assert_int_equal(plan.kind, PLAN_CONTAINER);
    assert_string_equal(buf_text(&plan.container.url), "http://localhost:1/x");
    plan_reset(&plan);

    set_container();
    plan = plan_ok();
    assert_string_equal(
        buf_text(&plan.container.url), "http://169.254.170.2/v2/x");
    plan_reset(&plan);

    home_write_config("[default]\ncredential_process=x\n");
    plan = plan_ok();
    assert_int_equal(plan.kind, PLAN_PROCESS);
    plan_reset(&plan);

    (void)setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/token", 1);
    (void)setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r", 1);
    (void)setenv("AWS_ROLE_SESSION_NAME", "me", 1);
    plan = plan_ok();
    assert_int_equal(plan.kind, PLAN_WEB_IDENTITY);
    assert_string_equal(buf_text(&plan.token_file), "/token");
    assert_string_equal(buf_text(&plan.web_role.session_name), "me");
    assert_string_equal(
        buf_text(&plan.sts_url), "https://sts.eu-west-1.amazonaws.com");
    plan_reset(&plan);

    (void)setenv("AWS_ACCESS_KEY_ID", "E", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
    struct credentials *source = NULL;
    struct credentials_facts facts;
    assert_ok(credentials_default_new(NULL, &source));
    credentials_describe(source, &facts);
    assert_string_equal(facts.name, "environment");
    assert_true(facts.usable);
    credentials_free(source);
}

/* Of several things that a profile has, which one counts. */
static void
a_profile_has_an_order_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *config;
        enum plan_kind kind;
        size_t roles;
    } cases[] = {
        { KEYS("A") "credential_process=x\n", PLAN_KEYS, 0 },
        { KEYS("A") "sso_start_url=u\n", PLAN_KEYS, 0 },
        { KEYS("A") ROLE("r"), PLAN_KEYS, 1 },
        { ROLE("r") "source_profile=default\n" KEYS("A"), PLAN_KEYS, 1 },
        { ROLE("r") "web_identity_token_file=/t\n", PLAN_WEB_IDENTITY, 0 },
        { ROLE("r") "credential_process=x\n", PLAN_PROCESS, 1 },
        { "sso_start_url=u\nsso_region=r\nsso_account_id=1\nsso_role_name=n\n"
          "credential_process=x\n",
            PLAN_SSO, 0 },
        { ROLE("r") "credential_source=EcsContainer\n", PLAN_CONTAINER, 1 },
        { ROLE("r"), PLAN_CONTAINER, 1 },
        { "region=x\n", PLAN_CONTAINER, 0 },
    };
    set_container();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = { 0 };
        assert_ok(buf_printf(&text, "[default]\n%s", cases[i].config));
        home_write_config(buf_text(&text));
        struct plan plan = plan_ok();
        assert_int_equal(plan.kind, cases[i].kind);
        assert_int_equal(plan.role_count, cases[i].roles);
        plan_reset(&plan);
        buf_reset(&text);
    }
}

static void
the_credentials_file_wins_setting_by_setting(void **state)
{
    (void)state;
    home_write_config("[default]\n" ROLE(
        "config") "external_id=kept\n"
                  "source_profile=base\n[profile base]\n" KEYS("CONFIG"));
    home_write_credentials(
        "[default]\n" ROLE("credentials") "[base]\n" KEYS("CREDENTIALS"));
    struct plan plan = plan_ok();
    assert_int_equal(plan.role_count, 1);
    assert_string_equal(buf_text(&plan.roles[0].arn),
        "arn:aws:iam::111122223333:role/credentials");
    assert_string_equal(buf_text(&plan.roles[0].external_id), "kept");
    assert_string_equal(buf_text(&plan.keys.access_key_id), "CREDENTIALS");
    plan_reset(&plan);
}

static void
roles_are_taken_up_from_the_innermost_out(void **state)
{
    (void)state;
    home_write_config("[profile top]\n" ROLE(
        "three") "source_profile=middle\n"
                 "role_session_name=s3\nduration_seconds=900\n"
                 "[profile middle]\n" ROLE(
                     "two") "source_profile=web\n"
                            "[profile web]\n" ROLE(
                                "one") "web_identity_token_file=/t\n");
    (void)setenv("AWS_PROFILE", "top", 1);
    struct plan plan = plan_ok();
    assert_int_equal(plan.kind, PLAN_WEB_IDENTITY);
    assert_string_equal(
        buf_text(&plan.web_role.arn), "arn:aws:iam::111122223333:role/one");
    assert_int_equal(plan.role_count, 2);
    assert_string_equal(
        buf_text(&plan.roles[0].arn), "arn:aws:iam::111122223333:role/two");
    assert_string_equal(
        buf_text(&plan.roles[1].arn), "arn:aws:iam::111122223333:role/three");
    assert_string_equal(buf_text(&plan.roles[1].session_name), "s3");
    assert_int_equal(plan.roles[1].duration_s, 900);
    assert_string_equal(plan_name(&plan), "assume-role");
    plan_reset(&plan);
}

/* Two profiles that name each other end where one has keys. */
static void
a_circle_with_keys_in_it_ends_there(void **state)
{
    (void)state;
    home_write_config("[default]\n" ROLE(
        "a") "source_profile=b\n"
             "[profile b]\n" ROLE("b") "source_profile=default\n" KEYS("B"));
    struct plan plan = plan_ok();
    assert_int_equal(plan.kind, PLAN_KEYS);
    assert_int_equal(plan.role_count, 2);
    plan_reset(&plan);
}

static void
what_cannot_work_names_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *config, *words;
    } cases[] = {
        { ROLE("r") "source_profile=default\n", "(or a circle)" },
        { ROLE("r") "source_profile=b\n[profile b]\n" ROLE(
              "b") "source_profile=default\n",
            "config, line 6: source_profile names a profile that has no" },
        { ROLE("r") "source_profile=none\n",
            "config, line 3: source_profile names a profile that is not" },
        { "source_profile=b\n", "line 2: source_profile needs a role_arn" },
        { "credential_source=Environment\n", "needs a role_arn" },
        { ROLE("r") "credential_source=Environment\n",
            "AWS_ACCESS_KEY_ID is not set" },
        { ROLE("r") "credential_source=EcsContainer\n",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set" },
        { ROLE("r") "credential_source=Ec2InstanceMetadata\n",
            "AWS_EC2_METADATA_DISABLED is set" },
        { ROLE("r") "credential_source=ec2\n", "must be Environment" },
        { ROLE("r") "source_profile=x\ncredential_process=y\n",
            "stands beside another source" },
        { ROLE("r") "mfa_serial=m\nsource_profile=default\n" KEYS("A"),
            "line 3: mfa_serial asks for a person's code" },
        { ROLE("r") "duration_seconds=899\nsource_profile=default\n" KEYS("A"),
            "line 3: duration_seconds must be" },
        { "sso_session=s\n", "there is no [sso-session s]" },
        { "sso_session=s\nsso_role_name=r\nsso_account_id=1\n"
          "[sso-session s]\nsso_start_url=u\n",
            "sso-session lacks sso_region" },
        { "sso_start_url=s\nsso_region=r\n", "lacks sso_account_id" },
        { "aws_access_key_id=A\n", "lacks aws_secret_access_key" },
        { ROLE("r") "endpoint_url=ftp://x\n" KEYS("A"),
            "endpoint_url is no http or https URL" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = { 0 };
        assert_ok(buf_printf(&text, "[default]\n%s", cases[i].config));
        home_write_config(buf_text(&text));
        assert_refused(STATUS_INVALID, cases[i].words);
        buf_reset(&text);
    }
}

static void
a_chain_of_profiles_has_an_end(void **state)
{
    (void)state;
    struct buf text = { 0 };
    for (int i = 0; i < 12; i++)
        assert_ok(buf_printf(&text,
            "[profile p%d]\n" ROLE("r") "source_profile=p%d\n", i, i + 1));
    home_write_config(buf_text(&text));
    (void)setenv("AWS_PROFILE", "p0", 1);
    assert_refused(STATUS_INVALID, "source_profile goes on too long");
    buf_reset(&text);
}

static void
a_profile_that_is_asked_for_must_be_there(void **state)
{
    (void)state;
    set_container();
    (void)setenv("AWS_DEFAULT_PROFILE", "gone", 1);
    assert_refused(STATUS_INVALID, "there is no profile \"gone\"");
}

static void
half_a_web_identity_is_refused(void **state)
{
    (void)state;
    (void)setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/t", 1);
    assert_refused(STATUS_INVALID, "AWS_ROLE_ARN is not");
}

static void
nothing_anywhere_lists_what_was_tried(void **state)
{
    (void)state;
    assert_refused(STATUS_NOT_FOUND, "AWS_WEB_IDENTITY_TOKEN_FILE");
    assert_refused(STATUS_NOT_FOUND, "AWS_CONTAINER_CREDENTIALS_");
    assert_refused(STATUS_NOT_FOUND, "AWS_EC2_METADATA_DISABLED is set");
}

/* A token must not go to just anybody. */
static void
container_hosts_are_this_machines_or_https(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool good;
    } cases[] = {
        { "http://127.0.0.1/x", true },
        { "http://127.1.2.3:80/x", true },
        { "http://localhost:51679/x", true },
        { "http://[::1]:1/x", true },
        { "http://169.254.170.2/x", true },
        { "http://169.254.170.23/v1/credentials", true },
        { "http://[fd00:ec2::23]/v1/credentials", true },
        { "http://127.0.0.1?role=x", true },
        { "https://example.com/x", true },
        { "http://example.com/x", false },
        { "http://example.com?127.0.0.1", false },
        { "http://127.0.0.1.example.com/x", false },
        { "http://127.0.0.1@example.com/x", false },
        { "https://user:hush@example.com/x", false },
        { "https:///x", false },
        { "http:// 127.0.0.1/x", false },
        { "http://example.com#@127.0.0.1/x", false },
        { "http://169.254.169.254/x", false },
        { "http://[fd00:ec2::24]/x", false },
        { "http://[::1/x", false },
        { "http://[::1].example.com/x", false },
        { "ftp://127.0.0.1/x", false },
        { "127.0.0.1/x", false },
        { "http://", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        (void)setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", cases[i].url, 1);
        if (!cases[i].good) {
            assert_refused(STATUS_INVALID, "must be https");
            continue;
        }
        struct plan plan = plan_ok();
        assert_string_equal(buf_text(&plan.container.url), cases[i].url);
        plan_reset(&plan);
    }
    (void)setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil/x", 1);
    assert_refused(STATUS_INVALID, "must start with '/'");
}

static void
assert_sts(const char *url, const char *region)
{
    struct plan plan = plan_ok();
    assert_string_equal(buf_text(&plan.sts_url), url);
    assert_string_equal(buf_text(&plan.sts_region), region);
    plan_reset(&plan);
}

static void
sts_is_where_the_settings_say(void **state)
{
    (void)state;
    home_write_config("[default]\n" ROLE("r") "source_profile=default\n" KEYS(
        "A") "services=s\nendpoint_url=http://all:1/\n"
             "[services s]\nkms =\n  endpoint_url=http://kms\n"
             "sts =\n  endpoint_url = http://sts:2/p/\n");
    assert_sts("http://sts:2/p", "eu-west-1");
    (void)setenv("AWS_ENDPOINT_URL", "http://env:3", 1);
    assert_sts("http://env:3", "eu-west-1");
    (void)setenv("AWS_ENDPOINT_URL_STS", "http://envsts:4", 1);
    assert_sts("http://envsts:4", "eu-west-1");
    (void)setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
    assert_sts("https://sts.eu-west-1.amazonaws.com", "eu-west-1");
    (void)setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
    assert_sts("https://sts-fips.eu-west-1.amazonaws.com", "eu-west-1");
    (void)setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
    assert_sts("https://sts-fips.eu-west-1.api.aws", "eu-west-1");
    (void)unsetenv("AWS_USE_FIPS_ENDPOINT");
    (void)unsetenv("AWS_USE_DUALSTACK_ENDPOINT");
    (void)setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy", 1);
    assert_sts("https://sts.amazonaws.com", "us-east-1");
}

static void
metadata_settings_are_followed(void **state)
{
    (void)state;
    (void)unsetenv("AWS_EC2_METADATA_DISABLED");
    home_write_config("[default]\nec2_metadata_service_endpoint_mode=ipv6\n"
                      "ec2_metadata_v1_disabled=true\n");
    struct plan plan = plan_ok();
    assert_string_equal(buf_text(&plan.imds.url), "http://[fd00:ec2::254]");
    assert_true(plan.imds.v1_disabled);
    plan_reset(&plan);
    (void)setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://here:1/", 1);
    plan = plan_ok();
    assert_string_equal(buf_text(&plan.imds.url), "http://here:1");
    plan_reset(&plan);
    (void)setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://a:hush@b", 1);
    assert_refused(STATUS_INVALID, "is no http or https URL");
    (void)setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "v5", 1);
    assert_refused(STATUS_INVALID, "must be IPv4 or IPv6");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOME(the_chain_has_the_order_of_the_go_sdk),
        WITH_HOME(a_profile_has_an_order_of_its_own),
        WITH_HOME(the_credentials_file_wins_setting_by_setting),
        WITH_HOME(roles_are_taken_up_from_the_innermost_out),
        WITH_HOME(a_circle_with_keys_in_it_ends_there),
        WITH_HOME(what_cannot_work_names_its_place),
        WITH_HOME(a_chain_of_profiles_has_an_end),
        WITH_HOME(a_profile_that_is_asked_for_must_be_there),
        WITH_HOME(half_a_web_identity_is_refused),
        WITH_HOME(nothing_anywhere_lists_what_was_tried),
        WITH_HOME(container_hosts_are_this_machines_or_https),
        WITH_HOME(sts_is_where_the_settings_say),
        WITH_HOME(metadata_settings_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
