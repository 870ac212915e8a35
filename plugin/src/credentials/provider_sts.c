/* SPDX-License-Identifier: Apache-2.0 */
/* AssumeRole and AssumeRoleWithWebIdentity. Source: AWS STS API Reference. */
#include "credentials/answer_sts.h"
#include "credentials/provider.h"

enum {
    CONNECT_MS = 5000,
    ANSWER_MS = 20000,
    SKEW_MS = 4 * 60 * 1000, /* five minutes off is refused */
};

static enum status
add_parameter(struct buf *form, const char *name, struct span value)
{
    if (value.len == 0)
        return STATUS_OK;
    enum status st = buf_printf(form, "&%s=", name);
    if (st == STATUS_OK)
        st = provider_append_encoded(form, value);
    return st;
}

static enum status
add_role(struct buf *form, const struct plan_role *role)
{
    static const struct span ours = SPAN_INIT("aws-kms-plugin");
    enum status st = add_parameter(form, "RoleArn", buf_span(&role->arn));
    if (st == STATUS_OK)
        st = add_parameter(form, "RoleSessionName",
            role->session_name.len > 0 ? buf_span(&role->session_name) : ours);
    if (st == STATUS_OK)
        st = add_parameter(form, "ExternalId", buf_span(&role->external_id));
    if (st == STATUS_OK && role->duration_s > 0)
        st = buf_printf(
            form, "&DurationSeconds=%lld", (long long)role->duration_s);
    return st;
}

/* A request to STS, and what its headers borrow from. */
struct call {
    struct buf url, host, path, date, hash, authorization, form;
    struct fetch_request request;
};

static void
call_reset(struct call *call)
{
    struct buf *const bufs[] = { &call->url, &call->host, &call->path,
        &call->date, &call->hash, &call->authorization, &call->form };
    for (size_t i = 0; i < ARRAY_LEN(bufs); i++)
        buf_reset(bufs[i]);
}

static enum status
call_init(struct call *call, const struct provider *provider,
    const struct plan *plan, const char *action)
{
    struct span origin = provider_origin(buf_text(&plan->sts_url));
    struct span path = span_skip(buf_span(&plan->sts_url), origin.len);
    size_t scheme = 0;
    if (!span_search(origin, SPAN_LITERAL("://"), &scheme))
        return STATUS_INVALID;
    enum status st = buf_append(&call->host, span_skip(origin, scheme + 3));
    if (st == STATUS_OK)
        st = buf_append(&call->path, path.len > 0 ? path : SPAN_LITERAL("/"));
    if (st == STATUS_OK)
        st = buf_append(&call->url, origin);
    if (st == STATUS_OK)
        st = buf_append(&call->url, buf_span(&call->path));
    if (st == STATUS_OK)
        st = buf_printf(&call->form, "Action=%s&Version=2011-06-15", action);
    call->request = (struct fetch_request){
        .method = "POST",
        .ca_file = plan->ca_file.len > 0 ? buf_text(&plan->ca_file) : NULL,
        .connect_ms = CONNECT_MS,
        .timeout_ms = ANSWER_MS,
        .stop_fd = provider->stop_fd,
    };
    return st;
}

static void
add_header(struct call *call, const char *name, struct span value)
{
    if (value.len > 0)
        call->request.headers[call->request.header_count++] =
            (struct fetch_header){ name, value };
}

/* All headers are there now, except that of the signature. */
static enum status
sign(struct call *call, const struct plan *plan,
    const struct sigv4_credentials *keys)
{
    struct sigv4_header headers[FETCH_HEADERS_MAX];
    size_t count = call->request.header_count;
    for (size_t i = 0; i < count; i++)
        headers[i] =
            (struct sigv4_header){ span_text(call->request.headers[i].name),
                call->request.headers[i].value };
    enum status st = sigv4_payload_hash(buf_span(&call->form), &call->hash);
    const struct sigv4_request request = {
        .method = SPAN_LITERAL("POST"),
        .path = buf_span(&call->path),
        .headers = headers,
        .header_count = count,
        .payload_sha256_hex = buf_span(&call->hash),
        .normalize_path = true,
    };
    if (st == STATUS_OK)
        st = sigv4_sign(&request, keys, buf_span(&plan->sts_region),
            SPAN_LITERAL("sts"), NULL, &call->authorization);
    if (st == STATUS_OK)
        add_header(call, "Authorization", buf_span(&call->authorization));
    return st;
}

static bool
is_temporary(const struct fetch_answer *answer)
{
    return answer->http_status != 200 &&
           answer_sts_is_temporary(buf_span(&answer->body));
}

/* `keys` NULL: not signed. The clock is the server's as far as is known. */
static enum status
send_call(struct call *call, const struct provider *provider,
    const struct plan *plan, const struct sigv4_credentials *keys,
    int64_t now_ms, struct fetch_answer *answer, struct buf *problem)
{
    buf_clear(&call->date);
    buf_clear(&call->hash);
    buf_clear(&call->authorization);
    call->request.header_count = 0;
    call->request.url = buf_text(&call->url);
    call->request.body = buf_span(&call->form);
    enum status st = clock_format_amz(now_ms, &call->date);
    if (st != STATUS_OK)
        return st;
    add_header(call, "Host", buf_span(&call->host));
    add_header(call, "Content-Type",
        SPAN_LITERAL("application/x-www-form-urlencoded; charset=utf-8"));
    if (keys != NULL) {
        add_header(call, "X-Amz-Date", buf_span(&call->date));
        add_header(call, "X-Amz-Security-Token", keys->session_token);
        st = sign(call, plan, keys);
    }
    return st == STATUS_OK ? provider_fetch_patiently(provider, &call->request,
                                 is_temporary, answer, problem)
                           : st;
}

/* A signed call that a wrong clock may have spoilt is made once more. */
static enum status
send_signed(struct call *call, const struct provider *provider,
    const struct plan *plan, const struct sigv4_credentials *keys,
    struct fetch_answer *answer, struct buf *problem)
{
    int64_t now_ms = clock_ms(&provider->wall_clock);
    enum status st =
        send_call(call, provider, plan, keys, now_ms, answer, problem);
    if (st != STATUS_OK || keys == NULL || answer->http_status == 200)
        return st;
    int64_t skew_ms = provider_skew_ms(provider, answer);
    if (skew_ms > -SKEW_MS && skew_ms < SKEW_MS)
        return st;
    fetch_answer_reset(answer);
    return send_call(
        call, provider, plan, keys, now_ms + skew_ms, answer, problem);
}

static enum status
read_answer(const struct provider *provider, const struct call *call,
    const struct plan_role *role, const struct fetch_answer *answer,
    struct provided *out, struct buf *problem)
{
    struct span text = buf_span(&answer->body);
    if (answer->http_status == 200) {
        enum status st = answer_sts_read(text, out, problem);
        if (st == STATUS_OK)
            out->expires_ms -= provider_skew_ms(provider, answer);
        return st;
    }
    buf_say(problem, "%.*s refused %s: HTTP %u",
        SPAN_ARG(provider_origin(call->request.url)), buf_text(&role->arn),
        answer->http_status);
    answer_sts_error(text, problem);
    return STATUS_DENIED;
}

/* Takes up a role by a form that is ready. */
static enum status
take_role(struct call *call, const struct provider *provider,
    const struct plan *plan, const struct plan_role *role,
    const struct sigv4_credentials *keys, struct provided *out,
    struct buf *problem)
{
    struct fetch_answer answer = { 0 };
    enum status st = add_role(&call->form, role);
    if (st == STATUS_OK)
        st = send_signed(call, provider, plan, keys, &answer, problem);
    if (st == STATUS_OK)
        st = read_answer(provider, call, role, &answer, out, problem);
    fetch_answer_reset(&answer);
    return st;
}

enum status
provider_assume_role(const struct provider *provider, const struct plan *plan,
    const struct plan_role *role, struct provided *in_out, struct buf *problem)
{
    struct call call = { 0 };
    struct buf why = { 0 };
    const struct sigv4_credentials keys = credentials_set_view(&in_out->set);
    enum status st = call_init(&call, provider, plan, "AssumeRole");
    if (st == STATUS_OK)
        st = take_role(&call, provider, plan, role, &keys, in_out, &why);
    if (st != STATUS_OK)
        buf_say(problem, "%s: %s", buf_text(&role->place),
            why.len > 0 ? buf_text(&why) : status_text(st));
    call_reset(&call);
    buf_reset(&why);
    return st;
}

enum status
provider_web_identity(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    struct call call = { 0 };
    struct buf token = { 0 };
    enum status st =
        call_init(&call, provider, plan, "AssumeRoleWithWebIdentity");
    if (st == STATUS_OK)
        st = provider_read_token(buf_text(&plan->token_file), &token, problem);
    if (st == STATUS_OK)
        st = add_parameter(&call.form, "WebIdentityToken", buf_span(&token));
    if (st == STATUS_OK)
        st = take_role(
            &call, provider, plan, &plan->web_role, NULL, out, problem);
    call_reset(&call);
    buf_reset(&token);
    return st;
}
