/* SPDX-License-Identifier: Apache-2.0 */
/* What several reports say of a scenario, in the same words: as plain text,
 * for whoever prints it to escape. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/report_set.h"

/*
 * Appends why a scenario is not passed, a line each: the cause; expectations
 * and invariants that do not hold (`max` at most, the rest counted); faults
 * that did not fire as asked; the command that repeats it.
 */
MUST_USE enum status words_failure(
    const struct report_entry *entry, size_t max, struct buf *out);

/* Appends "3 passed, 1 failed": the verdicts that occur, or "nothing ran". */
MUST_USE enum status words_counts(
    const struct report_set *set, struct buf *out);

/* Appends "12 asked for, 12 fired, 11 observed". */
MUST_USE enum status words_fault(
    const struct report_fault *fault, struct buf *out);

/* Appends its rule as compact JSON; nothing where it has none, or one that is
 * nested too deeply to be shown. */
MUST_USE enum status words_rule(
    const struct report_fault *fault, struct buf *out);

/* Appends the plugin's command, with blanks between its words: to read, not to
 * run. */
MUST_USE enum status words_command(
    const struct report_journal *journal, struct buf *out);

/* What a row about it says: the cause, else the scenario's title. */
struct span words_about(const struct report_entry *entry);

/* Whether reports count it as one that did not work out. */
bool words_is_bad(const struct report_entry *entry);

#endif
