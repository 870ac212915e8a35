/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sts_assume.h"

#include "access/jwt.h"
#include "api/answer.h"
#include "api/sts_input.h"
#include "api/sts_xml.h"
#include "aws/validate.h"

enum {
    DURATION_DEFAULT_S = 3600,
    CHAINED_MAX_S = 3600,
    POLICY_PACKED_MAX = 2048,
};

/* What both operations ask for and give. */
struct assumption {
    const struct sts_call *call;
    const char *action;
    struct json_doc *doc;
    struct session_role role;
    int64_t seconds;
    struct jwt jwt; /* of a web identity */
    struct buf message;
};

static struct span
text_of(const struct assumption *a, const char *member)
{
    return json_get_string(json_member(json_root(a->doc), member));
}

/* Answers with an error and the message; false, for its callers to return. */
static bool
refuse(struct assumption *a, const char *code)
{
    sts_xml_refuse(
        a->call->answer, a->call->request_id, 400, code, buf_span(&a->message));
    return false;
}

static bool
refuse_words(struct assumption *a, const char *code, const char *words)
{
    buf_say(&a->message, "%s", words);
    return refuse(a, code);
}

static bool
fail(struct assumption *a)
{
    answer_failure(a->call->answer);
    return false;
}

static bool
check_policy(struct assumption *a)
{
    struct json_doc *doc = NULL;
    struct span policy = text_of(a, "Policy");
    if (policy.len == 0)
        return true;
    enum status status = json_parse(policy, &doc, NULL);
    bool good =
        status == STATUS_OK && json_kind(json_root(doc)) == JSON_KIND_OBJECT;
    json_doc_free(doc);
    if (status == STATUS_NO_MEMORY)
        return fail(a);
    return good || refuse_words(a, "MalformedPolicyDocument",
                       "Syntax errors in policy.");
}

static bool
check_duration(struct assumption *a)
{
    const struct caller *caller = a->call->caller;
    const struct json *asked =
        json_member(json_root(a->doc), "DurationSeconds");
    a->seconds = asked == NULL ? DURATION_DEFAULT_S : validate_int(asked);
    if (caller == NULL || caller->role.role[0] == '\0' ||
        a->seconds <= CHAINED_MAX_S)
        return true;
    return refuse_words(a, "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for "
        "roles assumed by role chaining");
}

static bool
read_input(struct assumption *a, const struct aws_shape *shape)
{
    enum status status =
        sts_input_read(a->call->fields, shape, &a->doc, &a->message);
    if (status == STATUS_INVALID)
        return refuse(a, "ValidationError");
    if (status != STATUS_OK)
        return fail(a);
    if (session_role_of(text_of(a, "RoleArn"), text_of(a, "RoleSessionName"),
            &a->role) != STATUS_OK)
        return refuse_words(a, "ValidationError", "Request ARN is invalid");
    return check_policy(a) && check_duration(a);
}

static bool
read_web_token(struct assumption *a)
{
    int64_t now_s = access_now_ms(a->call->parts->access) / 1000;
    enum status status =
        jwt_read(text_of(a, "WebIdentityToken"), &a->jwt, &a->message);
    if (status == STATUS_INVALID)
        return refuse(a, "InvalidIdentityToken");
    if (status != STATUS_OK)
        return fail(a);
    if (a->jwt.expires_s > now_s)
        return true;
    buf_say(&a->message,
        "Token expired: current date/time %lld must be before the expiration "
        "date/time %lld",
        (long long)now_s, (long long)a->jwt.expires_s);
    return refuse(a, "ExpiredTokenException");
}

static void
write_user(const struct session_role *role, struct sts_xml *xml)
{
    struct buf arn = { 0 }, id = { 0 };
    sts_xml_fail(xml, session_role_id(role, &id));
    sts_xml_fail(xml, session_role_arn(role, &arn));
    sts_xml_open(xml, "AssumedRoleUser");
    sts_xml_text(xml, "AssumedRoleId", buf_span(&id));
    sts_xml_text(xml, "Arn", buf_span(&arn));
    sts_xml_close(xml, "AssumedRoleUser");
    buf_reset(&arn);
    buf_reset(&id);
}

static void
write_credentials(const struct assumption *a, struct sts_xml *xml)
{
    struct session session = { 0 };
    struct buf token = { 0 }, expires = { 0 };
    sts_xml_fail(xml, access_issue(a->call->parts->access, &a->role, a->seconds,
                          &session, &token));
    sts_xml_fail(xml, clock_format_rfc3339(session.expires_ms, &expires));
    sts_xml_open(xml, "Credentials");
    sts_xml_text(xml, "AccessKeyId", span_text(session.access_key_id));
    sts_xml_text(xml, "SecretAccessKey", span_text(session.secret));
    sts_xml_text(xml, "SessionToken", buf_span(&token));
    sts_xml_text(xml, "Expiration", buf_span(&expires));
    sts_xml_close(xml, "Credentials");
    session_reset(&session);
    buf_reset(&token);
    buf_reset(&expires);
}

/* How much of what a policy may take up this one does, in percent. */
static void
write_policy_size(const struct assumption *a, struct sts_xml *xml)
{
    struct buf percent = { 0 };
    size_t len = text_of(a, "Policy").len;
    if (len == 0)
        return;
    sts_xml_fail(
        xml, buf_printf(&percent, "%zu",
                 (len * 100 + POLICY_PACKED_MAX - 1) / POLICY_PACKED_MAX));
    sts_xml_text(xml, "PackedPolicySize", buf_span(&percent));
    buf_reset(&percent);
}

static void
answer(const struct assumption *a)
{
    struct sts_xml xml = { 0 };
    sts_xml_begin(&xml, a->action);
    sts_xml_optional(
        &xml, "SubjectFromWebIdentityToken", buf_span(&a->jwt.subject));
    sts_xml_optional(&xml, "Audience", buf_span(&a->jwt.audience));
    write_user(&a->role, &xml);
    write_credentials(a, &xml);
    sts_xml_optional(&xml, "SourceIdentity", text_of(a, "SourceIdentity"));
    sts_xml_optional(&xml, "Provider", buf_span(&a->jwt.issuer));
    write_policy_size(a, &xml);
    sts_xml_answer(&xml, a->action, a->call->request_id, a->call->answer);
}

static void
finish(struct assumption *a)
{
    jwt_reset(&a->jwt);
    json_doc_free(a->doc);
    buf_reset(&a->message);
}

void
sts_assume_role(const struct sts_call *call)
{
    struct assumption a = { .call = call, .action = "AssumeRole" };
    if (read_input(&a, &sts_input_assume_role))
        answer(&a);
    finish(&a);
}

void
sts_assume_role_with_web_identity(const struct sts_call *call)
{
    struct assumption a = { .call = call,
        .action = "AssumeRoleWithWebIdentity" };
    if (read_input(&a, &sts_input_assume_role_with_web_identity) &&
        read_web_token(&a))
        answer(&a);
    finish(&a);
}
