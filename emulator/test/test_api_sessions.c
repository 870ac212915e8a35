/* SPDX-License-Identifier: Apache-2.0 */
/* Assumed roles: STS hands out sessions, and KMS and STS know them again. */
#include "support_sign.h"

#include <stdio.h>

#define FORM "application/x-www-form-urlencoded"
#define ROLE_ACCOUNT "777788889999"
#define VERSION "&Version=2011-06-15"
#define ROLE                                                                   \
    "&RoleArn=arn%3Aaws%3Aiam%3A%3A" ROLE_ACCOUNT "%3Arole%2Fpath%2FAdmin"
#define ASSUME "Action=AssumeRole" VERSION ROLE "&RoleSessionName=me%40x"
#define WEB                                                                    \
    "Action=AssumeRoleWithWebIdentity" VERSION ROLE "&RoleSessionName=me%40x"
/* {"alg":"RS256"} . {"iss":"https://i","sub":"s<1>","aud":"a","exp":…} */
#define JWT_HEADER "eyJhbGciOiJSUzI1NiJ9."
#define JWT_UNTIL_2030                                                         \
    "eyJpc3MiOiJodHRwczovL2kiLCJzdWIiOiJzPDE-IiwiYXVkIjoiYSIsImV4cCI6MTg5Mz"   \
    "Q1NjAwMH0"
#define JWT_UNTIL_2020                                                         \
    "eyJpc3MiOiJodHRwczovL2kiLCJzdWIiOiJzPDE-IiwiYXVkIjoiYSIsImV4cCI6MTU3Nz"   \
    "gzNjgwMH0"

/* The time of the tests. */
#define JWT_UNTIL_NOW                                                          \
    "eyJpc3MiOiJodHRwczovL2kiLCJzdWIiOiJzPDE-IiwiYXVkIjoiYSIsImV4cCI6MTc5NT"   \
    "AwMDAwMH0"

enum { TEXT_MAX = 1024 };

struct credentials {
    char id[TEXT_MAX], secret[TEXT_MAX], token[TEXT_MAX], expires[TEXT_MAX];
};

/* A caller with a signature of no registered access key. */
static const struct signed_request sts = { .method = "POST",
    .query = "",
    .service = "sts",
    .key_id = API_ACCOUNT,
    .content_type = FORM };
static const struct signed_request kms = {
    .method = "POST", .query = "", .body = "{}", .service = "kms"
};

static unsigned
ask_sts(struct asker *a, const char *body)
{
    struct signed_request request = sts;
    request.body = body;
    return ask_signed(a, &request);
}

static void
copy_element(const struct asker *a, const char *name, char *out)
{
    char tag[64];
    (void)snprintf(tag, sizeof(tag), "<%s>", name);
    const char *at = strstr(buf_text(&a->answer.body), tag);
    assert_non_null(at);
    at += strlen(tag);
    size_t len = strcspn(at, "<");
    assert_true(len < TEXT_MAX);
    memcpy(out, at, len);
    out[len] = '\0';
}

static void
assert_element(const struct asker *a, const char *name, const char *text)
{
    char found[TEXT_MAX];
    copy_element(a, name, found);
    assert_string_equal(found, text);
}

static struct credentials
assume(struct asker *a, const char *body)
{
    struct credentials made;
    assert_answered(ask_sts(a, body));
    copy_element(a, "AccessKeyId", made.id);
    copy_element(a, "SecretAccessKey", made.secret);
    copy_element(a, "SessionToken", made.token);
    copy_element(a, "Expiration", made.expires);
    return made;
}

static struct signed_request
with(const struct credentials *credentials, struct signed_request request)
{
    request.key_id = credentials->id;
    request.secret = credentials->secret;
    request.token = credentials->token;
    return request;
}

static void
a_session_is_its_roles(void **state)
{
    struct asker *a = asker_of(state);
    struct credentials session = assume(a, ASSUME);
    struct signed_request identity = with(&session, sts);
    struct signed_request list = with(&session, kms);
    assert_element(
        a, "Arn", "arn:aws:sts::" ROLE_ACCOUNT ":assumed-role/Admin/me@x");
    identity.body = "Action=GetCallerIdentity" VERSION;
    assert_answered(ask_signed(a, &list));
    assert_string_equal(a->answer.account, ROLE_ACCOUNT);
    assert_answered(ask_signed(a, &identity));
    assert_element(
        a, "Arn", "arn:aws:sts::" ROLE_ACCOUNT ":assumed-role/Admin/me@x");
    assert_element(a, "Account", ROLE_ACCOUNT);
    char id[TEXT_MAX];
    copy_element(a, "UserId", id);
    assert_memory_equal(id, "AROA", 4);
    assert_string_equal(id + 21, ":me@x");
}

static void
the_answer_is_as_aws_writes_it(void **state)
{
    struct asker *a = asker_of(state);
    struct credentials c =
        assume(a, ASSUME "&SourceIdentity=src&Policy=%7B%7D");
    struct buf wanted = { 0 };
    char id[TEXT_MAX];
    copy_element(a, "AssumedRoleId", id);
    assert_ok(buf_printf(&wanted,
        "<AssumeRoleResponse "
        "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
        "  <AssumeRoleResult>\n"
        "    <AssumedRoleUser>\n"
        "      <AssumedRoleId>%s</AssumedRoleId>\n"
        "      <Arn>arn:aws:sts::" ROLE_ACCOUNT ":assumed-role/Admin/me@x</Arn>"
        "\n    </AssumedRoleUser>\n"
        "    <Credentials>\n"
        "      <AccessKeyId>%s</AccessKeyId>\n"
        "      <SecretAccessKey>%s</SecretAccessKey>\n"
        "      <SessionToken>%s</SessionToken>\n"
        "      <Expiration>%s</Expiration>\n"
        "    </Credentials>\n"
        "    <SourceIdentity>src</SourceIdentity>\n"
        "    <PackedPolicySize>1</PackedPolicySize>\n"
        "  </AssumeRoleResult>\n"
        "  <ResponseMetadata>\n"
        "    <RequestId>" SIGN_REQUEST_ID "</RequestId>\n"
        "  </ResponseMetadata>\n"
        "</AssumeRoleResponse>\n",
        id, c.id, c.secret, c.token, c.expires));
    assert_string_equal(buf_text(&a->answer.body), buf_text(&wanted));
    assert_string_equal(a->answer.content_type, "text/xml");
    assert_string_equal(a->answer.operation, "AssumeRole");
    buf_reset(&wanted);
}

static void
a_session_ends_when_it_says(void **state)
{
    struct asker *a = asker_of(state);
    struct credentials hour = assume(a, ASSUME);
    assert_string_equal(hour.expires, "2026-11-18T12:06:40Z");
    struct credentials session = assume(a, ASSUME "&DurationSeconds=900");
    assert_string_equal(session.expires, "2026-11-18T11:21:40Z");
    struct signed_request list = with(&session, kms);
    struct signed_request identity = with(&session, sts);
    identity.body = "Action=GetCallerIdentity" VERSION;
    a->api->wire.now_ms += 900 * 1000 - 1;
    assert_answered(ask_signed(a, &list));
    a->api->wire.now_ms += 1;
    (void)ask_signed(a, &list);
    assert_error(a, "ExpiredTokenException",
        "The security token included in the request is expired");
    assert_string_equal(a->answer.account, "");
    assert_int_equal(ask_signed(a, &identity), 403);
    assert_element(a, "Code", "ExpiredToken");
}

static void
a_shorter_life_can_be_set(void **state)
{
    struct asker *a = asker_of(state);
    a->api->session_seconds = 5;
    api_restart(a->api);
    struct credentials session = assume(a, ASSUME);
    assert_string_equal(session.expires, "2026-11-18T11:06:45Z");
    struct signed_request list = with(&session, kms);
    assert_answered(ask_signed(a, &list));
    a->api->wire.now_ms += 5000;
    assert_int_equal(ask_signed(a, &list), 400);
    /* But no longer one. */
    a->api->session_seconds = 1800;
    api_restart(a->api);
    session = assume(a, ASSUME "&DurationSeconds=900");
    assert_string_equal(session.expires, "2026-11-18T11:21:45Z");
}

static void
a_session_outlives_a_restart(void **state)
{
    struct asker *a = asker_of(state);
    struct credentials session = assume(a, ASSUME);
    struct signed_request list = with(&session, kms);
    api_restart(a->api);
    assert_answered(ask_signed(a, &list));
    assert_string_equal(a->answer.account, ROLE_ACCOUNT);
}

static void
a_session_without_its_own_token_is_refused(void **state)
{
    static const char words[] =
        "The security token included in the request is invalid.";
    struct asker *a = asker_of(state);
    struct credentials session = assume(a, ASSUME);
    struct credentials other = assume(a, ASSUME);
    char changed[TEXT_MAX];
    strcpy(changed, session.token);
    changed[40] = changed[40] == 'A' ? 'B' : 'A';
    const char *const tokens[] = { NULL, "", "x", changed, other.token };
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        struct signed_request list = with(&session, kms);
        struct signed_request identity = with(&session, sts);
        list.token = identity.token = tokens[i];
        identity.body = "Action=GetCallerIdentity" VERSION;
        (void)ask_signed(a, &list);
        assert_error(a, "UnrecognizedClientException", words);
        assert_int_equal(ask_signed(a, &identity), 403);
        assert_element(a, "Code", "InvalidClientTokenId");
        assert_element(a, "Message", words);
    }
}

static void
a_sessions_signature_is_checked(void **state)
{
    struct asker *a = asker_of(state);
    struct credentials session = assume(a, ASSUME);
    struct signed_request list = with(&session, kms);
    list.secret = "another secret";
    assert_int_equal(ask_signed(a, &list), 400);
    assert_string_equal(answer_text(a, "__type"), "InvalidSignatureException");
    assert_null(strstr(answer_text(a, "message"), session.secret));
}

static void
a_session_assumes_a_role_for_an_hour_at_most(void **state)
{
    struct asker *a = asker_of(state);
    struct credentials session = assume(a, ASSUME);
    struct signed_request again = with(&session, sts);
    again.body = ASSUME "&DurationSeconds=3600";
    assert_answered(ask_signed(a, &again));
    again.body = ASSUME "&DurationSeconds=3601";
    assert_int_equal(ask_signed(a, &again), 400);
    assert_element(a, "Message",
        "The requested DurationSeconds exceeds the 1 hour session limit for "
        "roles assumed by role chaining");
}

static void
a_web_identity_needs_no_signature(void **state)
{
    struct asker *a = asker_of(state);
    const struct sigv4_header form = { SPAN_LITERAL("Content-Type"),
        SPAN_LITERAL(FORM) };
    const struct service_request request = {
        .wire = { .method = SPAN_LITERAL("POST"),
            .path = SPAN_LITERAL("/"),
            .headers = &form,
            .header_count = 1 },
        .body = SPAN_LITERAL(
            WEB "&WebIdentityToken=" JWT_HEADER JWT_UNTIL_2030 ".c2ln"),
        .request_id = SPAN_LITERAL(SIGN_REQUEST_ID),
    };
    assert_answered(ask_request(a, &request));
    assert_element(a, "SubjectFromWebIdentityToken", "s&lt;1&gt;");
    assert_element(a, "Audience", "a");
    assert_element(a, "Provider", "https://i");
    struct credentials session =
        assume(a, WEB "&WebIdentityToken=" JWT_HEADER JWT_UNTIL_2030 ".c2ln");
    struct signed_request list = with(&session, kms);
    assert_answered(ask_signed(a, &list));
    assert_string_equal(a->answer.account, ROLE_ACCOUNT);
}

static void
assert_refused(
    struct asker *a, const char *body, const char *code, const char *message)
{
    assert_int_equal(ask_sts(a, body), 400);
    assert_element(a, "Type", "Sender");
    assert_element(a, "Code", code);
    assert_element(a, "Message", message);
    assert_null(strstr(buf_text(&a->answer.body), "AccessKeyId"));
}

static void
a_bad_web_identity_is_refused(void **state)
{
    struct asker *a = asker_of(state);
    assert_refused(a,
        WEB "&WebIdentityToken=" JWT_HEADER JWT_UNTIL_2020 ".c2ln",
        "ExpiredTokenException",
        "Token expired: current date/time 1795000000 must be before the "
        "expiration date/time 1577836800");
    assert_refused(a, WEB "&WebIdentityToken=" JWT_HEADER JWT_UNTIL_NOW ".c2ln",
        "ExpiredTokenException",
        "Token expired: current date/time 1795000000 must be before the "
        "expiration date/time 1795000000");
    assert_refused(a, WEB "&WebIdentityToken=what.is.this",
        "InvalidIdentityToken",
        "The ID Token provided is not a valid JWT. (You may see this error if "
        "you sent an Access Token)");
    assert_refused(a, WEB, "ValidationError",
        "1 validation error detected: Value null at 'webIdentityToken' failed "
        "to satisfy constraint: Member must not be null");
}

static void
bad_parameters_are_refused_in_aws_words(void **state)
{
    struct asker *a = asker_of(state);
    assert_refused(a, "Action=AssumeRole" VERSION "&RoleSessionName=a%20b",
        "ValidationError",
        "2 validation errors detected: Value null at 'roleArn' failed to "
        "satisfy constraint: Member must not be null; Value 'a b' at "
        "'roleSessionName' failed to satisfy constraint: Member must satisfy "
        "regular expression pattern: [\\w+=,.@-]*");
    assert_refused(a, ASSUME "&DurationSeconds=899", "ValidationError",
        "1 validation error detected: Value '899' at 'durationSeconds' failed "
        "to satisfy constraint: Member must have value greater than or equal "
        "to 900");
    assert_refused(a, ASSUME "&DurationSeconds=43201", "ValidationError",
        "1 validation error detected: Value '43201' at 'durationSeconds' "
        "failed to satisfy constraint: Member must have value less than or "
        "equal to 43200");
    assert_refused(a,
        "Action=AssumeRole" VERSION "&RoleSessionName=me&RoleArn="
        "arn%3Aaws%3Aiam%3A%3A777788889999%3Auser%2Fme",
        "ValidationError", "Request ARN is invalid");
    assert_refused(a, ASSUME "&Policy=%7B", "MalformedPolicyDocument",
        "Syntax errors in policy.");
    assert_refused(a, ASSUME "&ExternalId=%zz", "ValidationError",
        "The request is not form data: a % is not followed by two hexadecimal "
        "digits.");
    assert_int_equal(ask_sts(a, ASSUME "&DurationSeconds=an%20hour"), 400);
    assert_element(a, "Code", "ValidationError");
}

static void
nobody_assumes_a_role_unsigned(void **state)
{
    struct asker *a = asker_of(state);
    const struct sigv4_header form = { SPAN_LITERAL("Content-Type"),
        SPAN_LITERAL(FORM) };
    const struct service_request request = {
        .wire = { .method = SPAN_LITERAL("POST"),
            .path = SPAN_LITERAL("/"),
            .headers = &form,
            .header_count = 1 },
        .body = SPAN_LITERAL(ASSUME),
        .request_id = SPAN_LITERAL(SIGN_REQUEST_ID),
    };
    assert_int_equal(ask_request(a, &request), 403);
    assert_element(a, "Code", "MissingAuthenticationToken");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_session_is_its_roles),
        FIXTURE_TEST(the_answer_is_as_aws_writes_it),
        FIXTURE_TEST(a_session_ends_when_it_says),
        FIXTURE_TEST(a_shorter_life_can_be_set),
        FIXTURE_TEST(a_session_outlives_a_restart),
        FIXTURE_TEST(a_session_without_its_own_token_is_refused),
        FIXTURE_TEST(a_sessions_signature_is_checked),
        FIXTURE_TEST(a_session_assumes_a_role_for_an_hour_at_most),
        FIXTURE_TEST(a_web_identity_needs_no_signature),
        FIXTURE_TEST(a_bad_web_identity_is_refused),
        FIXTURE_TEST(bad_parameters_are_refused_in_aws_words),
        FIXTURE_TEST(nobody_assumes_a_role_unsigned),
    };
    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
