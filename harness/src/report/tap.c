/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tap.h"

#include "report/sheet.h"
#include "report/words.h"

enum { CHECKS_MAX = 50 };

static void
put_text(struct sheet *s, const char *key, struct span value)
{
    if (value.len == 0)
        return;
    sheet_format(s, "  %s: ", key);
    sheet_yaml(s, value);
    sheet_put(s, "\n");
}

static void
put_number(struct sheet *s, const char *key, int64_t value)
{
    if (value >= 0)
        sheet_format(s, "  %s: %lld\n", key, (long long)value);
}

static void
put_faults(struct sheet *s, const struct report_journal *j)
{
    const struct report_fault *faults = j->faults.rows;
    if (j->faults.count > 0)
        sheet_put(s, "  faults:\n");
    for (size_t i = 0; i < j->faults.count; i++) {
        sheet_put(s, "    - name: ");
        sheet_yaml(s, faults[i].name);
        sheet_format(s, "\n      fired: %lld\n", (long long)faults[i].fired);
        if (faults[i].requested >= 0)
            sheet_format(
                s, "      requested: %lld\n", (long long)faults[i].requested);
        if (faults[i].observed >= 0)
            sheet_format(
                s, "      observed: %lld\n", (long long)faults[i].observed);
    }
}

static void
put_failed(struct sheet *s, const struct report_journal *j)
{
    const struct report_expectation *e = j->expectations.rows;
    size_t shown = 0;
    for (size_t i = 0; i < j->expectations.count && shown < CHECKS_MAX; i++) {
        if (e[i].passed)
            continue;
        sheet_put(s, shown == 0 ? "  expectations:\n" : "");
        sheet_format(
            s, "    - layer: %s\n      what: ", report_layers[e[i].layer]);
        sheet_yaml(s, e[i].what);
        sheet_put(s, "\n      expected: ");
        sheet_yaml(s, e[i].expected);
        sheet_put(s, "\n      got: ");
        sheet_yaml(s, e[i].got);
        sheet_put(s, "\n");
        shown++;
    }
}

static void
put_invariants(struct sheet *s, const struct report_journal *j)
{
    const struct report_invariant *v = j->invariants.rows;
    size_t shown = 0;
    for (size_t i = 0; i < j->invariants.count && shown < CHECKS_MAX; i++) {
        if (v[i].passed)
            continue;
        sheet_put(s, shown == 0 ? "  invariants:\n" : "");
        sheet_put(s, "    - name: ");
        sheet_yaml(s, v[i].name);
        sheet_put(s, "\n      detail: ");
        sheet_yaml(s, v[i].detail);
        sheet_put(s, "\n");
        shown++;
    }
}

static void
put_block(struct sheet *s, const struct report_entry *entry)
{
    const struct report_journal *j = entry->journal;
    sheet_format(s, "  ---\n  verdict: %s\n", report_verdicts[entry->verdict]);
    put_text(s, "message", entry->cause);
    if (j != NULL) {
        put_text(s, "title", j->scenario.title);
        put_number(s, "seed", j->seed);
        put_text(s, "repeat", j->command);
        put_text(s, "file", j->scenario.file);
        put_number(s, "duration_ms", j->duration_ms);
        put_number(s, "time_to_detect_ms", j->measures.detect_ms);
        put_number(s, "time_to_recover_ms", j->measures.recover_ms);
        put_faults(s, j);
        put_failed(s, j);
        put_invariants(s, j);
    }
    sheet_put(s, "  ...\n");
}

static void
put_test(struct sheet *s, size_t number, const struct report_entry *entry)
{
    bool good =
        entry->verdict == REPORT_PASSED || entry->verdict == REPORT_SKIPPED;
    sheet_format(s, "%s %zu - ", good ? "ok" : "not ok", number);
    sheet_tap(s, entry->name);
    if (entry->verdict == REPORT_SKIPPED) {
        sheet_put(s, " # SKIP ");
        sheet_tap(s, entry->cause);
    }
    sheet_put(s, "\n");
    put_block(s, entry);
}

enum status
tap_print(const struct report_set *set, struct buf *out)
{
    const struct report_entry *entries = set->entries.rows;
    struct sheet s = sheet_to(out);
    size_t counts[REPORT_VERDICT_COUNT];
    report_set_count(set, counts);
    sheet_format(&s, "TAP version 14\n1..%zu%s\n", set->entries.count,
        set->entries.count == 0 ? " # SKIP nothing ran" : "");
    for (size_t i = 0; i < set->entries.count; i++)
        put_test(&s, i + 1, &entries[i]);
    if (counts[REPORT_INTERRUPTED] > 0)
        sheet_put(&s, "Bail out! The run was interrupted.\n");
    return sheet_end(&s);
}
