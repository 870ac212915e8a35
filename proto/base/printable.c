/* SPDX-License-Identifier: Apache-2.0 */
#include "base/printable.h"

#include "base/utf8.h"

static bool
steers(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0x00, 0x1f },
        { 0x7f, 0x9f },
        { 0x061c, 0x061c }, /* the directional ones of UAX #9 */
        { 0x200e, 0x200f },
        { 0x2028, 0x202e }, /* and separators of lines */
        { 0x2066, 0x2069 },
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    return false;
}

enum status
printable_append(struct span text, struct buf *out)
{
    enum status st = STATUS_OK;
    while (text.len > 0 && st == STATUS_OK) {
        uint32_t character = 0;
        size_t len = utf8_decode(text, &character);
        if (character == '\n' || character == '\t')
            st = buf_append_byte(out, ' ');
        else if (len == 0 || steers(character))
            st = buf_append_byte(out, '?');
        else
            st = buf_append(out, span_first(text, len));
        text = span_skip(text, len == 0 ? 1 : len);
    }
    return st;
}
