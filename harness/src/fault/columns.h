/* SPDX-License-Identifier: Apache-2.0 */
/* A table for people: cells in rows, each column as wide as its widest cell.
 * An empty one is { .width = N }. Errors stick until columns_print. */
#ifndef FAULT_COLUMNS_H
#define FAULT_COLUMNS_H

#include "base/buf.h"

enum { COLUMNS_MAX = 8 };

struct columns {
    size_t width;     /* cells of a row, at most COLUMNS_MAX */
    size_t count;     /* cells so far */
    struct buf cells; /* each ends in a NUL */
    enum status status;
};

/* The next cell. Control characters become '?': a terminal obeys them. */
void columns_add(struct columns *columns, struct span text);
void columns_add_text(struct columns *columns, const char *text);
void columns_add_int(struct columns *columns, int64_t number);

/* Appends the rows, two blanks between columns, none at the end of a line. */
MUST_USE enum status columns_print(
    const struct columns *columns, struct buf *out);
void columns_reset(struct columns *columns);

#endif
