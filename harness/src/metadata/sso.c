/* SPDX-License-Identifier: Apache-2.0 */
/* IAM Identity Center: the portal's GetRoleCredentials, and CreateToken of
 * its OIDC service with a refresh token. */
#include "metadata/handlers.h"

#include "base/clock.h"
#include "base/json.h"

#define PURPOSE "sso"
#define REFRESH_PURPOSE "sso refresh"

enum { REFRESH_DAYS = 90 };

static enum status
issue(const struct services *services, const char *purpose, int64_t seconds,
    struct buf *out)
{
    struct clock clock = clock_wall();

    return tokens_issue(
        &services->tokens, purpose, clock_ms(&clock) + seconds * 1000, out);
}

enum status
services_sso_token(const struct services *services, struct buf *out)
{
    return issue(services, PURPOSE, services->sso_seconds, out);
}

enum status
services_sso_refresh_token(const struct services *services, struct buf *out)
{
    return issue(
        services, REFRESH_PURPOSE, (int64_t)REFRESH_DAYS * 24 * 3600, out);
}

static void
refuse(struct server_answer *answer, unsigned status, const char *type,
    const char *message)
{
    struct json_writer w;

    answer->header = "x-amzn-ErrorType";
    answer->status = status;
    buf_say(&answer->header_value, "%s", type);
    w = json_writer_to(&answer->body);
    json_write_object_begin(&w);
    json_write_key_text(&w, "message", message);
    json_write_key_text(&w, "__type", type);
    json_write_object_end(&w);
    answer_written(answer, &w, STATUS_OK);
}

/* ---- the portal ------------------------------------------------------------
 */

static bool
portal_admits(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    const char *role = server_query(request, "role_name");
    const char *account = server_query(request, "account_id");

    if (!tokens_good(&services->tokens, PURPOSE,
            server_header(request, "x-amz-sso_bearer_token")))
        refuse(answer, 401, "UnauthorizedException",
            "Session token not found or invalid");
    else if (role == NULL || account == NULL)
        refuse(answer, 400, "InvalidRequestException",
            "role_name and account_id must be given");
    else if (strcmp(role, services->role) != 0 ||
             strcmp(account, services->account.access_key_id) != 0)
        refuse(answer, 403, "ForbiddenException", "No access");
    else
        return true;
    return false;
}

/* "2026-11-22T12:00:00Z" as milliseconds. */
static int64_t
read_expiration(const struct buf *text)
{
    char amz[24];
    size_t len = 0;
    int64_t ms = 0;

    for (size_t i = 0; i < text->len && len < sizeof(amz) - 1; i++)
        if (text->ptr[i] != '-' && text->ptr[i] != ':')
            amz[len++] = (char)text->ptr[i];
    return clock_parse_amz(span_of(amz, len), &ms) == STATUS_OK ? ms : 0;
}

void
sso_role_credentials(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct sts_session session = { 0 };
    struct json_writer w = json_writer_to(&answer->body);

    if (!portal_admits(services, request, answer) ||
        !session_new(services, "sso", &session, answer))
        return;
    json_write_object_begin(&w);
    json_write_key(&w, "roleCredentials");
    json_write_object_begin(&w);
    json_write_key_string(&w, "accessKeyId", buf_span(&session.access_key_id));
    json_write_key_string(
        &w, "secretAccessKey", buf_span(&session.secret_access_key));
    json_write_key_string(&w, "sessionToken", buf_span(&session.token));
    json_write_key_int(&w, "expiration", read_expiration(&session.expiration));
    json_write_object_end(&w);
    json_write_object_end(&w);
    answer_written(answer, &w, STATUS_OK);
    sts_session_reset(&session);
}

/* ---- OIDC ------------------------------------------------------------------
 */

static void
refuse_grant(struct server_answer *answer, const char *error, const char *why)
{
    struct json_writer w = json_writer_to(&answer->body);

    answer->status = 400;
    json_write_object_begin(&w);
    json_write_key_text(&w, "error", error);
    json_write_key_text(&w, "error_description", why);
    json_write_object_end(&w);
    answer_written(answer, &w, STATUS_OK);
}

static void
grant(const struct services *services, struct server_answer *answer)
{
    struct buf access = { 0 }, refresh = { 0 };
    struct json_writer w = json_writer_to(&answer->body);
    enum status status = services_sso_token(services, &access);

    if (status == STATUS_OK)
        status = services_sso_refresh_token(services, &refresh);
    json_write_object_begin(&w);
    json_write_key_string(&w, "accessToken", buf_span(&access));
    json_write_key_int(&w, "expiresIn", services->sso_seconds);
    json_write_key_string(&w, "refreshToken", buf_span(&refresh));
    json_write_key_text(&w, "tokenType", "Bearer");
    json_write_object_end(&w);
    answer_written(answer, &w, status);
    buf_reset(&access);
    buf_reset(&refresh);
}

static bool
is_text(const struct json *input, const char *member, const char *text)
{
    return span_equal_text(json_get_string(json_member(input, member)), text);
}

void
sso_create_token(const struct services *services,
    const struct server_request *request, struct server_answer *answer)
{
    struct json_doc *doc = NULL;
    const struct json *input = NULL;
    struct span token;

    if (json_parse(request->body, &doc, NULL) == STATUS_OK)
        input = json_root(doc);
    token = json_get_string(json_member(input, "refreshToken"));
    if (!is_text(input, "clientId", SERVICES_CLIENT_ID))
        refuse_grant(answer, "invalid_client", "There is no such client");
    else if (!is_text(input, "grantType", "refresh_token"))
        refuse_grant(answer, "unsupported_grant_type",
            "Only refresh_token is supported");
    else if (!tokens_good(
                 &services->tokens, REFRESH_PURPOSE, (const char *)token.ptr))
        refuse_grant(answer, "invalid_grant", "Invalid refresh token");
    else
        grant(services, answer);
    json_doc_free(doc);
}
