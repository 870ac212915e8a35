/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/fault_admin.h"

#include "base/json.h"
#include "http/http.h"

enum { GOOD_FIRST = 200, GOOD_LAST = 299, NOT_FOUND = 404 };

/* The words of {"error":"…"}. */
static enum status
explain(const struct fault_request *request, const struct http_answer *answer,
    struct buf *problem)
{
    struct json_doc *doc = NULL;
    struct span words = { NULL, 0 };
    enum status status = json_parse(buf_span(&answer->body), &doc, NULL);

    if (status == STATUS_OK)
        words = json_get_string(json_member(json_root(doc), "error"));
    if (words.len > 0)
        buf_say(problem, "%.*s", SPAN_ARG(words));
    else
        buf_say(problem, "%s %s at %s: status %u without a word",
            request->method, request->path, request->admin, answer->status);
    json_doc_free(doc);
    return answer->status == NOT_FOUND ? STATUS_NOT_FOUND : STATUS_INVALID;
}

enum status
fault_admin_send(
    const struct fault_request *request, struct buf *out, struct buf *problem)
{
    static const struct http_header type = { "Content-Type",
        { (const uint8_t *)"application/json", 16 } };
    struct span base = span_text(request->admin);
    struct http_answer answer = { 0 };
    struct buf url = { 0 };
    enum status status;

    while (span_ends_with(base, SPAN_LITERAL("/")))
        base.len--;
    status = buf_append(&url, base);
    if (status == STATUS_OK)
        status = buf_append_text(&url, request->path);
    struct http_request wire = { .method = request->method,
        .url = buf_text(&url),
        .headers = &type,
        .header_count = request->body.len > 0,
        .body = request->body };
    if (status == STATUS_OK)
        status = http_send(&wire, &answer, problem);
    if (status == STATUS_OK)
        status = answer.status >= GOOD_FIRST && answer.status <= GOOD_LAST
                     ? buf_append(out, buf_span(&answer.body))
                     : explain(request, &answer, problem);
    http_answer_reset(&answer);
    buf_reset(&url);
    return status;
}
