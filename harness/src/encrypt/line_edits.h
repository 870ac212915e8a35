/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to a text by whole lines, collected in any order and then made in
 * one pass. Lines count from 1. Plain value; used by one thread.
 */
#ifndef ENCRYPT_LINE_EDITS_H
#define ENCRYPT_LINE_EDITS_H

#include "base/buf.h"

enum { LINE_EDITS_MAX = 16 };

struct line_edit {
    int from, to;    /* lines [from, to) go; from == to: nothing goes */
    struct buf text; /* comes in their place, with its newlines */
};

struct line_edits {
    struct line_edit items[LINE_EDITS_MAX];
    size_t count;
};

/* Takes `text`. STATUS_TOO_LARGE where there are too many. */
MUST_USE enum status line_edits_add(
    struct line_edits *edits, int from, int to, struct buf *text);
void line_edits_reset(struct line_edits *edits);

/* Appends the edited text. STATUS_INVALID where two edits overlap or one lies
 * outside the text. Those at one line come in the order of their adding. */
MUST_USE enum status line_edits_apply(
    struct line_edits *edits, struct span text, struct buf *out);

/* The line, without its newline; false past the end. */
bool line_edits_line(struct span text, int number, struct span *line);

/* How many blanks a line starts with. */
size_t line_edits_indent(struct span line);

#endif
