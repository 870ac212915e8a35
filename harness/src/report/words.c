/* SPDX-License-Identifier: Apache-2.0 */
#include "report/words.h"

#include "base/json_copy.h"
#include "report/sheet.h"

bool
words_is_bad(const struct report_entry *entry)
{
    return entry->verdict == REPORT_FAILED || entry->verdict == REPORT_ERROR;
}

struct span
words_about(const struct report_entry *entry)
{
    return entry->cause.len > 0 || entry->journal == NULL
               ? entry->cause
               : entry->journal->scenario.title;
}

static void
put_number(struct sheet *s, int64_t count, const char *unknown)
{
    if (count < 0)
        sheet_put(s, unknown);
    else
        sheet_count(s, count);
}

enum status
words_fault(const struct report_fault *fault, struct buf *out)
{
    struct sheet s = sheet_to(out);
    put_number(&s, fault->requested, "any number");
    sheet_format(&s, " asked for, %lld fired, ", (long long)fault->fired);
    put_number(&s, fault->observed, "unknown");
    sheet_put(&s, " observed");
    return sheet_end(&s);
}

enum status
words_rule(const struct report_fault *fault, struct buf *out)
{
    enum json_kind kind = json_kind(fault->rule);
    if (kind == JSON_KIND_ABSENT || kind == JSON_KIND_NULL)
        return STATUS_OK;
    enum status st = json_copy_text(fault->rule, out);
    return st == STATUS_TOO_LARGE ? STATUS_OK : st;
}

enum status
words_command(const struct report_journal *journal, struct buf *out)
{
    const struct json *words = journal->plugin.command;
    struct sheet s = sheet_to(out);
    for (size_t i = 0; i < json_count(words); i++) {
        if (i > 0)
            sheet_put(&s, " ");
        sheet_put_span(&s, json_get_string(json_at(words, i)));
    }
    return sheet_end(&s);
}

static void
put_expectation(struct sheet *s, const struct report_expectation *e)
{
    sheet_format(s, "%s: ", report_layers[e->layer]);
    sheet_put_span(s, e->what);
    sheet_put(s, ": expected ");
    sheet_put_span(s, e->expected);
    sheet_put(s, ", got ");
    sheet_put_span(s, e->got);
    if (e->line > 0)
        sheet_format(s, " (line %lld)", (long long)e->line);
    sheet_put(s, "\n");
}

static void
put_invariant(struct sheet *s, const struct report_invariant *i)
{
    sheet_put(s, "invariant: ");
    sheet_put_span(s, i->name);
    sheet_put(s, ": ");
    sheet_put_span(s, i->detail);
    sheet_put(s, "\n");
}

static void
put_failed_checks(struct sheet *s, const struct report_journal *j, size_t max)
{
    const struct report_expectation *expectations = j->expectations.rows;
    const struct report_invariant *invariants = j->invariants.rows;
    size_t failures = report_journal_failures(j), shown = 0;
    for (size_t i = 0; i < j->invariants.count && shown < max; i++) {
        if (!invariants[i].passed) {
            put_invariant(s, &invariants[i]);
            shown++;
        }
    }
    for (size_t i = 0; i < j->expectations.count && shown < max; i++) {
        if (!expectations[i].passed) {
            put_expectation(s, &expectations[i]);
            shown++;
        }
    }
    if (failures > shown)
        sheet_format(s, "and %zu more\n", failures - shown);
}

static void
put_faults(struct sheet *s, const struct report_journal *j, size_t max)
{
    const struct report_fault *faults = j->faults.rows;
    size_t shown = 0;
    for (size_t i = 0; i < j->faults.count && shown < max; i++) {
        if (report_fault_is_whole(&faults[i]))
            continue;
        sheet_put(s, "fault ");
        sheet_put_span(s, faults[i].name);
        sheet_put(s, ": ");
        if (s->status == STATUS_OK)
            s->status = words_fault(&faults[i], s->out);
        sheet_put(s, "\n");
        shown++;
    }
}

enum status
words_failure(const struct report_entry *entry, size_t max, struct buf *out)
{
    struct sheet s = sheet_to(out);
    const struct report_journal *j = entry->journal;
    sheet_put_span(&s, entry->cause);
    sheet_put(&s, "\n");
    if (j != NULL) {
        put_failed_checks(&s, j, max);
        put_faults(&s, j, max);
    }
    if (j != NULL && j->command.len > 0) {
        sheet_put(&s, "repeat: ");
        sheet_put_span(&s, j->command);
        sheet_put(&s, "\n");
    }
    return sheet_end(&s);
}

enum status
words_counts(const struct report_set *set, struct buf *out)
{
    size_t counts[REPORT_VERDICT_COUNT];
    struct sheet s = sheet_to(out);
    const char *comma = "";
    report_set_count(set, counts);
    for (size_t i = 0; i < REPORT_VERDICT_COUNT; i++) {
        if (counts[i] == 0)
            continue;
        sheet_format(&s, "%s%zu %s", comma, counts[i],
            i == REPORT_ERROR ? "could not run" : report_verdicts[i]);
        comma = ", ";
    }
    if (*comma == '\0')
        sheet_put(&s, "nothing ran");
    return sheet_end(&s);
}
