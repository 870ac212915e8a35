/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/answer.h"

#include "base/encode.h"
#include "base/json_flat.h"
#include "kms/key_arn.h"

#include <strings.h>

enum { HTTP_OK = 200, HEADER_VALUE_MAX = 256, BODY_KEPT_MAX = 8 * 1024 };

static const char *const header_names[ANSWER_HEADERS] = {
    [ANSWER_REQUEST_ID] = "x-amzn-requestid",
    [ANSWER_ERROR_TYPE] = "x-amzn-errortype",
    [ANSWER_CONTENT_TYPE] = "content-type",
    [ANSWER_DATE] = "date",
    [ANSWER_RETRY_AFTER] = "x-amz-retry-after",
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

static void
forget_success(struct kms_result *result)
{
    buf_reset(&result->bytes);
    buf_reset(&result->key_arn);
    buf_reset(&result->key_material_id);
}

/* What stands in an answer of success; borrows from the answer. */
struct success {
    struct span bytes, arn, material;
};

/* As KMS writes them. */
static bool
find_plain(
    struct span body, enum kms_operation operation, struct success *found)
{
    struct json_flat_member members[] = { { .key = bytes_keys[operation] },
        { .key = "KeyId" }, { .key = "KeyMaterialId" } };
    if (!json_flat_read(body, members, ARRAY_LEN(members)))
        return false;
    *found = (struct success){ members[0].value, members[1].value,
        members[2].value };
    return true;
}

/* As JSON may be written too. */
static struct success
find_parsed(const struct json *root, enum kms_operation operation)
{
    return (struct success){
        .bytes = json_get_string(json_member(root, bytes_keys[operation])),
        .arn = json_get_string(json_member(root, "KeyId")),
        .material = json_get_string(json_member(root, "KeyMaterialId")),
    };
}

static enum status
keep_success(const struct success *found, struct kms_result *result)
{
    if (found->bytes.len == 0 || found->arn.len == 0)
        return STATUS_NOT_FOUND;
    enum status st = base64_decode(found->bytes, &result->bytes);
    if (st == STATUS_OK && result->bytes.len > ANSWER_BYTES_MAX)
        st = STATUS_TOO_LARGE;
    if (st == STATUS_OK)
        st = buf_append(&result->key_arn, found->arn);
    if (st == STATUS_OK && found->material.len > 0)
        st = buf_append(&result->key_material_id, found->material);
    if (st != STATUS_OK)
        forget_success(result);
    return st;
}

static void
read_ok(struct answer *answer, const struct success *found,
    struct kms_result *result)
{
    enum status st = keep_success(found, result);
    if (st == STATUS_NO_MEMORY)
        result->failure = KMS_FAILURE_INTERNAL;
    else if (st == STATUS_NOT_FOUND)
        refuse(answer, result, "without what KMS answers");
    else if (st == STATUS_TOO_LARGE)
        refuse(answer, result, "more bytes than KMS gives");
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

/* What is not found in an answer of success without a parse tree is looked
 * for in one. */
static enum status
parse(struct answer *answer, enum kms_operation operation, bool success,
    struct success *found)
{
    struct span body = buf_span(&answer->body);
    if (success && find_plain(body, operation, found))
        return STATUS_OK;
    enum status st = json_parse(body, &answer->doc, NULL);
    if (st != STATUS_OK)
        return st;
    const struct json *root = json_root(answer->doc);
    *found = find_parsed(root, operation);
    return json_kind(root) == JSON_KIND_OBJECT ? STATUS_OK : STATUS_INVALID;
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
    struct success found = { 0 };
    enum status st = answer->status;
    if (st == STATUS_OK)
        st = parse(answer, operation, http_status == HTTP_OK, &found);
    if (st == STATUS_NO_MEMORY)
        result->failure = KMS_FAILURE_INTERNAL;
    else if (!says_json(answer))
        refuse(answer, result, "not of a JSON content type");
    else if (st != STATUS_OK)
        refuse(answer, result, "not a JSON object");
    else if (http_status == HTTP_OK)
        read_ok(answer, &found, result);
    else
        read_error(answer, result);
}

void
answer_check_key(
    struct answer *answer, struct span asked, struct kms_result *result)
{
    enum { SHOWN_MAX = 256 };
    struct span named = buf_span(&result->key_arn);
    if (result->failure != KMS_FAILURE_NONE || key_arn_answers(asked, named))
        return;
    buf_clear(&answer->words);
    buf_say(&answer->words, "the answer is of another key: %.*s",
        SPAN_ARG(span_first(named, SHOWN_MAX)));
    forget_success(result);
    result->failure = KMS_FAILURE_BAD_ANSWER;
    result->message = buf_span(&answer->words);
}

void
answer_clear(struct answer *answer)
{
    /* A flood is not what the next answer needs memory for. */
    if (answer->body.cap > BODY_KEPT_MAX)
        buf_reset(&answer->body);
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
