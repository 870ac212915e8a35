/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_journal.h"

#include "report/journal_type.h"

static enum status
check_format(struct span format, struct buf *problem)
{
    if (span_equal(format, SPAN_LITERAL("kmslab-journal/1")))
        return STATUS_OK;
    bool newer = span_starts_with(format, SPAN_LITERAL("kmslab-journal/"));
    buf_clear(problem);
    buf_say(problem, "format: %s",
        newer ? "of another kmslab; this one reads kmslab-journal/1"
              : "not kmslab-journal/1");
    return newer ? STATUS_VERSION : STATUS_INVALID;
}

enum status
report_journal_parse(
    struct span text, struct report_journal *out, struct buf *problem)
{
    struct report_journal made = { 0 };
    struct json_doc *doc = NULL;
    if (text.len > REPORT_JOURNAL_MAX) {
        buf_say(problem, "above %d bytes", REPORT_JOURNAL_MAX);
        return STATUS_TOO_LARGE;
    }
    enum status st = json_parse_told(text, &doc, problem);
    if (st != STATUS_OK)
        return st == STATUS_NO_MEMORY ? st : STATUS_INVALID;
    st = check_format(
        json_get_string(json_member(json_root(doc), "format")), problem);
    if (st == STATUS_OK)
        st = fields_decode(json_root(doc), &journal_type, &made, problem);
    if (st != STATUS_OK) {
        json_doc_free(doc);
        return st;
    }
    made.doc = doc;
    *out = made;
    return STATUS_OK;
}

void
report_journal_reset(struct report_journal *journal)
{
    json_doc_free(journal->doc);
    fields_reset(&journal_type, journal);
}

size_t
report_journal_failures(const struct report_journal *journal)
{
    const struct report_expectation *expectations = journal->expectations.rows;
    const struct report_invariant *invariants = journal->invariants.rows;
    size_t failures = 0;
    for (size_t i = 0; i < journal->expectations.count; i++)
        failures += !expectations[i].passed;
    for (size_t i = 0; i < journal->invariants.count; i++)
        failures += !invariants[i].passed;
    return failures;
}

int64_t
report_journal_line(const struct report_journal *journal)
{
    const struct report_expectation *expectations = journal->expectations.rows;
    const struct report_step *steps = journal->steps.rows;
    for (size_t i = 0; i < journal->expectations.count; i++)
        if (!expectations[i].passed && expectations[i].line > 0)
            return expectations[i].line;
    for (size_t i = 0; i < journal->steps.count; i++)
        if (steps[i].result != REPORT_STEP_OK && steps[i].line > 0)
            return steps[i].line;
    return 1;
}

bool
report_fault_is_whole(const struct report_fault *fault)
{
    return fault->requested == REPORT_UNKNOWN ||
           fault->fired >= fault->requested;
}
