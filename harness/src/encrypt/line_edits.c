/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/line_edits.h"

enum status
line_edits_add(struct line_edits *edits, int from, int to, struct buf *text)
{
    struct line_edit *edit;

    if (edits->count == LINE_EDITS_MAX)
        return STATUS_TOO_LARGE;
    edit = &edits->items[edits->count++];
    *edit = (struct line_edit){ .from = from, .to = to };
    buf_take(&edit->text, text);
    return STATUS_OK;
}

void
line_edits_reset(struct line_edits *edits)
{
    for (size_t i = 0; i < edits->count; i++)
        buf_reset(&edits->items[i].text);
    edits->count = 0;
}

/* Few and almost in order: insertion keeps the order of equals. */
static void
sort(struct line_edits *edits)
{
    for (size_t i = 1; i < edits->count; i++) {
        struct line_edit moved = edits->items[i];
        size_t at = i;

        for (; at > 0 && edits->items[at - 1].from > moved.from; at--)
            edits->items[at] = edits->items[at - 1];
        edits->items[at] = moved;
    }
}

/* The first line with its newline; the rest is left in *text. */
static struct span
take_line(struct span *text)
{
    size_t len;

    if (!span_find(*text, '\n', &len))
        len = text->len - 1;
    struct span line = span_first(*text, len + 1);
    *text = span_skip(*text, len + 1);
    return line;
}

enum status
line_edits_apply(struct line_edits *edits, struct span text, struct buf *out)
{
    enum status st = STATUS_OK;
    size_t before = out->len;
    int line = 1;

    sort(edits);
    for (size_t i = 0; st == STATUS_OK && i < edits->count; i++) {
        const struct line_edit *edit = &edits->items[i];

        if (edit->from < line || edit->to < edit->from)
            st = STATUS_INVALID;
        for (; st == STATUS_OK && line < edit->from && text.len > 0; line++)
            st = buf_append(out, take_line(&text));
        for (; line < edit->to && text.len > 0; line++)
            take_line(&text);
        if (st == STATUS_OK && (line < edit->from || line < edit->to))
            st = STATUS_INVALID;
        if (st == STATUS_OK)
            st = buf_append(out, buf_span(&edit->text));
    }
    if (st == STATUS_OK)
        st = buf_append(out, text);
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}

bool
line_edits_line(struct span text, int number, struct span *line)
{
    for (int i = 1; text.len > 0; i++) {
        struct span next = take_line(&text);

        if (i != number)
            continue;
        *line = span_ends_with(next, SPAN_LITERAL("\n"))
                    ? span_first(next, next.len - 1)
                    : next;
        return true;
    }
    return false;
}

size_t
line_edits_indent(struct span line)
{
    size_t count = 0;

    while (count < line.len && line.ptr[count] == ' ')
        count++;
    return count;
}
