/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/wire.h"

enum {
    VARINT_MAX = 10,
    TYPE_VARINT = 0,
    TYPE_64 = 1,
    TYPE_LEN = 2,
    TYPE_32 = 5
};

static enum status
take_varint(struct span *rest, uint64_t *out)
{
    uint64_t value = 0;

    for (size_t i = 0; i < VARINT_MAX && i < rest->len; i++) {
        value |= (uint64_t)(rest->ptr[i] & 0x7f) << (7 * i);
        if (rest->ptr[i] < 0x80) {
            *rest = span_skip(*rest, i + 1);
            *out = value;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

static enum status
take_bytes(struct span *rest, uint64_t len, struct span *out)
{
    if (len > rest->len)
        return STATUS_INVALID;
    *out = span_first(*rest, (size_t)len);
    *rest = span_skip(*rest, (size_t)len);
    return STATUS_OK;
}

static enum status
take_value(struct span *rest, struct wire_field *field)
{
    uint64_t len = 0;
    struct span ignored;
    enum status status;

    switch (field->type) {
    case TYPE_VARINT:
        return take_varint(rest, &len);
    case TYPE_64:
        return take_bytes(rest, 8, &ignored);
    case TYPE_32:
        return take_bytes(rest, 4, &ignored);
    case TYPE_LEN:
        status = take_varint(rest, &len);
        return status == STATUS_OK ? take_bytes(rest, len, &field->value)
                                   : status;
    default: /* groups, which proto3 has not */
        return STATUS_INVALID;
    }
}

enum status
wire_next(struct span *rest, struct wire_field *out)
{
    struct span left = *rest;
    struct wire_field field = { .number = 0 };
    uint64_t tag = 0;
    enum status status;

    if (left.len == 0)
        return STATUS_NOT_FOUND;
    status = take_varint(&left, &tag);
    if (status == STATUS_OK && (tag > UINT32_MAX || tag >> 3 == 0))
        status = STATUS_INVALID;
    field.number = (uint32_t)(tag >> 3);
    field.type = tag & 7;
    if (status == STATUS_OK)
        status = take_value(&left, &field);
    if (status != STATUS_OK)
        return status;
    field.whole = span_first(*rest, rest->len - left.len);
    *rest = left;
    *out = field;
    return STATUS_OK;
}

enum status
wire_find(struct span message, uint32_t number, struct span *value)
{
    struct span found = { NULL, 0 };
    struct wire_field field;
    enum status status;

    while ((status = wire_next(&message, &field)) == STATUS_OK)
        if (field.number == number && field.type == TYPE_LEN)
            found = field.value;
    if (status != STATUS_NOT_FOUND)
        return status;
    *value = found;
    return STATUS_OK;
}

enum status
wire_remove(struct span message, uint32_t number, struct buf *out)
{
    size_t before = out->len;
    struct wire_field field;
    enum status status;

    while ((status = wire_next(&message, &field)) == STATUS_OK) {
        if (field.number != number)
            status = buf_append(out, field.whole);
        if (status != STATUS_OK)
            break;
    }
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    buf_truncate(out, before);
    return status;
}

static enum status
put_varint(struct buf *out, uint64_t value)
{
    enum status status = STATUS_OK;

    for (; status == STATUS_OK && value >= 0x80; value >>= 7)
        status = buf_append_byte(out, (uint8_t)(value | 0x80));
    return status == STATUS_OK ? buf_append_byte(out, (uint8_t)value) : status;
}

enum status
wire_put(struct buf *out, uint32_t number, struct span value)
{
    size_t before = out->len;
    enum status status = put_varint(out, (uint64_t)number << 3 | TYPE_LEN);

    if (status == STATUS_OK)
        status = put_varint(out, value.len);
    if (status == STATUS_OK)
        status = buf_append(out, value);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}
