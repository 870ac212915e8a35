/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/kinds.h"

static const char list_unexpected[] = "Start of list found where not expected";
static const char object_unexpected[] =
    "Start of structure or map found where not expected.";

struct checker {
    enum status status;
    bool good;
    struct buf *message;
};

static void
refuse(struct checker *c, const char *text)
{
    c->good = false;
    c->status = buf_append_text(c->message, text);
}

/* "STRING_VALUE can not be converted to a Blob" and its like. */
static void
refuse_conversion(
    struct checker *c, const struct aws_shape *shape, const struct json *value)
{
    static const char *const targets[] = {
        [AWS_TYPE_STRING] = "a String",
        [AWS_TYPE_BLOB] = "a Blob",
        [AWS_TYPE_INTEGER] = "an Integer",
        [AWS_TYPE_LONG] = "a Long",
        [AWS_TYPE_BOOLEAN] = "a Boolean",
        [AWS_TYPE_TIMESTAMP] = "milliseconds since epoch",
    };
    const char *from = "NUMBER_VALUE", *to = targets[shape->type];
    if (json_kind(value) == JSON_KIND_STRING) {
        from = "STRING_VALUE";
        if (shape->type == AWS_TYPE_BOOLEAN)
            to = "an Boolean"; /* so measured, from a string only */
    } else if (json_kind(value) == JSON_KIND_BOOL) {
        from = json_get_bool(value) ? "TRUE_VALUE" : "FALSE_VALUE";
    }
    c->good = false;
    c->status =
        buf_printf(c->message, "%s can not be converted to %s", from, to);
}

static bool
kind_suits(enum aws_type type, enum json_kind kind)
{
    switch (type) {
    case AWS_TYPE_STRING:
    case AWS_TYPE_BLOB:
        return kind == JSON_KIND_STRING;
    case AWS_TYPE_INTEGER:
    case AWS_TYPE_LONG:
    case AWS_TYPE_TIMESTAMP:
        return kind == JSON_KIND_INT || kind == JSON_KIND_REAL;
    case AWS_TYPE_BOOLEAN:
        return kind == JSON_KIND_BOOL;
    case AWS_TYPE_LIST:
        return kind == JSON_KIND_ARRAY;
    case AWS_TYPE_MAP:
    case AWS_TYPE_STRUCTURE:
        return kind == JSON_KIND_OBJECT;
    }
    return false;
}

static void
refuse_kind(
    struct checker *c, const struct aws_shape *shape, const struct json *value)
{
    if (json_kind(value) == JSON_KIND_ARRAY)
        refuse(c, list_unexpected);
    else if (json_kind(value) == JSON_KIND_OBJECT)
        refuse(c, object_unexpected);
    else if (shape->type == AWS_TYPE_LIST)
        refuse(c, "Expected list or null");
    else if (shape->type == AWS_TYPE_MAP)
        refuse(c, "Expected map or null");
    else if (shape->type == AWS_TYPE_STRUCTURE)
        refuse(c, "Expected null");
    else
        refuse_conversion(c, shape, value);
}

/* Without branches on the letter, which may be of a key: compilers turn this
 * into arithmetic. */
static unsigned
is_letter(uint8_t c)
{
    return (unsigned)((uint8_t)(c - 'A') < 26) |
           (unsigned)((uint8_t)(c - 'a') < 26) |
           (unsigned)((uint8_t)(c - '0') < 10) | (unsigned)(c == '+') |
           (unsigned)(c == '/');
}

/* The value of the low bits that the last letter must not have. */
static bool
has_spare_bits(struct span text, size_t padding)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (padding == 0)
        return false;
    char last = (char)text.ptr[text.len - padding - 1];
    const char *at = strchr(alphabet, last);
    size_t mask = padding == 1 ? 0x3 : 0xf;
    return at == NULL || ((size_t)(at - alphabet) & mask) != 0;
}

static void
check_base64(struct checker *c, struct span text)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.len &&
           text.ptr[text.len - 1 - padding] == '=')
        padding++;
    unsigned good = 1;
    for (size_t i = 0; i < text.len - padding; i++)
        good &= is_letter(text.ptr[i]);
    if (text.len % 4 != 0) {
        c->good = false;
        c->status = buf_printf(c->message,
            "Value can not be converted to a Blob: Base64 encoded length is "
            "expected a multiple of 4 bytes but found: %zu",
            text.len);
    } else if (!good) {
        refuse(c, "Value can not be converted to a Blob: "
                  "Invalid Base64 character");
    } else if (has_spare_bits(text, padding)) {
        refuse(c, "Value can not be converted to a Blob: "
                  "Invalid last non-pad Base64 character dectected");
    }
}

static void check_value(
    struct checker *c, const struct aws_shape *shape, const struct json *value);

static void
check_members(
    struct checker *c, const struct aws_shape *shape, const struct json *object)
{
    for (void *it = json_first(object); it != NULL && c->good;
         it = json_next(object, it)) {
        const struct json *value = json_iterator_value(it);
        if (shape->type == AWS_TYPE_MAP) {
            check_value(c, shape->element, value);
            continue;
        }
        const struct aws_member *member =
            kms_model_member(shape, json_iterator_key(it));
        if (member != NULL)
            check_value(c, member->shape, value);
    }
}

static void
check_value(
    struct checker *c, const struct aws_shape *shape, const struct json *value)
{
    enum json_kind kind = json_kind(value);
    if (kind == JSON_KIND_NULL)
        return;
    if (!kind_suits(shape->type, kind))
        refuse_kind(c, shape, value);
    else if (kind == JSON_KIND_OBJECT)
        check_members(c, shape, value);
    else if (shape->type == AWS_TYPE_BLOB)
        check_base64(c, json_get_string(value));
    else if (kind == JSON_KIND_ARRAY)
        for (size_t i = 0; c->good && i < json_count(value); i++)
            check_value(c, shape->element, json_at(value, i));
}

/* AWS says nothing about a root of the wrong kind, except of a list. */
static void
check_root(
    struct checker *c, const struct aws_shape *input, const struct json *body)
{
    if (json_kind(body) == JSON_KIND_ARRAY)
        refuse(c, list_unexpected);
    else if (json_kind(body) != JSON_KIND_OBJECT)
        c->good = false;
    else
        check_members(c, input, body);
}

enum status
kinds_check(const struct aws_shape *input, const struct json *body, bool *good,
    struct buf *message)
{
    struct checker c = { STATUS_OK, true, message };
    check_root(&c, input, body);
    if (c.status == STATUS_OK)
        *good = c.good;
    return c.status;
}
