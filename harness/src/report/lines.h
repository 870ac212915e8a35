/* SPDX-License-Identifier: Apache-2.0 */
/* Events and log lines of a scenario in one table, by time, joined by the id
 * of their request. */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include "report/report_journal.h"
#include "report/sheet.h"

/* Nothing where there are none. About `ration` bytes: of more the first and
 * the last are shown, and those that tell of errors before others. */
void lines_print(
    struct sheet *s, const struct report_journal *j, size_t ration);

#endif
