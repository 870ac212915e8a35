/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that tables of report.html are made of. A table has a ration of
 * bytes: rows that do not fit are counted below it. */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include "report/report_set.h"
#include "report/sheet.h"

enum { CELL_TEXT_MAX = 600 }; /* bytes of one cell */

/* A block with a heading, a note beside it and a table with these columns;
 * '>' before a column's name: its cells are numbers, right-aligned. The names
 * are literals, and so is the title, whose first word makes a class: b-WORD. */
void cells_open(struct sheet *s, const char *title, const char *note,
    const char *const *columns, size_t count);

/* The end of the table; says how many rows stand where these are not all. */
void cells_close(struct sheet *s, size_t shown, size_t all);

/* Text of the journal, cut at CELL_TEXT_MAX. */
void cells_text(struct sheet *s, struct span text);
void cells_count(struct sheet *s, int64_t count);

/* A point of time: "2.104 s", "3:05.120". */
void cells_time(struct sheet *s, int64_t ms);
void cells_put_time(struct sheet *s, int64_t ms); /* without the cell */
void cells_duration(struct sheet *s, int64_t ms);

/* "1.3 ms", "120 ms"; "–" for an unknown one. */
void cells_latency(struct sheet *s, double ms);

/* A cell with the sign and, for those who cannot see it, the word. */
void cells_passed(struct sheet *s, bool passed);

/* "Encrypt 12, Decrypt 3" of an object of counts; nothing for none. */
void cells_put_counts(struct sheet *s, const struct json *counts);

/* The verdict as a chip: sign and word. */
void cells_put_verdict(struct sheet *s, int verdict);
const char *cells_verdict_word(int verdict);

#endif
