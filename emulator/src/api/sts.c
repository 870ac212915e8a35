/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sts.h"

#include "access/form.h"
#include "access/header.h"
#include "api/answer.h"
#include "api/sts_assume.h"
#include "api/sts_xml.h"

#define VERSION "2011-06-15"

bool
sts_is_meant(const struct service_request *request)
{
    const struct sigv4_request *wire = &request->wire;
    struct span type = header_find(wire, "content-type");
    struct span query = wire->query;
    size_t at;
    if (span_starts_with(
            type, SPAN_LITERAL("application/x-www-form-urlencoded")))
        return header_find(wire, "x-amz-target").ptr == NULL;
    return span_equal_text(wire->method, "GET") &&
           (span_starts_with(query, SPAN_LITERAL("Action=")) ||
               span_search(query, SPAN_LITERAL("&Action="), &at));
}

static void
get_caller_identity(const struct sts_call *call)
{
    struct sts_xml xml = { 0 };
    struct buf arn = { 0 }, id = { 0 };
    sts_xml_fail(&xml, caller_arn(call->caller, &arn));
    sts_xml_fail(&xml, caller_user_id(call->caller, &id));
    sts_xml_begin(&xml, "GetCallerIdentity");
    sts_xml_text(&xml, "Arn", buf_span(&arn));
    sts_xml_text(&xml, "UserId", buf_span(&id));
    sts_xml_text(&xml, "Account", span_text(call->caller->account));
    sts_xml_answer(&xml, "GetCallerIdentity", call->request_id, call->answer);
    buf_reset(&arn);
    buf_reset(&id);
}

static const struct action {
    const char *name;
    bool is_signed;
    void (*run)(const struct sts_call *call);
} actions[] = {
    { "AssumeRole", true, sts_assume_role },
    { "AssumeRoleWithWebIdentity", false, sts_assume_role_with_web_identity },
    { "GetCallerIdentity", true, get_caller_identity },
};

static const struct action *
find_named(struct span name)
{
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (span_equal_text(name, actions[i].name))
            return &actions[i];
    return NULL;
}

/* What is asked for; NULL, and the answer is filled in, where that cannot be
 * had. */
static const struct action *
find_action(const struct sts_call *call)
{
    struct buf name = { 0 };
    struct buf version = { 0 };
    struct buf words = { 0 };
    const char *code = "InvalidAction";
    const struct action *found = NULL;
    if (form_field(call->fields, "Action", &name) == STATUS_NO_MEMORY ||
        form_field(call->fields, "Version", &version) == STATUS_NO_MEMORY) {
        answer_failure(call->answer);
        goto out;
    }
    if (!span_equal_text(buf_span(&version), VERSION) || name.len == 0) {
        buf_say(&words, "Could not find operation %s for version %s",
            name.len == 0 ? "null" : buf_text(&name),
            version.len == 0 ? "NO_VERSION_SPECIFIED" : buf_text(&version));
    } else {
        found = find_named(buf_span(&name));
        code = "UnsupportedOperation";
        buf_say(
            &words, "%s is not supported by this emulator.", buf_text(&name));
    }
    if (found == NULL)
        sts_xml_refuse(
            call->answer, call->request_id, 400, code, buf_span(&words));
out:
    buf_reset(&name);
    buf_reset(&version);
    buf_reset(&words);
    return found;
}

/* Who calls; false, and the answer is filled in, for nobody. */
static bool
authenticate(const struct sts_call *call, const struct service_request *request,
    struct caller *caller)
{
    static const struct {
        unsigned http_status;
        const char *code;
    } refusals[] = {
        [ACCESS_GRANTED] = { 200, "" },
        [ACCESS_MISSING_TOKEN] = { 403, "MissingAuthenticationToken" },
        [ACCESS_INCOMPLETE] = { 400, "IncompleteSignature" },
        [ACCESS_INVALID_SIGNATURE] = { 403, "SignatureDoesNotMatch" },
        [ACCESS_INVALID_TOKEN] = { 403, "InvalidClientTokenId" },
        [ACCESS_EXPIRED_TOKEN] = { 403, "ExpiredToken" },
    };
    struct buf message = { 0 };
    enum access_verdict verdict = ACCESS_MISSING_TOKEN;
    enum status status = access_check(call->parts->access, &request->wire,
        request->body, "sts", caller, &verdict, &message);
    bool granted = status == STATUS_OK && verdict == ACCESS_GRANTED;
    if (status != STATUS_OK)
        answer_failure(call->answer);
    else if (granted)
        span_to_text(span_text(caller->account), call->answer->account);
    else
        sts_xml_refuse(call->answer, call->request_id,
            refusals[verdict].http_status, refusals[verdict].code,
            buf_span(&message));
    buf_reset(&message);
    return granted;
}

void
sts_answer(const struct parts *parts, const struct service_request *request,
    struct service_answer *answer)
{
    struct caller caller;
    struct sts_call call = {
        .parts = parts,
        .request_id = request->request_id,
        .fields = span_equal_text(request->wire.method, "POST")
                      ? request->body
                      : request->wire.query,
        .answer = answer,
    };
    const struct action *action = find_action(&call);
    if (action == NULL)
        return;
    answer->operation = action->name;
    if (action->is_signed) {
        if (!authenticate(&call, request, &caller))
            return;
        call.caller = &caller;
    }
    action->run(&call);
}
