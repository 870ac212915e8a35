/* SPDX-License-Identifier: Apache-2.0 */
#include "api/answer.h"

void
service_answer_reset(struct service_answer *answer)
{
    buf_reset(&answer->body);
    *answer = (struct service_answer){ .operation = "" };
}

static void
fill(struct service_answer *answer, unsigned http_status,
    const char *content_type, struct buf *body)
{
    answer->http_status = http_status;
    answer->content_type = body->len > 0 ? content_type : NULL;
    answer->error_type = NULL;
    buf_take(&answer->body, body);
}

void
answer_json(
    struct service_answer *answer, unsigned http_status, struct buf *body)
{
    fill(answer, http_status, "application/x-amz-json-1.1", body);
}

void
answer_error(
    struct service_answer *answer, enum kms_error error, struct span message)
{
    struct buf body = { 0 };
    if (kms_error_write(error, message, &body) != STATUS_OK) {
        answer_failure(answer);
        return;
    }
    answer_json(answer, kms_error_http_status(error), &body);
    answer->error_type = kms_error_type(error);
}

void
answer_xml(
    struct service_answer *answer, unsigned http_status, struct buf *body)
{
    fill(answer, http_status, "text/xml", body);
}

void
answer_bare_error(struct service_answer *answer, unsigned http_status,
    const char *type, const char *message)
{
    struct buf body = { 0 };
    enum status status;
    if (message == NULL)
        status = buf_printf(&body, "<%s/>\n", type);
    else
        status = buf_printf(&body, "<%s>\n  <Message>%s</Message>\n</%s>\n",
            type, message, type);
    if (status != STATUS_OK) {
        answer_failure(answer);
        return;
    }
    answer_xml(answer, http_status, &body);
    answer->error_type = type;
}

void
answer_failure(struct service_answer *answer)
{
    buf_reset(&answer->body);
    answer->http_status = 500;
    answer->content_type = NULL;
    answer->error_type = "InternalFailure";
}
