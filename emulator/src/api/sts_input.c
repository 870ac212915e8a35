/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sts_input.h"

#include "access/form.h"
#include "aws/validate.h"
#include "base/json_writer.h"
#include "base/num.h"

/* Control characters that XML cannot hold are what this keeps out. */
#define XML_TEXT                                                               \
    "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-"      \
    "\\uFFFD]+"

#define TEXT(low, high, regex)                                                 \
    {                                                                          \
        .type = AWS_TYPE_STRING, .has_min = true, .has_max = true,             \
        .min = (low), .max = (high), .pattern = (regex)                        \
    }

static const struct aws_shape arn = TEXT(20, 2048, XML_TEXT);
static const struct aws_shape session_name = TEXT(2, 64, "[\\w+=,.@-]*");
static const struct aws_shape external_id = TEXT(2, 1224, "[\\w+=,.@:\\/-]*");
static const struct aws_shape policy = TEXT(1, 2048, NULL);
static const struct aws_shape provider_id = TEXT(4, 2048, NULL);
static const struct aws_shape web_token = { .type = AWS_TYPE_STRING,
    .sensitive = true,
    .has_min = true,
    .has_max = true,
    .min = 4,
    .max = 20000 };
static const struct aws_shape duration = { .type = AWS_TYPE_INTEGER,
    .has_min = true,
    .has_max = true,
    .min = 900,
    .max = 43200 };

static const struct aws_member assume_role[] = {
    { "RoleArn", &arn, true },
    { "RoleSessionName", &session_name, true },
    { "Policy", &policy, false },
    { "DurationSeconds", &duration, false },
    { "ExternalId", &external_id, false },
    { "SourceIdentity", &session_name, false },
};
const struct aws_shape sts_input_assume_role = { .type = AWS_TYPE_STRUCTURE,
    .members = assume_role,
    .member_count = ARRAY_LEN(assume_role) };

static const struct aws_member with_web_identity[] = {
    { "RoleArn", &arn, true },
    { "RoleSessionName", &session_name, true },
    { "WebIdentityToken", &web_token, true },
    { "ProviderId", &provider_id, false },
    { "Policy", &policy, false },
    { "DurationSeconds", &duration, false },
};
const struct aws_shape sts_input_assume_role_with_web_identity = {
    .type = AWS_TYPE_STRUCTURE,
    .members = with_web_identity,
    .member_count = ARRAY_LEN(with_web_identity)
};

/* A number that is none stays text, which the check then tells. */
static void
write_value(
    struct json_writer *w, const struct aws_shape *shape, struct span text)
{
    int64_t number;
    if (shape->type == AWS_TYPE_INTEGER &&
        num_parse(text, INT32_MIN, INT32_MAX, &number) == STATUS_OK)
        json_write_int(w, number);
    else
        json_write_string(w, text);
}

static enum status
collect(struct span fields, const struct aws_shape *shape, struct buf *json)
{
    struct json_writer w = json_writer_to(json);
    enum status status = STATUS_OK;
    json_write_object_begin(&w);
    for (size_t i = 0; i < shape->member_count && status == STATUS_OK; i++) {
        struct buf value = { 0 };
        status = form_field(fields, shape->members[i].name, &value);
        if (status == STATUS_OK) {
            json_write_key(&w, shape->members[i].name);
            write_value(&w, shape->members[i].shape, buf_span(&value));
        }
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
        buf_reset(&value);
    }
    json_write_object_end(&w);
    enum status written = json_writer_end(&w);
    return status == STATUS_OK ? written : status;
}

enum status
sts_input_read(struct span fields, const struct aws_shape *shape,
    struct json_doc **out, struct buf *message)
{
    struct buf json = { 0 };
    struct json_doc *doc = NULL;
    enum kms_error error = KMS_ERROR_NONE;
    enum status status = collect(fields, shape, &json);
    if (status == STATUS_INVALID)
        buf_say(message, "The request is not form data: a %% is not followed "
                         "by two hexadecimal digits.");
    if (status == STATUS_OK)
        status = json_parse(buf_span(&json), &doc, NULL);
    if (status == STATUS_OK)
        status = validate_request(shape, json_root(doc), &error, message);
    buf_reset(&json);
    if (status == STATUS_OK && error != KMS_ERROR_NONE)
        status = STATUS_INVALID;
    if (status == STATUS_OK)
        *out = doc;
    else
        json_doc_free(doc);
    return status;
}
