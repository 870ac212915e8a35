/* SPDX-License-Identifier: Apache-2.0 */
#include "http/kms.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "http/signed.h"

/* The words of an error answer: "__type: message". */
static void
explain_refusal(
    const char *operation, const struct http_answer *answer, struct buf *out)
{
    struct json_doc *doc = NULL;
    const struct json *root = NULL;
    struct span type, message;

    if (out == NULL)
        return;
    if (json_parse(buf_span(&answer->body), &doc, NULL) == STATUS_OK)
        root = json_root(doc);
    type = json_get_string(json_member(root, "__type"));
    message = json_get_string(json_member(root, "message"));
    if (message.len == 0)
        message = json_get_string(json_member(root, "Message"));
    buf_say(out, "%s was refused with status %u: %.*s: %.*s", operation,
        answer->status, SPAN_ARG(type), SPAN_ARG(message));
    json_doc_free(doc);
}

enum status
kms_call(const struct kms_account *account, const char *operation,
    struct span body, struct buf *answer, struct buf *problem)
{
    struct http_answer reply = { 0 };
    struct buf target = { 0 };
    struct signed_call call = { .service = "kms",
        .content_type = "application/x-amz-json-1.1",
        .body = body };
    enum status status = buf_printf(&target, "TrentService.%s", operation);

    call.target = buf_text(&target);
    if (status == STATUS_OK)
        status = signed_send(account, &call, &reply, problem);
    if (status == STATUS_OK && reply.status != 200) {
        explain_refusal(operation, &reply, problem);
        status = STATUS_DENIED;
    } else if (status == STATUS_OK) {
        status = buf_append(answer, buf_span(&reply.body));
    }
    http_answer_reset(&reply);
    buf_reset(&target);
    return status;
}

static enum status
take_arn(struct span answer, struct buf *arn, struct buf *problem)
{
    struct json_doc *doc = NULL;
    struct span found = { NULL, 0 };
    enum status status = json_parse(answer, &doc, NULL);

    if (status == STATUS_OK)
        found = json_get_string(
            json_member(json_member(json_root(doc), "KeyMetadata"), "Arn"));
    if (status == STATUS_OK && found.len == 0)
        status = STATUS_INVALID;
    if (status == STATUS_OK)
        status = buf_append(arn, found);
    else if (problem != NULL)
        buf_say(problem, "the answer of KMS names no key");
    json_doc_free(doc);
    return status;
}

/* A call with one text field. */
static enum status
call_with(const struct kms_account *account, const char *operation,
    const char *field, const char *value, struct buf *answer,
    struct buf *problem)
{
    struct buf body = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_text(&w, field, value);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status = kms_call(account, operation, buf_span(&body), answer, problem);
    buf_reset(&body);
    return status;
}

/* The same, where the answer describes a key. */
static enum status
call_for_key(const struct kms_account *account, const char *operation,
    const char *field, const char *value, struct buf *arn, struct buf *problem)
{
    struct buf answer = { 0 };
    enum status status =
        call_with(account, operation, field, value, &answer, problem);

    if (status == STATUS_OK)
        status = take_arn(buf_span(&answer), arn, problem);
    buf_reset(&answer);
    return status;
}

enum status
kms_call_on_key(const struct kms_account *account, const char *operation,
    const char *key, struct buf *answer, struct buf *problem)
{
    return call_with(account, operation, "KeyId", key, answer, problem);
}

enum status
kms_create_key(const struct kms_account *account, const char *description,
    struct buf *arn, struct buf *problem)
{
    return call_for_key(
        account, "CreateKey", "Description", description, arn, problem);
}

enum status
kms_find_key(const struct kms_account *account, const char *key,
    struct buf *arn, struct buf *problem)
{
    return call_for_key(account, "DescribeKey", "KeyId", key, arn, problem);
}

/* CreateAlias or UpdateAlias. */
static enum status
call_on_alias(const struct kms_account *account, const char *operation,
    const char *alias, struct span key, struct buf *problem)
{
    struct buf body = { 0 }, answer = { 0 };
    struct json_writer w = json_writer_to(&body);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_text(&w, "AliasName", alias);
    json_write_key_string(&w, "TargetKeyId", key);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status =
            kms_call(account, operation, buf_span(&body), &answer, problem);
    buf_reset(&answer);
    buf_reset(&body);
    return status;
}

enum status
kms_point_alias(const struct kms_account *account, const char *alias,
    const char *key, struct buf *problem)
{
    return call_on_alias(
        account, "UpdateAlias", alias, span_text(key), problem);
}

enum status
kms_ensure_alias(const struct kms_account *account, const char *alias,
    struct buf *arn, struct buf *problem)
{
    struct buf made = { 0 }, words = { 0 };
    enum status status = kms_find_key(account, alias, arn, &words);

    if (status != STATUS_DENIED) {
        buf_say(problem, "%s", buf_text(&words));
        goto out;
    }
    status = kms_create_key(account, alias, &made, problem);
    if (status == STATUS_OK)
        status = call_on_alias(
            account, "CreateAlias", alias, buf_span(&made), problem);
    if (status == STATUS_OK)
        status = buf_append(arn, buf_span(&made));
out:
    buf_reset(&words);
    buf_reset(&made);
    return status;
}
