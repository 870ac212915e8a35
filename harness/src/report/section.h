/* SPDX-License-Identifier: Apache-2.0 */
/* One scenario in report.html: all that its journal tells. */
#ifndef REPORT_SECTION_H
#define REPORT_SECTION_H

#include "report/report_set.h"
#include "report/sheet.h"

/* `number` is the scenario's in the page (its anchor is s-NUMBER), `open`
 * whether it is unfolded, `budget` about how many bytes it may take. */
void section_print(struct sheet *s, const struct report_entry *entry,
    size_t number, bool open, size_t budget);

/* A command line in a box with a button that copies it; nothing for none. */
void section_command(struct sheet *s, struct span command);

#endif
