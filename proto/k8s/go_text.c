/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/go_text.h"

#include "base/utf8.h"

static enum status
append_escape(struct buf *out, uint32_t c)
{
    static const char named[] = "abtnvfr"; /* of 7 to 13 */
    if (c == '"' || c == '\\')
        return buf_printf(out, "\\%c", (char)c);
    if (c >= 7 && c <= 13)
        return buf_printf(out, "\\%c", named[c - 7]);
    if (c < 0x80)
        return buf_printf(out, "\\x%02x", (unsigned)c);
    return buf_printf(out, "\\u%04x", (unsigned)c);
}

static bool
printable(uint32_t c)
{
    return c >= 0x20 && c != 0x7f && c != '"' && c != '\\' &&
           (c < 0x80 || c >= 0xa1);
}

enum status
go_text_quote(struct span text, struct buf *out)
{
    size_t before = out->len, at = 0;
    enum status st = buf_append_byte(out, '"');
    while (at < text.len && st == STATUS_OK) {
        uint32_t c = 0;
        size_t len = utf8_decode(span_skip(text, at), &c);
        if (len == 0) {
            st = buf_printf(out, "\\x%02x", text.ptr[at]);
            len = 1;
        } else if (printable(c)) {
            st = buf_append(out, span_of(text.ptr + at, len));
        } else {
            st = append_escape(out, c);
        }
        at += len;
    }
    if (st == STATUS_OK)
        st = buf_append_byte(out, '"');
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}
