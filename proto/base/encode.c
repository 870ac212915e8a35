/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"

/* All ones when low <= c <= high, else zero; no branch on secret data. */
static unsigned
in_range(unsigned c, unsigned low, unsigned high)
{
    return ((low - 1 - c) & (c - high - 1)) >> 16 & 0xffff;
}

static char
base64_digit(unsigned v)
{
    unsigned c = in_range(v, 1, 25) & (v + 'A');
    c |= (((v - 1) >> 16) & 0xffff & (unsigned)'A');
    c |= in_range(v, 26, 51) & (v - 26 + 'a');
    c |= in_range(v, 52, 61) & (v - 52 + '0');
    c |= in_range(v, 62, 62) & '+';
    c |= in_range(v, 63, 63) & '/';
    return (char)(c & 0xff);
}

/* The value 0..63 of a digit, with bit 8 set when c is none. */
static unsigned
base64_value(unsigned c)
{
    unsigned upper = in_range(c, 'A', 'Z');
    unsigned lower = in_range(c, 'a', 'z');
    unsigned digit = in_range(c, '0', '9');
    unsigned plus = in_range(c, '+', '+');
    unsigned slash = in_range(c, '/', '/');
    unsigned value = (upper & (c - 'A')) | (lower & (c - 'a' + 26)) |
                     (digit & (c - '0' + 52)) | (plus & 62) | (slash & 63);
    return value | (~(upper | lower | digit | plus | slash) & 0x100);
}

enum status
base64_encode(struct span bytes, struct buf *out)
{
    uint8_t *to;
    enum status st = buf_extend(out, base64_encoded_len(bytes.len), &to);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t have = bytes.len - i < 3 ? bytes.len - i : 3;
        unsigned group = (unsigned)bytes.ptr[i] << 16;
        if (have > 1)
            group |= (unsigned)bytes.ptr[i + 1] << 8;
        if (have > 2)
            group |= bytes.ptr[i + 2];
        *to++ = (uint8_t)base64_digit(group >> 18 & 63);
        *to++ = (uint8_t)base64_digit(group >> 12 & 63);
        *to++ = have > 1 ? (uint8_t)base64_digit(group >> 6 & 63) : '=';
        *to++ = have > 2 ? (uint8_t)base64_digit(group & 63) : '=';
    }
    return STATUS_OK;
}

static size_t
base64_padding(struct span text)
{
    if (text.len == 0 || text.ptr[text.len - 1] != '=')
        return 0;
    return text.ptr[text.len - 2] == '=' ? 2 : 1;
}

enum status
base64_decode(struct span text, struct buf *out)
{
    if (text.len % 4 != 0)
        return STATUS_INVALID;
    size_t padding = base64_padding(text);
    size_t len = text.len / 4 * 3 - padding;
    size_t before = out->len;
    uint8_t *to;
    enum status st = buf_extend(out, len, &to);
    if (st != STATUS_OK)
        return st;

    unsigned bad = 0;
    size_t made = 0;
    for (size_t i = 0; i < text.len; i += 4) {
        size_t digits = i + 4 == text.len ? 4 - padding : 4;
        unsigned group = 0;
        for (size_t k = 0; k < 4; k++) {
            unsigned v = k < digits ? base64_value(text.ptr[i + k]) : 0;
            bad |= v & 0x100;
            group = group << 6 | (v & 63);
        }
        for (size_t k = 0; k < digits - 1; k++)
            to[made++] = (uint8_t)(group >> (16 - 8 * k));
        /* Spare bits must be zero: one text for each value. */
        if (digits < 4)
            bad |= group & (digits == 3 ? 0xffU : 0xffffU);
    }
    if (bad != 0) {
        buf_truncate(out, before);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status
hex_encode(struct span bytes, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t *to;
    enum status st = buf_extend(out, bytes.len * 2, &to);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < bytes.len; i++) {
        *to++ = (uint8_t)digits[bytes.ptr[i] >> 4];
        *to++ = (uint8_t)digits[bytes.ptr[i] & 15];
    }
    return STATUS_OK;
}

static int
hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum status
hex_decode(struct span text, struct buf *out)
{
    if (text.len % 2 != 0)
        return STATUS_INVALID;
    size_t before = out->len;
    uint8_t *to;
    enum status st = buf_extend(out, text.len / 2, &to);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_value(text.ptr[i]), low = hex_value(text.ptr[i + 1]);
        if (high < 0 || low < 0) {
            buf_truncate(out, before);
            return STATUS_INVALID;
        }
        *to++ = (uint8_t)(high << 4 | low);
    }
    return STATUS_OK;
}
