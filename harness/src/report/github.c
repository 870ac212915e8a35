/* SPDX-License-Identifier: Apache-2.0 */
#include "report/github.h"

#include "base/utf8.h"
#include "report/sheet.h"
#include "report/words.h"

#include <stdlib.h>

enum {
    CELL_MAX = 300, /* bytes of a cell */
    CHECKS_MAX = 20,
    ANNOTATION_CHECKS_MAX = 5,
    ANNOTATION_MAX = 3000, /* bytes of its text */
    CLOSING_MAX = 512,     /* room for the sentence about the cut */
};

static const char *const signs[REPORT_VERDICT_COUNT] = {
    [REPORT_PASSED] = "✅ passed",
    [REPORT_FAILED] = "❌ failed",
    [REPORT_SKIPPED] = "⏭️ skipped",
    [REPORT_INTERRUPTED] = "✋ interrupted",
    [REPORT_ERROR] = "💥 could not run",
};

static void
put_words(struct sheet *s, const struct report_set *set)
{
    struct buf words = { 0 };
    enum status st = words_counts(set, &words);
    sheet_put(s, buf_text(&words));
    if (s->status == STATUS_OK)
        s->status = st;
    buf_reset(&words);
}

static void
put_head(struct sheet *s, const struct report_set *set)
{
    sheet_put(s, "## kmslab: ");
    put_words(s, set);
    sheet_put(s, "\n\n");
    if (set->wall_ms >= 0) {
        sheet_put(s, "In ");
        sheet_duration(s, set->wall_ms);
        sheet_put(s, ". ");
    }
    sheet_put(s, "Details are in report.html, among the artifacts of the run "
                 "where it keeps them.\n\n");
}

static void
put_row(struct sheet *s, const struct report_entry *entry)
{
    const struct report_journal *j = entry->journal;
    sheet_format(s, "| %s | ", signs[entry->verdict]);
    sheet_markdown(s, entry->name, CELL_MAX);
    sheet_put(s, " | ");
    sheet_markdown(s, words_about(entry), CELL_MAX);
    sheet_put(s, " | ");
    sheet_duration(s, j == NULL ? REPORT_UNKNOWN : j->measures.detect_ms);
    sheet_put(s, " | ");
    sheet_duration(s, j == NULL ? REPORT_UNKNOWN : j->measures.recover_ms);
    sheet_put(s, " | ");
    sheet_count(s, j == NULL ? REPORT_UNKNOWN : j->seed);
    sheet_put(s, " |\n");
}

/* Each line of the words is an item of a list. */
static void
put_detail(struct sheet *s, const struct report_entry *entry)
{
    struct buf words = { 0 };
    enum status st = words_failure(entry, CHECKS_MAX, &words);
    struct span line, rest = buf_span(&words);
    sheet_put(s, "\n### ");
    sheet_markdown(s, entry->name, CELL_MAX);
    sheet_put(s, "\n\n");
    while (span_cut(rest, '\n', &line, &rest)) {
        if (line.len == 0)
            continue;
        sheet_put(s, "- ");
        sheet_markdown(s, line, 2 * CELL_MAX);
        sheet_put(s, "\n");
    }
    if (s->status == STATUS_OK)
        s->status = st;
    buf_reset(&words);
}

/* Cuts what does not fit: back to `before`. */
static bool
still_fits(struct sheet *s, size_t before)
{
    if (s->status != STATUS_OK ||
        s->out->len - s->start <= GITHUB_SUMMARY_MAX - CLOSING_MAX)
        return true;
    buf_truncate(s->out, before);
    return false;
}

static size_t
put_rows(struct sheet *s, const struct report_set *set, const size_t *order)
{
    const struct report_entry *entries = set->entries.rows;
    sheet_put(s, "| verdict | scenario | what | detected after | recovered "
                 "after | seed |\n|---|---|---|--:|--:|--:|\n");
    for (size_t i = 0; i < set->entries.count; i++) {
        size_t before = s->out->len;
        put_row(s, &entries[order[i]]);
        if (!still_fits(s, before))
            return i;
    }
    return set->entries.count;
}

/* Returns how many were told, of those that are not passed or skipped. */
static size_t
put_details(struct sheet *s, const struct report_set *set, const size_t *order,
    size_t *bad)
{
    const struct report_entry *entries = set->entries.rows;
    size_t told = 0;
    bool fits = true;
    for (size_t i = 0; i < set->entries.count; i++) {
        const struct report_entry *entry = &entries[order[i]];
        size_t before = s->out->len;
        if (entry->verdict == REPORT_PASSED || entry->verdict == REPORT_SKIPPED)
            continue;
        ++*bad;
        if (!fits)
            continue;
        put_detail(s, entry);
        fits = still_fits(s, before);
        told += fits;
    }
    return told;
}

static void
put_summary(struct sheet *s, const struct report_set *set, const size_t *order)
{
    size_t bad = 0;
    put_head(s, set);
    size_t rows = put_rows(s, set, order);
    size_t told = put_details(s, set, order, &bad);
    if (rows < set->entries.count || told < bad)
        sheet_format(s,
            "\n**Cut here:** GitHub takes 1 MiB. Of %zu scenarios %zu are in "
            "the table, of %zu that did not pass %zu are told in detail; "
            "report.html has all.\n",
            set->entries.count, rows, bad, told);
}

static enum status
order_of(const struct report_set *set, size_t **out)
{
    size_t *order = calloc(set->entries.count + 1, sizeof(*order));
    if (order == NULL)
        return STATUS_NO_MEMORY;
    report_set_order(set, order);
    *out = order;
    return STATUS_OK;
}

enum status
github_summary(const struct report_set *set, struct buf *out)
{
    struct sheet s = sheet_to(out);
    size_t *order = NULL;
    enum status st = order_of(set, &order);
    if (st != STATUS_OK)
        return st;
    put_summary(&s, set, order);
    free(order);
    return sheet_end(&s);
}

static void
put_annotation(
    struct sheet *s, const char *kind, const struct report_entry *entry)
{
    const struct report_journal *j = entry->journal;
    struct buf words = { 0 };
    enum status st = words_failure(entry, ANNOTATION_CHECKS_MAX, &words);
    sheet_format(s, "::%s ", kind);
    if (j != NULL && j->scenario.file.len > 0) {
        sheet_put(s, "file=");
        sheet_command_property(s, j->scenario.file);
        sheet_format(s, ",line=%lld,", (long long)report_journal_line(j));
    }
    sheet_put(s, "title=");
    sheet_command_property(s, entry->name);
    sheet_format(s, " %s::", report_verdicts[entry->verdict]);
    sheet_command_text(
        s, utf8_first(span_trim(buf_span(&words)), ANNOTATION_MAX));
    sheet_put(s, "\n");
    if (s->status == STATUS_OK)
        s->status = st;
    buf_reset(&words);
}

typedef bool chosen_fn(const struct report_entry *entry);

static bool
is_interrupted(const struct report_entry *entry)
{
    return entry->verdict == REPORT_INTERRUPTED;
}

static void
put_kind(struct sheet *s, const char *kind, const struct report_set *set,
    const size_t *order, chosen_fn *chosen)
{
    const struct report_entry *entries = set->entries.rows;
    size_t all = 0, put = 0;
    for (size_t i = 0; i < set->entries.count; i++)
        all += chosen(&entries[i]);
    size_t max =
        all > GITHUB_ANNOTATIONS_MAX ? GITHUB_ANNOTATIONS_MAX - 1 : all;
    for (size_t i = 0; i < set->entries.count && put < max; i++) {
        if (!chosen(&entries[order[i]]))
            continue;
        put_annotation(s, kind, &entries[order[i]]);
        put++;
    }
    if (all > put)
        sheet_format(s,
            "::%s title=kmslab::and %zu more scenarios; the step's summary "
            "has all\n",
            kind, all - put);
}

enum status
github_annotations(const struct report_set *set, struct buf *out)
{
    struct sheet s = sheet_to(out);
    size_t *order = NULL;
    enum status st = order_of(set, &order);
    if (st != STATUS_OK)
        return st;
    put_kind(&s, "error", set, order, words_is_bad);
    put_kind(&s, "warning", set, order, is_interrupted);
    free(order);
    return sheet_end(&s);
}
