/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_flat.h"

static void
skip_space(struct span *rest)
{
    size_t i = 0;
    while (i < rest->len && (rest->ptr[i] == ' ' || rest->ptr[i] == '\t' ||
                                rest->ptr[i] == '\n' || rest->ptr[i] == '\r'))
        i++;
    *rest = span_skip(*rest, i);
}

/* Takes the byte, and the space before it. */
static bool
take(struct span *rest, uint8_t byte)
{
    skip_space(rest);
    if (rest->len == 0 || rest->ptr[0] != byte)
        return false;
    *rest = span_skip(*rest, 1);
    return true;
}

static bool
take_string(struct span *rest, struct span *out)
{
    if (!take(rest, '"') || !span_cut(*rest, '"', out, rest))
        return false;
    unsigned strange = 0;
    for (size_t i = 0; i < out->len; i++) {
        uint8_t c = out->ptr[i];
        strange |= c < 0x20 || c > 0x7e || c == '\\';
    }
    return strange == 0;
}

static bool
take_member(struct span *rest, struct json_flat_member *members, size_t count)
{
    struct span key, value;
    if (!take_string(rest, &key) || !take(rest, ':') ||
        !take_string(rest, &value))
        return false;
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(key, members[i].key))
            members[i].value = value;
    return true;
}

bool
json_flat_read(struct span text, struct json_flat_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        members[i].value = (struct span){ NULL, 0 };
    if (!take(&text, '{'))
        return false;
    do {
        if (!take_member(&text, members, count))
            return false;
    } while (take(&text, ','));
    if (!take(&text, '}'))
        return false;
    skip_space(&text);
    return text.len == 0;
}
