/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/answer.h"

#include "base/encode.h"

#include <strings.h>

enum { HEADER_VALUE_MAX = 256 };

static const char *const header_names[ANSWER_HEADERS] = {
    [ANSWER_REQUEST_ID] = "x-amzn-requestid",
    [ANSWER_ERROR_TYPE] = "x-amzn-errortype",
    [ANSWER_CONTENT_TYPE] = "content-type",
};

static const char *const bytes_keys[] = {
    [KMS_ENCRYPT] = "CiphertextBlob",
    [KMS_DECRYPT] = "Plaintext",
};

static bool
same_word(struct span a, const char *b)
{
    return a.len == strlen(b) &&
           strncasecmp((const char *)a.ptr, b, a.len) == 0;
}

static void
forget_headers(struct answer *answer)
{
    for (size_t i = 0; i < ANSWER_HEADERS; i++)
        buf_clear(&answer->headers[i]);
    answer->header_ended = false;
}

void
answer_add_line(struct answer *answer, struct span line)
{
    struct span name, value;
    /* A status line: what came before it was of an interim answer. */
    if (span_starts_with(line, SPAN_LITERAL("HTTP/")))
        forget_headers(answer);
    if (span_trim(line).len == 0)
        answer->header_ended = true;
    if (answer->status != STATUS_OK || !span_cut(line, ':', &name, &value))
        return;
    value = span_first(span_trim(value), HEADER_VALUE_MAX);
    for (size_t i = 0; i < ANSWER_HEADERS; i++)
        if (same_word(name, header_names[i]))
            answer->status = buf_set(&answer->headers[i], value);
}

bool
answer_add_body(struct answer *answer, struct span part)
{
    if (part.len > ANSWER_MAX - answer->body.len) {
        answer->too_large = true;
        return false;
    }
    if (answer->status == STATUS_OK)
        answer->status = buf_append(&answer->body, part);
    return answer->status == STATUS_OK;
}

/* "com.amazonaws.kms#NotFoundException:http://…" is NotFoundException. */
static struct span
bare_type(struct span type)
{
    struct span rest;
    (void)span_cut(type, ':', &type, &rest);
    (void)span_cut(type, '#', &rest, &type);
    return type;
}

static struct span
text_member(const struct json *object, const char *key, const char *other)
{
    struct span text = json_get_string(json_member(object, key));
    return text.len > 0 ? text : json_get_string(json_member(object, other));
}

static void
refuse(struct answer *answer, struct kms_result *result, const char *why)
{
    buf_clear(&answer->words);
    buf_say(&answer->words, "HTTP status %u, %s", result->http_status, why);
    result->failure = KMS_FAILURE_BAD_ANSWER;
    result->message = buf_span(&answer->words);
}

/* An answer of a type that is not JSON did not come from KMS. */
static bool
says_json(const struct answer *answer)
{
    struct span type = buf_span(&answer->headers[ANSWER_CONTENT_TYPE]), rest;
    (void)span_cut(type, ';', &type, &rest);
    type = span_trim(type);
    return type.len == 0 || same_word(type, "application/x-amz-json-1.1") ||
           same_word(type, "application/x-amz-json-1.0") ||
           same_word(type, "application/json");
}

static enum status
read_success(const struct json *root, enum kms_operation operation,
    struct kms_result *result)
{
    struct span blob =
        json_get_string(json_member(root, bytes_keys[operation]));
    struct span arn = json_get_string(json_member(root, "KeyId"));
    if (blob.len == 0 || arn.len == 0)
        return STATUS_NOT_FOUND;
    enum status st = base64_decode(blob, &result->bytes);
    if (st == STATUS_OK)
        st = buf_append(&result->key_arn, arn);
    if (st != STATUS_OK)
        buf_reset(&result->bytes);
    return st;
}

static void
read_ok(struct answer *answer, enum kms_operation operation,
    struct kms_result *result)
{
    enum status st = read_success(json_root(answer->doc), operation, result);
    if (st == STATUS_NO_MEMORY)
        result->failure = KMS_FAILURE_INTERNAL;
    else if (st == STATUS_NOT_FOUND)
        refuse(answer, result, "without what KMS answers");
    else if (st != STATUS_OK)
        refuse(answer, result, "bytes that are not base64");
}

static void
read_error(struct answer *answer, struct kms_result *result)
{
    const struct json *root = json_root(answer->doc);
    struct span type = buf_span(&answer->headers[ANSWER_ERROR_TYPE]);
    if (type.len == 0)
        type = text_member(root, "__type", "code");
    type = bare_type(type);
    if (type.len == 0) {
        refuse(answer, result, "without an error of KMS");
        return;
    }
    result->failure = KMS_FAILURE_ANSWER;
    result->error_type = type;
    result->message = text_member(root, "message", "Message");
}

void
answer_read(struct answer *answer, enum kms_operation operation,
    unsigned http_status, struct kms_result *result)
{
    *result = (struct kms_result){
        .http_status = http_status,
        .request_id = buf_span(&answer->headers[ANSWER_REQUEST_ID]),
    };
    /* libcurl takes a header that ends with the connection for a whole one. */
    if (!answer->header_ended) {
        result->failure = KMS_FAILURE_TRANSPORT;
        result->message = SPAN_LITERAL("the answer ended within its header");
        return;
    }
    if (answer->too_large) {
        refuse(answer, result, "an answer too large for KMS");
        return;
    }
    enum status st = answer->status;
    if (st == STATUS_OK)
        st = json_parse(buf_span(&answer->body), &answer->doc, NULL);
    if (st == STATUS_NO_MEMORY)
        result->failure = KMS_FAILURE_INTERNAL;
    else if (!says_json(answer))
        refuse(answer, result, "not of a JSON content type");
    else if (st != STATUS_OK ||
             json_kind(json_root(answer->doc)) != JSON_KIND_OBJECT)
        refuse(answer, result, "not a JSON object");
    else if (http_status == 200)
        read_ok(answer, operation, result);
    else
        read_error(answer, result);
}

void
answer_clear(struct answer *answer)
{
    buf_clear(&answer->body);
    buf_clear(&answer->words);
    forget_headers(answer);
    json_doc_free(answer->doc);
    answer->doc = NULL;
    answer->too_large = false;
    answer->status = STATUS_OK;
}

void
answer_reset(struct answer *answer)
{
    answer_clear(answer);
    buf_reset(&answer->body);
    buf_reset(&answer->words);
    for (size_t i = 0; i < ANSWER_HEADERS; i++)
        buf_reset(&answer->headers[i]);
}
