/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a scenario in report.html. Each prints nothing where the
 * journal has no rows for it, and about `ration` bytes at most. */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include "report/report_journal.h"
#include "report/sheet.h"

void tables_expectations(
    struct sheet *s, const struct report_journal *j, size_t ration);
void tables_faults(
    struct sheet *s, const struct report_journal *j, size_t ration);
void tables_load(
    struct sheet *s, const struct report_journal *j, size_t ration);
void tables_invariants(
    struct sheet *s, const struct report_journal *j, size_t ration);
void tables_states(
    struct sheet *s, const struct report_journal *j, size_t ration);
void tables_steps(
    struct sheet *s, const struct report_journal *j, size_t ration);

#endif
