/* SPDX-License-Identifier: Apache-2.0 */
/* The instance metadata service, version 2; version 1 where that has no
 * tokens. Source: "Use the Instance Metadata Service", EC2 User Guide. */
#include "base/json.h"
#include "credentials/answer_json.h"
#include "credentials/credentials_set.h"
#include "credentials/provider.h"

/* It is next door: an answer comes at once or not at all. */
enum { CONNECT_MS = 1000, ANSWER_MS = 2000, ROLE_MAX = 128 };

struct talk {
    const struct plan_imds *imds;
    int stop_fd;
    struct buf token; /* empty: version 1 */
};

static enum status
ask(const struct talk *talk, const char *method, const char *path,
    const struct fetch_header *header, struct fetch_answer *answer,
    struct buf *problem)
{
    struct buf url = { 0 };
    enum status st = buf_printf(&url, "%s%s", buf_text(&talk->imds->url), path);
    if (st == STATUS_OK) {
        struct fetch_request request = {
            .method = method,
            .url = buf_text(&url),
            .direct = true,
            .connect_ms = CONNECT_MS,
            .timeout_ms = ANSWER_MS,
            .stop_fd = talk->stop_fd,
        };
        if (header != NULL)
            request.headers[request.header_count++] = *header;
        st = provider_fetch(&request, answer, problem);
    }
    buf_reset(&url);
    return st;
}

/* Some have no tokens; in a container the answer with one may not come. */
static bool
may_lack_tokens(enum status st, unsigned http_status)
{
    return st == STATUS_TIMEOUT || st == STATUS_UNAVAILABLE ||
           (st == STATUS_OK && (http_status == 403 || http_status == 404 ||
                                   http_status == 405));
}

static enum status
begin(struct talk *talk, struct buf *problem)
{
    const struct fetch_header lifetime = {
        "X-aws-ec2-metadata-token-ttl-seconds", SPAN_LITERAL("300")
    };
    struct fetch_answer answer = { 0 };
    struct buf why = { 0 };
    enum status st =
        ask(talk, "PUT", "/latest/api/token", &lifetime, &answer, &why);
    if (st == STATUS_OK && answer.http_status == 200) {
        st = buf_set(&talk->token, span_trim(buf_span(&answer.body)));
    } else if (may_lack_tokens(st, answer.http_status) &&
               !talk->imds->v1_disabled) {
        st = STATUS_OK;
    } else {
        if (st == STATUS_OK)
            buf_say(&why, "%s: HTTP %u for a token", buf_text(&talk->imds->url),
                answer.http_status);
        buf_say(problem, "%s%s", buf_text(&why),
            st == STATUS_TIMEOUT ? " (in a container? its instance needs "
                                   "HttpPutResponseHopLimit 2)"
                                 : "");
        st = st == STATUS_OK ? STATUS_UNAVAILABLE : st;
    }
    fetch_answer_reset(&answer);
    buf_reset(&why);
    return st;
}

/* What is not 200 is a failure here. */
static enum status
get(const struct talk *talk, const char *path, struct fetch_answer *answer,
    struct buf *problem)
{
    const struct fetch_header token = { "X-aws-ec2-metadata-token",
        buf_span(&talk->token) };
    enum status st = ask(talk, "GET", path, talk->token.len > 0 ? &token : NULL,
        answer, problem);
    if (st != STATUS_OK || answer->http_status == 200)
        return st;
    buf_say(problem, "%s%s: HTTP %u", buf_text(&talk->imds->url), path,
        answer->http_status);
    return STATUS_UNAVAILABLE;
}

/* The first line: an instance has one role, or none. */
static enum status
get_role(const struct talk *talk, struct buf *path, struct buf *problem)
{
    struct fetch_answer answer = { 0 };
    enum status st = get(talk, buf_text(path), &answer, problem);
    if (st == STATUS_OK) {
        struct span role = span_trim(buf_span(&answer.body)), rest;
        (void)span_cut(role, '\n', &role, &rest);
        role = span_trim(role);
        if (role.len == 0 || role.len > ROLE_MAX) {
            buf_say(problem, "%s: the instance has no role",
                buf_text(&talk->imds->url));
            st = STATUS_UNAVAILABLE;
        } else {
            st = provider_append_encoded(path, role);
        }
    }
    fetch_answer_reset(&answer);
    return st;
}

enum status
provider_imds(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    struct talk talk = { .imds = &plan->imds, .stop_fd = provider->stop_fd };
    struct fetch_answer answer = { 0 };
    struct buf path = { 0 };
    enum status st = begin(&talk, problem);
    if (st == STATUS_OK)
        st = buf_append_text(
            &path, "/latest/meta-data/iam/security-credentials/");
    if (st == STATUS_OK)
        st = get_role(&talk, &path, problem);
    if (st == STATUS_OK)
        st = get(&talk, buf_text(&path), &answer, problem);
    if (st == STATUS_OK)
        st = answer_json_read(
            buf_span(&answer.body), ANSWER_OF_INSTANCE, out, problem);
    fetch_answer_reset(&answer);
    buf_reset(&path);
    buf_reset(&talk.token);
    return st;
}

static enum status
read_region(struct span text, struct buf *region, struct buf *problem)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(text, &doc, NULL);
    if (st == STATUS_OK) {
        struct span name =
            json_get_string(json_member(json_root(doc), "region"));
        st = credentials_is_region(name) ? buf_set(region, name)
                                         : STATUS_INVALID;
        json_doc_free(doc);
    }
    if (st == STATUS_INVALID)
        buf_say(problem, "the instance's identity document names no Region");
    return st;
}

enum status
provider_imds_region(
    const struct plan_imds *imds, struct buf *region, struct buf *problem)
{
    struct talk talk = { .imds = imds, .stop_fd = -1 };
    struct fetch_answer answer = { 0 };
    enum status st = begin(&talk, problem);
    if (st == STATUS_OK)
        st = get(&talk, "/latest/dynamic/instance-identity/document", &answer,
            problem);
    if (st == STATUS_OK)
        st = read_region(buf_span(&answer.body), region, problem);
    fetch_answer_reset(&answer);
    buf_reset(&talk.token);
    return st;
}
