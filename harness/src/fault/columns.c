/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/columns.h"

enum { GAP = 2, DELETE = 0x7f };

void
columns_add(struct columns *columns, struct span text)
{
    struct buf *cells = &columns->cells;
    enum status status = columns->status;

    for (size_t i = 0; i < text.len && status == STATUS_OK; i++) {
        bool plain = text.ptr[i] >= ' ' && text.ptr[i] != DELETE;

        status = buf_append_byte(cells, plain ? text.ptr[i] : '?');
    }
    if (status == STATUS_OK)
        status = buf_append_byte(cells, '\0');
    columns->count++;
    columns->status = status;
}

void
columns_add_text(struct columns *columns, const char *text)
{
    columns_add(columns, span_text(text));
}

void
columns_add_int(struct columns *columns, int64_t number)
{
    struct buf text = { 0 };
    enum status status = buf_printf(&text, "%lld", (long long)number);

    if (status == STATUS_OK)
        columns_add(columns, buf_span(&text));
    else
        columns->status = status;
    buf_reset(&text);
}

/* Characters, not bytes: those that do not continue another. */
static size_t
width_of(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void
measure(const struct columns *columns, size_t widest[COLUMNS_MAX])
{
    const char *cell = buf_text(&columns->cells);

    for (size_t i = 0; i < columns->count; i++) {
        size_t *place = &widest[i % columns->width];

        if (width_of(cell) > *place)
            *place = width_of(cell);
        cell += strlen(cell) + 1;
    }
}

static enum status
put_cell(const char *cell, size_t blanks, struct buf *out)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < blanks && status == STATUS_OK; i++)
        status = buf_append_byte(out, ' ');
    return status == STATUS_OK ? buf_append_text(out, cell) : status;
}

/* Blanks are owed until a cell comes that is not empty. */
enum status
columns_print(const struct columns *columns, struct buf *out)
{
    size_t widest[COLUMNS_MAX] = { 0 }, owed = 0, start = out->len;
    const char *cell = buf_text(&columns->cells);
    enum status status = columns->status;

    if (status != STATUS_OK)
        return status;
    measure(columns, widest);
    for (size_t i = 0; i < columns->count && status == STATUS_OK; i++) {
        size_t at = i % columns->width;

        if (*cell != '\0') {
            status = put_cell(cell, owed, out);
            owed = 0;
        }
        owed += widest[at] - width_of(cell) + GAP;
        if (at + 1 == columns->width) {
            owed = 0;
            if (status == STATUS_OK)
                status = buf_append_byte(out, '\n');
        }
        cell += strlen(cell) + 1;
    }
    if (status != STATUS_OK)
        buf_truncate(out, start);
    return status;
}

void
columns_reset(struct columns *columns)
{
    buf_reset(&columns->cells);
    *columns = (struct columns){ .width = columns->width };
}
