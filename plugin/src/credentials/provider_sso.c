/* SPDX-License-Identifier: Apache-2.0 */
/* IAM Identity Center. Source: "IAM Identity Center credential provider", AWS
 * SDKs and Tools Reference Guide; the SSO portal's and SSO OIDC's API. */
#include "base/file.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "credentials/answer_json.h"
#include "credentials/provider.h"
#include "credentials/sso_token.h"

enum {
    CONNECT_MS = 5000,
    ANSWER_MS = 20000,
    FILE_MAX = 256 * 1024,
    AHEAD_MS = 60 * 1000, /* a token that has no longer is renewed */
};

static const char login[] = "run aws sso login";

static enum status
append_renewal(const struct sso_token *token, struct buf *body)
{
    struct json_writer w = json_writer_to(body);
    json_write_object_begin(&w);
    json_write_key_string(&w, "clientId", buf_span(&token->client_id));
    json_write_key_string(&w, "clientSecret", buf_span(&token->client_secret));
    json_write_key_text(&w, "grantType", "refresh_token");
    json_write_key_string(&w, "refreshToken", buf_span(&token->refresh_token));
    json_write_object_end(&w);
    return json_writer_end(&w);
}

static struct fetch_request
request_to(const struct provider *provider, const struct plan *plan,
    const char *method, const struct buf *url)
{
    return (struct fetch_request){
        .method = method,
        .url = buf_text(url),
        .ca_file = plan->ca_file.len > 0 ? buf_text(&plan->ca_file) : NULL,
        .connect_ms = CONNECT_MS,
        .timeout_ms = ANSWER_MS,
        .stop_fd = provider->stop_fd,
    };
}

/* STATUS_DENIED for any answer but 200. */
static enum status
ask(const struct provider *provider, const struct fetch_request *request,
    struct fetch_answer *answer, struct buf *problem)
{
    enum status st =
        provider_fetch_patiently(provider, request, NULL, answer, problem);
    if (st != STATUS_OK || answer->http_status == 200)
        return st;
    buf_say(problem, "%.*s: HTTP %u", SPAN_ARG(provider_origin(request->url)),
        answer->http_status);
    answer_json_say_error(buf_span(&answer->body), problem);
    return STATUS_DENIED;
}

/* Kept for other programs; what cannot be written is used all the same. */
static void
save_token(const char *path, const struct sso_token *token)
{
    struct buf text = { 0 };
    enum status st = sso_token_write(token, &text);
    if (st == STATUS_OK)
        st = file_replace(path, 0600, buf_span(&text));
    if (st != STATUS_OK)
        log_event(LOG_WARN, "the renewed SSO token cannot be kept",
            log_text("path", path), log_text("error", status_text(st)));
    buf_reset(&text);
}

static enum status
renew(const struct provider *provider, const struct plan *plan,
    const char *path, struct sso_token *token, struct buf *problem)
{
    struct buf url = { 0 }, body = { 0 };
    struct fetch_answer answer = { 0 };
    enum status st =
        buf_printf(&url, "%s/token", buf_text(&plan->sso.oidc_url));
    if (st == STATUS_OK)
        st = append_renewal(token, &body);
    if (st == STATUS_OK) {
        struct fetch_request request = request_to(provider, plan, "POST", &url);
        request.headers[0] = (struct fetch_header){ "Content-Type",
            SPAN_LITERAL("application/json") };
        request.header_count = 1;
        request.body = buf_span(&body);
        st = ask(provider, &request, &answer, problem);
    }
    if (st == STATUS_OK)
        st = sso_token_renew(buf_span(&answer.body),
            clock_ms(&provider->wall_clock), token, problem);
    if (st == STATUS_OK)
        save_token(path, token);
    else if (st == STATUS_DENIED)
        buf_say(problem, ": %s", login);
    buf_reset(&url);
    buf_reset(&body);
    fetch_answer_reset(&answer);
    return st;
}

static enum status
read_token(const struct plan_sso *sso, struct buf *path,
    struct sso_token *token, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = sso_token_path(
        buf_span(sso->session.len > 0 ? &sso->session : &sso->start_url), path);
    if (st == STATUS_OK)
        st = file_read(buf_text(path), FILE_MAX, &text);
    if (st == STATUS_OK) {
        st = sso_token_read(buf_span(&text), token, problem);
    } else {
        buf_say(problem, "the token %s cannot be read: %s: %s", buf_text(path),
            status_text(st), login);
    }
    buf_reset(&text);
    return st;
}

/* A token that is still good for a while, renewed if it can be. */
static enum status
have_token(const struct provider *provider, const struct plan *plan,
    struct sso_token *token, struct buf *problem)
{
    struct buf path = { 0 }, why = { 0 };
    int64_t now_ms = clock_ms(&provider->wall_clock);
    enum status st = read_token(&plan->sso, &path, token, problem);
    if (st == STATUS_OK && token->expires_ms - now_ms < AHEAD_MS) {
        st = STATUS_DENIED;
        if (token->refresh_token.len > 0 && token->client_id.len > 0 &&
            token->client_secret.len > 0)
            st = renew(provider, plan, buf_text(&path), token, &why);
        else
            buf_say(&why, "%s", login);
        if (st != STATUS_OK && token->expires_ms > now_ms)
            st = STATUS_OK;
        else if (st != STATUS_OK)
            buf_say(
                problem, "the token of SSO has expired: %s", buf_text(&why));
    }
    buf_reset(&path);
    buf_reset(&why);
    return st;
}

static enum status
append_url(const struct plan_sso *sso, struct buf *url)
{
    enum status st = buf_printf(url,
        "%s/federation/credentials?role_name=", buf_text(&sso->portal_url));
    if (st == STATUS_OK)
        st = provider_append_encoded(url, buf_span(&sso->role_name));
    if (st == STATUS_OK)
        st = buf_append_text(url, "&account_id=");
    if (st == STATUS_OK)
        st = provider_append_encoded(url, buf_span(&sso->account_id));
    return st;
}

enum status
provider_sso(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    struct sso_token token = { 0 };
    struct buf url = { 0 };
    struct fetch_answer answer = { 0 };
    enum status st = have_token(provider, plan, &token, problem);
    if (st == STATUS_OK)
        st = append_url(&plan->sso, &url);
    if (st == STATUS_OK) {
        struct fetch_request request = request_to(provider, plan, "GET", &url);
        request.headers[0] = (struct fetch_header){ "x-amz-sso_bearer_token",
            buf_span(&token.access_token) };
        request.header_count = 1;
        st = ask(provider, &request, &answer, problem);
        if (st == STATUS_DENIED && answer.http_status == 401)
            buf_say(problem, ": %s", login);
    }
    if (st == STATUS_OK)
        st = answer_json_read(
            buf_span(&answer.body), ANSWER_OF_SSO, out, problem);
    if (st == STATUS_OK)
        out->expires_ms -= provider_skew_ms(provider, &answer);
    sso_token_reset(&token);
    buf_reset(&url);
    fetch_answer_reset(&answer);
    return st;
}
