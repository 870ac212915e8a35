/* SPDX-License-Identifier: Apache-2.0 */
/* Each way to fetch credentials, against a server that does as it is told. */
#include "base/file.h"
#include "credentials/provider.h"
#include "support_credentials.h"
#include "support_kms_calls.h"
#include "support_routes.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define KEYS_JSON                                                              \
    "\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"hush\",\"Token\":\"T=\","  \
    "\"Expiration\":\"2026-11-22T13:00:00Z\""
#define ROLE_PATH "/latest/meta-data/iam/security-credentials/"
#define STS_ANSWER                                                             \
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">" \
    "\n  <AssumeRoleResult><Credentials>\n"                                    \
    "<AccessKeyId>AKID</AccessKeyId><SecretAccessKey>hush</SecretAccessKey>"   \
    "<SessionToken>T=</SessionToken>"                                          \
    "<Expiration>2026-11-22T13:00:00Z</Expiration></Credentials>"              \
    "</AssumeRoleResult></AssumeRoleResponse>"

#define TWICE                                                                  \
    "<a><Credentials><AccessKeyId>A</AccessKeyId><AccessKeyId>B"               \
    "</AccessKeyId></Credentials></a>"

static const int64_t one_ms = 1795352400000; /* 2026-11-22T13:00:00Z */

static struct clock_manual wall = { .now_ms = 1795348800000 };

static struct provider
provider(void)
{
    return (struct provider){ clock_manual(&wall), -1, test_no_pause() };
}

/* Runs what environment and files ask for. */
static enum status
run(const struct provider *provider, struct provided *out, struct buf *problem)
{
    struct plan plan = { 0 };
    enum status st = home_plan(&plan, problem);
    if (st == STATUS_OK)
        st = provider_run(provider, &plan, out, problem);
    plan_reset(&plan);
    return st;
}

static void
assert_fetched(void)
{
    struct provider p = provider();
    struct provided got = { 0 };
    struct buf problem = { 0 };
    enum status st = run(&p, &got, &problem);
    assert_string_equal(buf_text(&problem), "");
    assert_ok(st);
    assert_string_equal(buf_text(&got.set.access_key_id), "AKID");
    assert_string_equal(buf_text(&got.set.secret_access_key), "hush");
    assert_string_equal(buf_text(&got.set.session_token), "T=");
    assert_int_equal(got.expires_ms, one_ms);
    provided_reset(&got);
}

static void
assert_fails(enum status status, const char *words)
{
    struct provider p = provider();
    struct provided got = { .expires_ms = 7 };
    struct buf problem = { 0 };
    assert_int_equal(run(&p, &got, &problem), status);
    assert_problem(&problem, words);
    assert_int_equal(got.set.access_key_id.len, 0);
    assert_int_equal(got.expires_ms, 7);
}

static void
set_url(const char *variable, struct routes *routes, const char *path)
{
    char url[128];
    (void)snprintf(url, sizeof(url), "%s%s", server_url(routes->server), path);
    (void)setenv(variable, url, 1);
}

/* ---- containers ---------------------------------------------------------- */

static void
start_container(struct routes *routes, struct route route)
{
    routes_start(routes, &route, 1);
    set_url("AWS_CONTAINER_CREDENTIALS_FULL_URI", routes, "/c");
}

static void
a_container_sends_its_token_from_the_file_each_time(void **state)
{
    (void)state;
    struct routes routes;
    start_container(&routes, (struct route){ "/c", 200, "{" KEYS_JSON "}", 0 });
    assert_fetched();
    assert_false(routes_saw(&routes, "Authorization"));
    (void)setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "first", 1);
    assert_fetched();
    assert_true(routes_saw(&routes, "\nAuthorization: first\n"));
    home_write("token", "second\n");
    (void)setenv(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_path("token"), 1);
    assert_fetched();
    assert_true(routes_saw(&routes, "\nAuthorization: second\n"));
    home_write("token", "third");
    assert_fetched();
    assert_true(routes_saw(&routes, "\nAuthorization: third\n"));
    home_write("token", "");
    assert_fails(STATUS_INVALID, "is empty");
    home_write("token", "hush\r\nX: y");
    assert_fails(STATUS_INVALID, "AWS_CONTAINER_CREDENTIALS_FULL_URI: ");
    routes_stop(&routes);
}

static void
answers_that_are_none_are_told(void **state)
{
    (void)state;
    static const struct {
        struct route route;
        enum status status;
        const char *words;
    } cases[] = {
        { { "/c", 500, "hush", 0 }, STATUS_UNAVAILABLE, "HTTP 500" },
        { { "/c", 429, "", 0 }, STATUS_UNAVAILABLE, "HTTP 429" },
        { { "/c", 403, "{\"code\":\"AccessDenied\",\"message\":\"no\"}", 0 },
            STATUS_DENIED, "HTTP 403, AccessDenied, no" },
        { { "/c", 404, "<html>", 0 }, STATUS_UNAVAILABLE, "HTTP 404" },
        { { "/c", 200, "{" KEYS_JSON "}", ROUTE_TEARS }, STATUS_UNAVAILABLE,
            "127.0.0.1" },
        { { "/c", 200, "", ROUTE_RESETS }, STATUS_UNAVAILABLE, "127.0.0.1" },
        { { "/c", 200, "http://127.0.0.1:1/", ROUTE_REDIRECTS },
            STATUS_UNAVAILABLE, "HTTP 302" },
        { { "/c", 200, "<html>hush</html>", 0 }, STATUS_INVALID, "not JSON" },
        { { "/c", 200, "", 0 }, STATUS_INVALID, "not JSON" },
        { { "/c", 200, "[]", 0 }, STATUS_INVALID, "not the JSON of" },
        { { "/c", 200, "{}", 0 }, STATUS_INVALID, "lacks AccessKeyId" },
        { { "/c", 200, "{\"AccessKeyId\":1}", 0 }, STATUS_INVALID,
            "AccessKeyId is no text" },
        { { "/c", 200, "{\"AccessKeyId\":\"A\"}", 0 }, STATUS_INVALID,
            "lacks SecretAccessKey" },
        { { "/c", 200, "{\"AccessKeyId\":\"A\",\"AccessKeyId\":\"A\"}", 0 },
            STATUS_INVALID, "not JSON" },
        { { "/c", 200,
              "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hush hush\"}", 0 },
            STATUS_INVALID, "secret access key has a blank" },
        { { "/c", 200,
              "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hush\","
              "\"Expiration\":\"soon\"}",
              0 },
            STATUS_INVALID, "Expiration is no time" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct routes routes;
        start_container(&routes, cases[i].route);
        assert_fails(cases[i].status, cases[i].words);
        routes_stop(&routes);
    }
}

static void
an_answer_that_is_too_large_is_refused(void **state)
{
    (void)state;
    static char body[FETCH_BODY_MAX + 2];
    struct routes routes;
    memset(body, ' ', sizeof(body) - 1);
    start_container(&routes, (struct route){ "/c", 200, body, 0 });
    assert_fails(STATUS_TOO_LARGE, "larger than 65536 bytes");
    routes_stop(&routes);
}

static void
a_fetch_that_hangs_is_stopped_from_outside(void **state)
{
    (void)state;
    struct routes routes;
    struct provided got = { 0 };
    struct buf problem = { 0 };
    start_container(&routes, (struct route){ "/c", 200, "", ROUTE_HANGS });
    struct provider p = provider();
    p.stop_fd = eventfd(1, EFD_CLOEXEC);
    assert_int_equal(run(&p, &got, &problem), STATUS_CANCELLED);
    buf_reset(&problem);
    (void)close(p.stop_fd);
    routes_stop(&routes);
}

static void
nobody_there_is_told_with_its_address(void **state)
{
    (void)state;
    (void)setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://127.0.0.1:1/hush?token=hush", 1);
    assert_fails(STATUS_UNAVAILABLE, "http://127.0.0.1:1: ");
}

/* ---- instance metadata --------------------------------------------------- */

static void
start_imds(struct routes *routes, const struct route *list, size_t count)
{
    routes_start(routes, list, count);
    (void)unsetenv("AWS_EC2_METADATA_DISABLED");
    set_url("AWS_EC2_METADATA_SERVICE_ENDPOINT", routes, "/");
}

#define IMDS_TOKEN                                                             \
    {                                                                          \
        "/latest/api/token", 200, "TOKEN", 0                                   \
    }
#define IMDS_KEYS                                                              \
    {                                                                          \
        ROLE_PATH "my%20role", 200, "{\"Code\":\"Success\"," KEYS_JSON "}", 0  \
    }
#define IMDS_ROLE                                                              \
    {                                                                          \
        ROLE_PATH, 200, "my role\nother", 0                                    \
    }

static void
an_instance_is_asked_with_a_token(void **state)
{
    (void)state;
    static const struct route list[] = { IMDS_TOKEN, IMDS_KEYS, IMDS_ROLE };
    struct routes routes;
    start_imds(&routes, list, ARRAY_LEN(list));
    assert_fetched();
    assert_true(routes_saw(&routes, "PUT /latest/api/token\n"));
    assert_true(
        routes_saw(&routes, "X-aws-ec2-metadata-token-ttl-seconds: 300\n"));
    assert_true(routes_saw(&routes, "X-aws-ec2-metadata-token: TOKEN\n"));
    assert_int_equal(server_requests(routes.server), 3);
    routes_stop(&routes);
}

static void
without_tokens_version_1_is_asked_where_that_is_allowed(void **state)
{
    (void)state;
    static const unsigned statuses[] = { 403, 404, 405, 500 };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        const struct route list[] = {
            { "/latest/api/token", statuses[i], "", 0 }, IMDS_KEYS, IMDS_ROLE
        };
        struct routes routes;
        start_imds(&routes, list, ARRAY_LEN(list));
        assert_fetched();
        assert_false(routes_saw(&routes, "X-aws-ec2-metadata-token: "));
        (void)setenv("AWS_EC2_METADATA_V1_DISABLED", "true", 1);
        assert_fails(STATUS_UNAVAILABLE, "instance metadata: ");
        (void)unsetenv("AWS_EC2_METADATA_V1_DISABLED");
        routes_stop(&routes);
    }
}

static void
an_instance_that_hangs_is_left_in_time(void **state)
{
    (void)state;
    static const struct route list[] = { { "/", 200, "", ROUTE_HANGS } };
    struct routes routes;
    struct clock clock = clock_monotonic();
    start_imds(&routes, list, ARRAY_LEN(list));
    (void)setenv("AWS_EC2_METADATA_V1_DISABLED", "true", 1);
    int64_t start_ms = clock_ms(&clock);
    assert_fails(STATUS_TIMEOUT, "HttpPutResponseHopLimit");
    assert_true(clock_ms(&clock) - start_ms < 15000);
    routes_stop(&routes);
}

static void
what_an_instance_lacks_is_told(void **state)
{
    (void)state;
    static const struct {
        struct route role, keys;
        const char *words;
        enum status status;
    } cases[] = {
        { { ROLE_PATH, 404, "", 0 }, IMDS_KEYS,
            "security-credentials/: HTTP 404", STATUS_UNAVAILABLE },
        { { ROLE_PATH, 200, "", 0 }, IMDS_KEYS, "the instance has no role",
            STATUS_UNAVAILABLE },
        { IMDS_ROLE, { ROLE_PATH "my", 200, "{\"Code\":\"Failed\"}", 0 },
            "it failed with Failed", STATUS_UNAVAILABLE },
        { IMDS_ROLE, { ROLE_PATH "my", 200, "{" KEYS_JSON "}", 0 },
            "it failed with no Code", STATUS_UNAVAILABLE },
        { IMDS_ROLE,
            { ROLE_PATH "my", 200,
                "{\"Code\":\"Success\",\"AccessKeyId\":\"A\","
                "\"SecretAccessKey\":\"hush\"}",
                0 },
            "lacks Token", STATUS_INVALID },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct route list[] = { IMDS_TOKEN, cases[i].keys,
            cases[i].role };
        struct routes routes;
        start_imds(&routes, list, ARRAY_LEN(list));
        assert_fails(cases[i].status, cases[i].words);
        routes_stop(&routes);
    }
}

static void
the_region_is_in_the_identity_document(void **state)
{
    (void)state;
    static const struct {
        const char *document, *region; /* NULL: none */
    } cases[] = {
        { "{\"region\":\"eu-south-1\",\"x\":1}", "eu-south-1" },
        { "{\"region\":\"eu south\"}", NULL },
        { "{\"region\":1}", NULL },
        { "<html>", NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct route list[] = { IMDS_TOKEN,
            { "/latest/dynamic/instance-identity/document", 200,
                cases[i].document, 0 } };
        struct routes routes;
        struct buf region = { 0 }, problem = { 0 };
        start_imds(&routes, list, ARRAY_LEN(list));
        assert_int_equal(credentials_region_imds(&region, &problem),
            cases[i].region == NULL ? STATUS_INVALID : STATUS_OK);
        assert_string_equal(
            buf_text(&region), cases[i].region == NULL ? "" : cases[i].region);
        buf_reset(&region);
        buf_reset(&problem);
        routes_stop(&routes);
    }
}

static void
metadata_that_are_disabled_are_not_asked_for_a_region(void **state)
{
    (void)state;
    struct buf region = { 0 }, problem = { 0 };
    assert_int_equal(
        credentials_region_imds(&region, &problem), STATUS_NOT_FOUND);
    assert_problem(&problem, "AWS_EC2_METADATA_DISABLED");
}

/* ---- STS ----------------------------------------------------------------- */

static void
start_sts(struct routes *routes, const char *body, unsigned status)
{
    const struct route list[] = { { "/", status, body, 0 } };
    routes_start(routes, list, 1);
    set_url("AWS_ENDPOINT_URL_STS", routes, "");
}

static void
a_role_is_asked_for_signed(void **state)
{
    (void)state;
    struct routes routes;
    start_sts(&routes, STS_ANSWER, 200);
    home_write_config("[default]\nrole_arn=arn:aws:iam::1:role/a b\n"
                      "source_profile=default\naws_access_key_id=BASE\n"
                      "aws_secret_access_key=hush\naws_session_token=BT\n"
                      "external_id=x&y\nduration_seconds=1800\n"
                      "role_session_name=me\n");
    assert_fetched();
    assert_true(routes_saw(&routes, "POST /\n"));
    assert_true(routes_saw(&routes,
        "\nAction=AssumeRole&Version=2011-06-15&"
        "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b&RoleSessionName=me&"
        "ExternalId=x%26y&DurationSeconds=1800\n"));
    assert_true(routes_saw(&routes, "Credential=BASE/20261122/eu-west-1/sts/"));
    assert_true(routes_saw(&routes, "X-Amz-Security-Token: BT\n"));
    routes_stop(&routes);
}

static void
a_web_identity_is_sent_unsigned_and_read_each_time(void **state)
{
    (void)state;
    struct routes routes;
    start_sts(&routes, STS_ANSWER, 200);
    (void)setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("jwt"), 1);
    (void)setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r", 1);
    assert_fails(STATUS_NOT_FOUND, "jwt cannot be read: not found");
    home_write("jwt", "eyJ.one\n");
    assert_fetched();
    assert_true(routes_saw(&routes,
        "\nAction=AssumeRoleWithWebIdentity&Version=2011-06-15&"
        "WebIdentityToken=eyJ.one&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"
        "RoleSessionName=aws-kms-plugin\n"));
    assert_false(routes_saw(&routes, "Authorization"));
    home_write("jwt", "eyJ.two\n");
    assert_fetched();
    assert_true(routes_saw(&routes, "WebIdentityToken=eyJ.two&"));
    routes_stop(&routes);
}

/* STS's error of that code. */
static const char *
sts_error(const char *code)
{
    static char text[256];
    (void)snprintf(text, sizeof(text),
        "<ErrorResponse><Error><Code>%s</Code><Message>no</Message></Error>"
        "</ErrorResponse>",
        code);
    return text;
}

static void
what_sts_refuses_for_a_moment_is_asked_again_within_the_fetch(void **state)
{
    (void)state;
    static const struct {
        unsigned http_status;
        const char *code;
        bool again;
    } cases[] = {
        { 500, "InternalFailure", true },
        { 503, "ServiceUnavailable", true },
        { 400, "Throttling", true },
        { 400, "IDPCommunicationError", true },
        { 400, "InvalidIdentityToken", true },
        { 400, "ExpiredTokenException", false },
        { 403, "AccessDenied", false },
    };
    home_write("jwt", "eyJ.one\n");
    (void)setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("jwt"), 1);
    (void)setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r", 1);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct routes routes;
        const struct route list[] = {
            { "/", cases[i].http_status, sts_error(cases[i].code),
                ROUTE_ANSWERS_ONCE },
            { "/", 200, STS_ANSWER, ROUTE_ANSWERS },
        };
        routes_start(&routes, list, ARRAY_LEN(list));
        set_url("AWS_ENDPOINT_URL_STS", &routes, "");
        if (cases[i].again)
            assert_fetched();
        else
            assert_fails(STATUS_DENIED, cases[i].code);
        assert_int_equal(
            server_requests(routes.server), cases[i].again ? 2 : 1);
        routes_stop(&routes);
    }
}

static void
sts_is_asked_three_times_in_a_fetch_and_no_more(void **state)
{
    (void)state;
    static const struct {
        struct route route;
        enum status status;
        const char *words;
    } cases[] = {
        { { "/", 500, "", ROUTE_ANSWERS }, STATUS_UNAVAILABLE, "HTTP 500" },
        { { "/", 0, "", ROUTE_RESETS }, STATUS_UNAVAILABLE, "127.0.0.1" },
        { { "/", 400,
              "<ErrorResponse><Error><Code>Throttling</Code>"
              "<Message>slow</Message></Error></ErrorResponse>",
              ROUTE_ANSWERS },
            STATUS_DENIED, "HTTP 400, Throttling: slow" },
    };
    home_write("jwt", "eyJ.one\n");
    (void)setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("jwt"), 1);
    (void)setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r", 1);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct routes routes;
        routes_start(&routes, &cases[i].route, 1);
        set_url("AWS_ENDPOINT_URL_STS", &routes, "");
        assert_fails(cases[i].status, cases[i].words);
        assert_int_equal(server_requests(routes.server), 3);
        routes_stop(&routes);
    }
}

static void
what_sts_refuses_is_told(void **state)
{
    (void)state;
    struct routes routes;
    start_sts(&routes,
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
        "<Message>User &lt;x&gt; is not\nallowed</Message></Error>"
        "</ErrorResponse>",
        403);
    home_write_config("[default]\nrole_arn=arn:aws:iam::1:role/r\n"
                      "source_profile=default\naws_access_key_id=BASE\n"
                      "aws_secret_access_key=hush\n");
    assert_fails(STATUS_DENIED, "config, line 2: http://127.0.0.1:");
    assert_fails(STATUS_DENIED,
        "refused arn:aws:iam::1:role/r: HTTP 403, AccessDenied: User <x> is "
        "not allowed");
    routes_stop(&routes);
}

static void
sts_answers_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = { "", "{}", "<a>", "<a></b>", "text",
        "<a/>", "<!DOCTYPE a><a></a>", "<a><!-- x --></a>",
        "<Credentials><AccessKeyId>A</AccessKeyId></Credentials>",
        "<a><Credentials><AccessKeyId/><AccessKeyId>A</AccessKeyId>", TWICE,
        "<a><Credentials><AccessKeyId>&bad;</AccessKeyId></Credentials></a>",
        "<a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a>" };
    home_write_config("[default]\nrole_arn=arn:aws:iam::1:role/r\n"
                      "source_profile=default\naws_access_key_id=BASE\n"
                      "aws_secret_access_key=hush\n");
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct routes routes;
        start_sts(&routes, bodies[i], 200);
        assert_fails(STATUS_INVALID, "its answer ");
        routes_stop(&routes);
    }
}

/* ---- programs ------------------------------------------------------------ */

static void
set_program(const char *command)
{
    struct buf text = { 0 };
    assert_ok(
        buf_printf(&text, "[default]\ncredential_process = %s\n", command));
    home_write_config(buf_text(&text));
    buf_reset(&text);
}

static void
a_program_prints_credentials(void **state)
{
    (void)state;
    home_write("answer",
        "{\"Version\":1,\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":"
        "\"hush\",\"SessionToken\":\"T=\","
        "\"Expiration\":\"2026-11-22T13:00:00Z\"}\n");
    set_program("read line || cat \"$HOME/answer\"");
    assert_fetched();
}

static void
a_program_that_fails_is_told_and_not_quoted_in_full(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        enum status status;
        const char *words;
    } cases[] = {
        { "echo no luck >&2; echo hush >&2; exit 3", STATUS_UNAVAILABLE,
            "config, line 2: it failed with exit status 3: no luck" },
        { "echo SecretAccessKey wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY >&2; "
          "exit 1",
            STATUS_UNAVAILABLE, "status 1: SecretAccessKey [redacted]" },
        { "kill -9 $$", STATUS_UNAVAILABLE, "it was ended by signal 9" },
        { "/nonexistent/program", STATUS_UNAVAILABLE, "exit status 127" },
        { "true", STATUS_INVALID, "its answer is not JSON" },
        { "echo '{}'", STATUS_INVALID, "Version is not 1" },
        { "echo '{\"Version\":\"1\"}'", STATUS_INVALID, "Version is not 1" },
        { "head -c 100000 /dev/zero", STATUS_TOO_LARGE, "printed more than" },
        { "yes", STATUS_TOO_LARGE, "printed more than" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        set_program(cases[i].command);
        assert_fails(cases[i].status, cases[i].words);
    }
}

/* What it started holds its pipes open; it has ended all the same. */
static void
a_program_that_leaves_another_running_has_ended(void **state)
{
    (void)state;
    home_write("answer",
        "{\"Version\":1,\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":"
        "\"hush\",\"SessionToken\":\"T=\","
        "\"Expiration\":\"2026-11-22T13:00:00Z\"}\n");
    set_program("cat \"$HOME/answer\"; sleep 5 &");
    assert_fetched();
}

static void
a_program_that_hangs_is_killed_with_what_it_started(void **state)
{
    (void)state;
    static const char *const commands[] = { "sleep 1000 & sleep 1000",
        "cat /dev/zero >&2 & cat /dev/zero >&2 & cat /dev/zero >&2" };
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        struct provided got = { 0 };
        struct buf problem = { 0 };
        set_program(commands[i]);
        struct provider p = provider();
        p.stop_fd = eventfd(1, EFD_CLOEXEC);
        assert_int_equal(run(&p, &got, &problem), STATUS_CANCELLED);
        buf_reset(&problem);
        (void)close(p.stop_fd);
    }
}

/* ---- SSO ----------------------------------------------------------------- */

/* Named by the SHA-1 of "corp", and of "https://corp.example/start". */
#define SESSION_FILE                                                           \
    ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
#define LEGACY_FILE                                                            \
    ".aws/sso/cache/f7c9b39d0b4c7a7d82c79307585f77e1c5e74378.json"
#define SSO_KEYS                                                               \
    "{\"roleCredentials\":{\"accessKeyId\":\"AKID\",\"secretAccessKey\":"      \
    "\"hush\",\"sessionToken\":\"T=\",\"expiration\":1795352400000}}"
#define SSO_PROFILE                                                            \
    "[default]\nsso_session=corp\nsso_account_id=1111\n"                       \
    "sso_role_name=ad min\n[sso-session corp]\n"                               \
    "sso_start_url=https://corp.example/start\nsso_region=eu-west-1\n"
#define TOKEN_VALID                                                            \
    "{\"accessToken\":\"hush-1\",\"expiresAt\":\"2026-11-22T20:00:00Z\"}"
#define TOKEN_EXPIRED                                                          \
    "{\"accessToken\":\"hush-0\",\"expiresAt\":\"2026-11-22T11:00:00UTC\""

static void
start_sso(struct routes *routes, const struct route *list, size_t count)
{
    routes_start(routes, list, count);
    set_url("AWS_ENDPOINT_URL_SSO", routes, "/portal");
    set_url("AWS_ENDPOINT_URL_SSO_OIDC", routes, "/oidc");
    home_write_config(SSO_PROFILE);
}

static void
the_portal_is_asked_with_the_session_s_token(void **state)
{
    (void)state;
    static const struct route list[] = { { "/portal", 200, SSO_KEYS, 0 } };
    struct routes routes;
    start_sso(&routes, list, ARRAY_LEN(list));
    assert_fails(STATUS_NOT_FOUND, "run aws sso login");
    home_write(SESSION_FILE, TOKEN_VALID);
    assert_fetched();
    assert_true(routes_saw(&routes,
        "GET /portal/federation/credentials?role_name=ad%20min&"
        "account_id=1111\n"));
    assert_true(routes_saw(&routes, "x-amz-sso_bearer_token: hush-1\n"));
    home_write_config("[default]\nsso_account_id=1111\nsso_role_name=r\n"
                      "sso_start_url=https://corp.example/start\n"
                      "sso_region=eu-west-1\n");
    assert_fails(STATUS_NOT_FOUND, "run aws sso login");
    home_write(LEGACY_FILE, TOKEN_VALID);
    assert_fetched();
    routes_stop(&routes);
}

static void
an_expired_token_is_renewed_and_kept(void **state)
{
    (void)state;
    static const struct route list[] = { { "/portal", 200, SSO_KEYS, 0 },
        { "/oidc/token", 200,
            "{\"accessToken\":\"hush-2\",\"expiresIn\":3600,"
            "\"refreshToken\":\"hush-r2\",\"tokenType\":\"Bearer\"}",
            0 } };
    struct routes routes;
    struct buf kept = { 0 };
    start_sso(&routes, list, ARRAY_LEN(list));
    home_write(SESSION_FILE,
        TOKEN_EXPIRED ",\"refreshToken\":\"hush-r1\",\"clientId\":\"c\","
                      "\"clientSecret\":\"hush-s\",\"region\":\"eu-west-1\"}");
    assert_fetched();
    assert_true(routes_saw(&routes,
        "{\"clientId\":\"c\",\"clientSecret\":\"hush-s\","
        "\"grantType\":\"refresh_token\",\"refreshToken\":\"hush-r1\"}"));
    assert_true(routes_saw(&routes, "x-amz-sso_bearer_token: hush-2\n"));
    assert_ok(file_read(home_path(SESSION_FILE), 4096, &kept));
    assert_string_equal(buf_text(&kept),
        "{\"region\":\"eu-west-1\",\"accessToken\":\"hush-2\","
        "\"clientId\":\"c\",\"clientSecret\":\"hush-s\","
        "\"refreshToken\":\"hush-r2\",\"expiresAt\":\"2026-11-22T13:00:00Z\"}");
    buf_reset(&kept);
    assert_fetched();
    routes_stop(&routes);
}

static void
a_token_that_cannot_be_used_asks_for_a_login(void **state)
{
    (void)state;
    static const struct {
        const char *token;
        struct route portal, oidc;
        enum status status;
        const char *words;
    } cases[] = {
        { TOKEN_EXPIRED "}", { "/portal", 200, SSO_KEYS, 0 },
            { "/oidc", 200, "", 0 }, STATUS_DENIED,
            "config, line 2: the token of SSO has expired: run aws sso login" },
        { TOKEN_EXPIRED ",\"refreshToken\":\"hush\",\"clientId\":\"c\","
                        "\"clientSecret\":\"hush\"}",
            { "/portal", 200, SSO_KEYS, 0 },
            { "/oidc", 400, "{\"error\":\"invalid_grant\"}", 0 }, STATUS_DENIED,
            "HTTP 400, invalid_grant: run aws sso login" },
        { TOKEN_EXPIRED ",\"refreshToken\":\"hush\",\"clientId\":\"c\","
                        "\"clientSecret\":\"hush\"}",
            { "/portal", 200, SSO_KEYS, 0 }, { "/oidc", 200, "{}", 0 },
            STATUS_INVALID, "its answer is no token" },
        { TOKEN_VALID, { "/portal", 401, "{\"message\":\"no\"}", 0 },
            { "/oidc", 200, "", 0 }, STATUS_DENIED,
            "HTTP 401, no: run aws sso login" },
        { TOKEN_VALID, { "/portal", 403, "{}", 0 }, { "/oidc", 200, "", 0 },
            STATUS_DENIED, "HTTP 403" },
        { TOKEN_VALID, { "/portal", 200, "{\"roleCredentials\":1}", 0 },
            { "/oidc", 200, "", 0 }, STATUS_INVALID, "not the JSON of" },
        { "{\"accessToken\":1}", { "/portal", 200, "", 0 },
            { "/oidc", 200, "", 0 }, STATUS_INVALID, "it is no token of SSO" },
        { "hush", { "/portal", 200, "", 0 }, { "/oidc", 200, "", 0 },
            STATUS_INVALID, "it is no token of SSO" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct route list[] = { cases[i].portal, cases[i].oidc };
        struct routes routes;
        start_sso(&routes, list, ARRAY_LEN(list));
        home_write(SESSION_FILE, cases[i].token);
        assert_fails(cases[i].status, cases[i].words);
        routes_stop(&routes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOME(a_container_sends_its_token_from_the_file_each_time),
        WITH_HOME(answers_that_are_none_are_told),
        WITH_HOME(an_answer_that_is_too_large_is_refused),
        WITH_HOME(a_fetch_that_hangs_is_stopped_from_outside),
        WITH_HOME(nobody_there_is_told_with_its_address),
        WITH_HOME(an_instance_is_asked_with_a_token),
        WITH_HOME(without_tokens_version_1_is_asked_where_that_is_allowed),
        WITH_HOME(an_instance_that_hangs_is_left_in_time),
        WITH_HOME(what_an_instance_lacks_is_told),
        WITH_HOME(the_region_is_in_the_identity_document),
        WITH_HOME(metadata_that_are_disabled_are_not_asked_for_a_region),
        WITH_HOME(a_role_is_asked_for_signed),
        WITH_HOME(a_web_identity_is_sent_unsigned_and_read_each_time),
        WITH_HOME(
            what_sts_refuses_for_a_moment_is_asked_again_within_the_fetch),
        WITH_HOME(sts_is_asked_three_times_in_a_fetch_and_no_more),
        WITH_HOME(what_sts_refuses_is_told),
        WITH_HOME(sts_answers_that_are_none_are_refused),
        WITH_HOME(a_program_prints_credentials),
        WITH_HOME(a_program_that_fails_is_told_and_not_quoted_in_full),
        WITH_HOME(a_program_that_leaves_another_running_has_ended),
        WITH_HOME(a_program_that_hangs_is_killed_with_what_it_started),
        WITH_HOME(the_portal_is_asked_with_the_session_s_token),
        WITH_HOME(an_expired_token_is_renewed_and_kept),
        WITH_HOME(a_token_that_cannot_be_used_asks_for_a_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
