/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sheet.h"

#include "base/utf8.h"

struct sheet
sheet_to(struct buf *out)
{
    return (struct sheet){ .out = out, .start = out->len };
}

enum status
sheet_end(struct sheet *sheet)
{
    if (sheet->status != STATUS_OK)
        buf_truncate(sheet->out, sheet->start);
    return sheet->status;
}

void
sheet_put_span(struct sheet *sheet, struct span text)
{
    if (sheet->status == STATUS_OK)
        sheet->status = buf_append(sheet->out, text);
}

void
sheet_put(struct sheet *sheet, const char *text)
{
    sheet_put_span(sheet, span_text(text));
}

void
sheet_format(struct sheet *sheet, const char *format, ...)
{
    va_list args;
    if (sheet->status != STATUS_OK)
        return;
    va_start(args, format);
    sheet->status = buf_vprintf(sheet->out, format, args);
    va_end(args);
}

/* A character that shows nothing, or moves what is shown beside it. */
static bool
is_unseen(uint32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xad ||
           (c & 0xfffe) == 0xfffe;
}

/* Puts what stands for a character; false where it stands for itself. */
typedef bool escape_fn(struct sheet *sheet, uint32_t c);

/* `bytes` is the character, or one byte that is none (`valid` false). */
static void
put_character(struct sheet *sheet, struct span bytes, bool valid, uint32_t c,
    escape_fn *special)
{
    if (!valid)
        sheet_format(sheet, "\\x%02x", bytes.ptr[0]);
    else if (special(sheet, c))
        return;
    else if (!is_unseen(c))
        sheet_put_span(sheet, bytes);
    else if (c < 0x100)
        sheet_format(sheet, "\\x%02x", (unsigned)c);
    else
        sheet_format(sheet, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
}

/* The length of the run at the start that no language minds. */
static size_t
plain_run(struct span text)
{
    static const char minded[] = "&<>\"'|\\`*_#%:,[]!~@$";
    size_t i = 0;
    while (i < text.len && text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f &&
           strchr(minded, text.ptr[i]) == NULL)
        i++;
    return i;
}

static void
escape(struct sheet *sheet, struct span text, escape_fn *special)
{
    while (text.len > 0 && sheet->status == STATUS_OK) {
        size_t len = plain_run(text);
        if (len > 0) {
            sheet_put_span(sheet, span_first(text, len));
        } else {
            uint32_t c = 0;
            size_t found = utf8_decode(text, &c);
            len = found == 0 ? 1 : found;
            put_character(sheet, span_first(text, len), found > 0, c, special);
        }
        text = span_skip(text, len);
    }
}

static bool
special_html(struct sheet *sheet, uint32_t c)
{
    switch (c) {
    case '&':
        sheet_put(sheet, "&amp;");
        return true;
    case '<':
        sheet_put(sheet, "&lt;");
        return true;
    case '>':
        sheet_put(sheet, "&gt;");
        return true;
    case '"':
        sheet_put(sheet, "&quot;");
        return true;
    case '\'':
        sheet_put(sheet, "&#39;");
        return true;
    default:
        return false;
    }
}

void
sheet_html(struct sheet *sheet, struct span text)
{
    escape(sheet, text, special_html);
}

void
sheet_html_cut(struct sheet *sheet, struct span text, size_t max)
{
    sheet_html(sheet, text.len > max ? utf8_first(text, max) : text);
    if (text.len > max)
        sheet_put(sheet, "…");
}

static bool
special_xml(struct sheet *sheet, uint32_t c)
{
    if (c == '\n')
        sheet_put(sheet, "&#10;");
    else if (c == '\t')
        sheet_put(sheet, "&#9;");
    else
        return special_html(sheet, c);
    return true;
}

void
sheet_xml(struct sheet *sheet, struct span text)
{
    escape(sheet, text, special_xml);
}

static bool
special_markdown(struct sheet *sheet, uint32_t c)
{
    if (c == '\n' || c == '\t')
        sheet_put(sheet, " ");
    else if (c == '&' || c == '<' || c == '>')
        return special_html(sheet, c);
    else if (c > 0 && c < 0x7f && strchr("|\\`*_#[]!~$", (int)c) != NULL)
        sheet_format(sheet, "\\%c", (int)c);
    else if (c == '@')
        sheet_put(sheet, "&#64;"); /* calls nobody */
    else
        return false;
    return true;
}

void
sheet_markdown(struct sheet *sheet, struct span text, size_t max)
{
    escape(
        sheet, text.len > max ? utf8_first(text, max) : text, special_markdown);
    if (text.len > max)
        sheet_put(sheet, "…");
}

static bool
special_command(struct sheet *sheet, uint32_t c)
{
    if (c != '%' && c != '\n' && c != '\r')
        return false;
    sheet_format(sheet, "%%%02X", (unsigned)c);
    return true;
}

void
sheet_command_text(struct sheet *sheet, struct span text)
{
    escape(sheet, text, special_command);
}

static bool
special_property(struct sheet *sheet, uint32_t c)
{
    if (c != ':' && c != ',')
        return special_command(sheet, c);
    sheet_format(sheet, "%%%02X", (unsigned)c);
    return true;
}

void
sheet_command_property(struct sheet *sheet, struct span text)
{
    escape(sheet, text, special_property);
}

static bool
special_yaml(struct sheet *sheet, uint32_t c)
{
    if (c == '"' || c == '\\')
        sheet_format(sheet, "\\%c", (int)c);
    else if (c == '\n')
        sheet_put(sheet, "\\n");
    else if (c == '\t')
        sheet_put(sheet, "\\t");
    else
        return false;
    return true;
}

/* What cannot be seen is put as YAML itself escapes it. */
void
sheet_yaml(struct sheet *sheet, struct span text)
{
    sheet_put(sheet, "\"");
    escape(sheet, text, special_yaml);
    sheet_put(sheet, "\"");
}

static bool
special_tap(struct sheet *sheet, uint32_t c)
{
    if (c == '#' || c == '\\')
        sheet_format(sheet, "\\%c", (int)c);
    else if (c == '\n' || c == '\t')
        sheet_put(sheet, " ");
    else
        return false;
    return true;
}

void
sheet_tap(struct sheet *sheet, struct span text)
{
    escape(sheet, text, special_tap);
}

void
sheet_duration(struct sheet *sheet, int64_t ms)
{
    long long whole = (long long)ms;
    if (ms < 0)
        sheet_put(sheet, "–");
    else if (ms < 1000)
        sheet_format(sheet, "%lld ms", whole);
    else if (ms < 60000)
        sheet_format(sheet, "%lld.%lld s", whole / 1000, whole % 1000 / 100);
    else if (ms < 3600000)
        sheet_format(
            sheet, "%lld m %02lld s", whole / 60000, whole % 60000 / 1000);
    else
        sheet_format(
            sheet, "%lld h %02lld m", whole / 3600000, whole % 3600000 / 60000);
}

void
sheet_count(struct sheet *sheet, int64_t count)
{
    if (count < 0)
        sheet_put(sheet, "–");
    else
        sheet_format(sheet, "%lld", (long long)count);
}
