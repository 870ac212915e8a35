/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/kms_error.h"

#include "base/json_writer.h"

struct error_row {
    const char *type;
    unsigned http_status;
    const char *member; /* that carries the message */
    const char *text;
};

static const struct error_row rows[KMS_ERROR_COUNT] = {
    [KMS_ERROR_NONE] = { NULL, 0, NULL, "" },
#define KMS_ERROR(symbol, type, status, member, text)                          \
    [KMS_ERROR_##symbol] = { type, status, member, text },
#include "aws/kms_error.def"
#undef KMS_ERROR
};

const char *
kms_error_type(enum kms_error error)
{
    return rows[error].type;
}

unsigned
kms_error_http_status(enum kms_error error)
{
    return rows[error].http_status;
}

const char *
kms_error_text(enum kms_error error)
{
    return rows[error].text;
}

enum kms_error
kms_error_from_type(struct span type)
{
    struct span ignored;
    (void)span_cut(type, '#', &ignored, &type);
    (void)span_cut(type, ':', &type, &ignored);
    for (int i = KMS_ERROR_NONE + 1; i < KMS_ERROR_COUNT; i++)
        if (span_equal_text(type, rows[i].type))
            return (enum kms_error)i;
    return KMS_ERROR_NONE;
}

enum status
kms_error_write(enum kms_error error, struct span message, struct buf *out)
{
    const struct error_row *row = &rows[error];
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    json_write_key_text(&w, "__type", row->type);
    if (message.len > 0)
        json_write_key_string(&w, row->member, message);
    json_write_object_end(&w);
    return json_writer_end(&w);
}
