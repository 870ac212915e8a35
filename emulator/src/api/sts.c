/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sts.h"

#include "access/header.h"
#include "api/answer.h"
#include "api/form.h"
#include "aws/arn.h"

#define XMLNS "https://sts.amazonaws.com/doc/2011-06-15/"
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

/* Text from outside, as XML shows it. */
static enum status
append_escaped(struct span text, struct buf *out)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < text.len && status == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        if (c == '<')
            status = buf_append_text(out, "&lt;");
        else if (c == '>')
            status = buf_append_text(out, "&gt;");
        else if (c == '&')
            status = buf_append_text(out, "&amp;");
        else if (c < 0x20 && c != '\n' && c != '\t')
            status = buf_append_text(out, "?");
        else
            status = buf_append_byte(out, c);
    }
    return status;
}

static void
refuse(struct service_answer *answer, struct span request_id,
    unsigned http_status, const char *code, struct span message)
{
    struct buf body = { 0 };
    enum status status = buf_printf(&body,
        "<ErrorResponse xmlns=\"" XMLNS "\">\n"
        "  <Error>\n"
        "    <Type>Sender</Type>\n"
        "    <Code>%s</Code>\n"
        "    <Message>",
        code);
    if (status == STATUS_OK)
        status = append_escaped(message, &body);
    if (status == STATUS_OK)
        status = buf_printf(&body,
            "</Message>\n"
            "  </Error>\n"
            "  <RequestId>%.*s</RequestId>\n"
            "</ErrorResponse>\n",
            SPAN_ARG(request_id));
    if (status != STATUS_OK) {
        buf_reset(&body);
        answer_failure(answer);
        return;
    }
    answer_xml(answer, http_status, &body);
    answer->error_type = code;
}

static void
answer_identity(const struct caller *caller, struct span request_id,
    struct service_answer *answer)
{
    struct buf body = { 0 };
    struct span partition = arn_partition(span_text(caller->region));
    enum status status = buf_printf(&body,
        "<GetCallerIdentityResponse xmlns=\"" XMLNS "\">\n"
        "  <GetCallerIdentityResult>\n"
        "    <Arn>arn:%.*s:iam::%s:root</Arn>\n"
        "    <UserId>%s</UserId>\n"
        "    <Account>%s</Account>\n"
        "  </GetCallerIdentityResult>\n"
        "  <ResponseMetadata>\n"
        "    <RequestId>%.*s</RequestId>\n"
        "  </ResponseMetadata>\n"
        "</GetCallerIdentityResponse>\n",
        SPAN_ARG(partition), caller->account, caller->account, caller->account,
        SPAN_ARG(request_id));
    if (status == STATUS_OK)
        answer_xml(answer, 200, &body);
    else
        answer_failure(answer);
}

/* What is asked for; the answer is filled in when that cannot be had. */
static bool
is_caller_identity(
    struct span fields, struct span request_id, struct service_answer *answer)
{
    struct buf action = { 0 };
    struct buf version = { 0 };
    struct buf words = { 0 };
    bool meant = false;
    if (form_field(fields, "Action", &action) == STATUS_NO_MEMORY ||
        form_field(fields, "Version", &version) == STATUS_NO_MEMORY)
        answer_failure(answer);
    else if (!span_equal_text(buf_span(&version), VERSION) || action.len == 0) {
        buf_say(&words, "Could not find operation %s for version %s",
            action.len == 0 ? "null" : buf_text(&action),
            version.len == 0 ? "NO_VERSION_SPECIFIED" : buf_text(&version));
        refuse(answer, request_id, 400, "InvalidAction", buf_span(&words));
    } else if (!span_equal_text(buf_span(&action), "GetCallerIdentity")) {
        buf_say(
            &words, "%s is not supported by this emulator.", buf_text(&action));
        refuse(
            answer, request_id, 400, "UnsupportedOperation", buf_span(&words));
    } else {
        meant = true;
    }
    buf_reset(&action);
    buf_reset(&version);
    buf_reset(&words);
    return meant;
}

static void
answer_caller(const struct parts *parts, const struct service_request *request,
    struct service_answer *answer)
{
    static const struct {
        unsigned http_status;
        const char *code;
    } refusals[] = {
        [ACCESS_GRANTED] = { 200, "" },
        [ACCESS_MISSING_TOKEN] = { 403, "MissingAuthenticationToken" },
        [ACCESS_INCOMPLETE] = { 400, "IncompleteSignature" },
        [ACCESS_INVALID_SIGNATURE] = { 403, "SignatureDoesNotMatch" },
    };
    struct caller caller;
    struct buf message = { 0 };
    enum access_verdict verdict = ACCESS_MISSING_TOKEN;
    enum status status = access_check(parts->access, &request->wire,
        request->body, "sts", &caller, &verdict, &message);
    if (status != STATUS_OK) {
        answer_failure(answer);
    } else if (verdict == ACCESS_GRANTED) {
        span_to_text(span_text(caller.account), answer->account);
        answer_identity(&caller, request->request_id, answer);
    } else {
        refuse(answer, request->request_id, refusals[verdict].http_status,
            refusals[verdict].code, buf_span(&message));
    }
    buf_reset(&message);
}

void
sts_answer(const struct parts *parts, const struct service_request *request,
    struct service_answer *answer)
{
    struct span fields = span_equal_text(request->wire.method, "POST")
                             ? request->body
                             : request->wire.query;
    if (!is_caller_identity(fields, request->request_id, answer))
        return;
    answer->operation = "GetCallerIdentity";
    answer_caller(parts, request, answer);
}
