/* SPDX-License-Identifier: Apache-2.0 */
#include "access/form.h"

#include "base/encode.h"

static enum status
decode(struct span text, struct buf *out)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < text.len && status == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        if (c != '%') {
            status = buf_append_byte(out, c == '+' ? ' ' : c);
            continue;
        }
        struct span digits = span_first(span_skip(text, i + 1), 2);
        if (digits.len != 2)
            return STATUS_INVALID;
        status = hex_decode(digits, out);
        i += 2;
    }
    return status;
}

enum status
form_field(struct span text, const char *name, struct buf *out)
{
    struct span rest = text;
    while (rest.len > 0) {
        struct span field = rest;
        struct span key, value;
        struct span after = { NULL, 0 };
        (void)span_cut(rest, '&', &field, &after);
        rest = after;
        if (!span_cut(field, '=', &key, &value)) {
            key = field;
            value = (struct span){ NULL, 0 };
        }
        if (!span_equal_text(key, name))
            continue;
        size_t before = out->len;
        enum status status = decode(value, out);
        if (status != STATUS_OK)
            buf_truncate(out, before);
        return status;
    }
    return STATUS_NOT_FOUND;
}
