/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* Length of a sequence by its first byte; 0 when that cannot start one. */
static size_t
sequence_len(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    if (first >= 0xf0 && first < 0xf5)
        return 4;
    return 0;
}

size_t
utf8_decode(struct span text, uint32_t *character)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = text.len == 0 ? 0 : sequence_len(text.ptr[0]);
    if (len == 0 || len > text.len)
        return 0;
    uint32_t c = len == 1 ? text.ptr[0] : text.ptr[0] & (0xffU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((text.ptr[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (text.ptr[i] & 0x3fU);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *character = c;
    return len;
}

bool
utf8_valid(struct span text)
{
    uint32_t ignored;
    while (text.len > 0) {
        size_t len = utf8_decode(text, &ignored);
        if (len == 0)
            return false;
        text = span_skip(text, len);
    }
    return true;
}

struct span
utf8_first(struct span text, size_t max)
{
    struct span start = span_first(text, max);
    while (start.len > 0 && start.len < text.len &&
           (text.ptr[start.len] & 0xc0) == 0x80)
        start.len--;
    return start;
}
