/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUF_FIRST_CAP = 64 };

void
buf_reset(struct buf *b)
{
    if (b->ptr != NULL)
        OPENSSL_cleanse(b->ptr, b->cap + 1);
    free(b->ptr);
    *b = (struct buf){ 0 };
}

void
buf_clear(struct buf *b)
{
    buf_truncate(b, 0);
}

enum status
buf_reserve(struct buf *b, size_t more)
{
    if (more <= b->cap - b->len && b->ptr != NULL)
        return STATUS_OK;
    if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
        return STATUS_TOO_LARGE;
    size_t cap = b->cap == 0 ? BUF_FIRST_CAP : b->cap * 2;
    if (cap < b->len + more)
        cap = b->len + more;
    /* Not realloc: it may leave an unwiped copy of a secret behind. */
    uint8_t *grown = malloc(cap + 1);
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    if (b->ptr != NULL) {
        memcpy(grown, b->ptr, b->len);
        OPENSSL_cleanse(b->ptr, b->cap + 1);
        free(b->ptr);
    }
    grown[b->len] = 0;
    b->ptr = grown;
    b->cap = cap;
    return STATUS_OK;
}

enum status
buf_append(struct buf *b, struct span bytes)
{
    enum status st = buf_reserve(b, bytes.len);
    if (st != STATUS_OK)
        return st;
    if (bytes.len > 0)
        memcpy(b->ptr + b->len, bytes.ptr, bytes.len);
    b->len += bytes.len;
    b->ptr[b->len] = 0;
    return STATUS_OK;
}

enum status
buf_append_text(struct buf *b, const char *text)
{
    return buf_append(b, span_text(text));
}

enum status
buf_append_byte(struct buf *b, uint8_t byte)
{
    return buf_append(b, span_of(&byte, 1));
}

static enum status
append_big_endian(struct buf *b, uint64_t value, size_t len)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
    return buf_append(b, span_of(bytes, len));
}

enum status
buf_append_u16(struct buf *b, uint16_t value)
{
    return append_big_endian(b, value, 2);
}

enum status
buf_append_u32(struct buf *b, uint32_t value)
{
    return append_big_endian(b, value, 4);
}

enum status
buf_append_u64(struct buf *b, uint64_t value)
{
    return append_big_endian(b, value, 8);
}

enum status
buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    enum status st = buf_reserve(b, 0);
    if (st != STATUS_OK)
        return st;
    size_t room = b->cap - b->len;
    va_copy(again, args);
    int len = vsnprintf((char *)b->ptr + b->len, room + 1, format, args);
    if (len > 0 && (size_t)len > room) {
        b->ptr[b->len] = 0;
        st = buf_reserve(b, (size_t)len);
        if (st == STATUS_OK)
            len = vsnprintf(
                (char *)b->ptr + b->len, (size_t)len + 1, format, again);
    }
    va_end(again);
    if (st != STATUS_OK)
        return st;
    if (len < 0) {
        b->ptr[b->len] = 0;
        return STATUS_INTERNAL;
    }
    b->len += (size_t)len;
    return STATUS_OK;
}

enum status
buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    enum status st = buf_vprintf(b, format, args);
    va_end(args);
    return st;
}

void
buf_say(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    enum status st = buf_vprintf(b, format, args);
    va_end(args);
    (void)st;
}

enum status
buf_extend(struct buf *b, size_t len, uint8_t **place)
{
    enum status st = buf_reserve(b, len);
    if (st != STATUS_OK)
        return st;
    memset(b->ptr + b->len, 0, len + 1);
    *place = b->ptr + b->len;
    b->len += len;
    return STATUS_OK;
}

void
buf_truncate(struct buf *b, size_t len)
{
    if (len >= b->len)
        return;
    OPENSSL_cleanse(b->ptr + len, b->len - len);
    b->len = len;
}

void
buf_take(struct buf *to, struct buf *from)
{
    if (to == from)
        return;
    buf_reset(to);
    *to = *from;
    *from = (struct buf){ 0 };
}

enum status
buf_set(struct buf *b, struct span bytes)
{
    struct buf copy = { 0 };
    enum status st = buf_append(&copy, bytes);
    if (st == STATUS_OK)
        buf_take(b, &copy);
    return st;
}
