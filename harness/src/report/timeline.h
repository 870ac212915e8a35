/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario's timeline as inline SVG in a figure. */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include "report/report_journal.h"
#include "report/sheet.h"

/* Patterns and signs that timelines and verdicts refer to; once a page. */
void timeline_definitions(struct sheet *sheet);

/* `budget` is about how many bytes it may take. */
void timeline_print(
    struct sheet *sheet, const struct report_journal *j, size_t budget);

#endif
