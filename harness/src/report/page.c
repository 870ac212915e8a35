/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include "base/encode.h"
#include "base/version.h"
#include "report/cells.h"
#include "report/section.h"
#include "report/timeline.h"
#include "report/words.h"

#include <openssl/evp.h>
#include <stdlib.h>

/* page.css and page.js, which the build makes into text (see the Makefile). */
extern const char page_css[], page_js[];

enum {
    FRAME_ABOUT = 60 * 1000, /* bytes of the page without scenarios */
    ROW_ABOUT = 1000,        /* of one in the index */
    SCENARIO_MIN = 8 * 1000,
    OPEN_MAX = 5, /* scenarios that are unfolded at first */
    CAUSE_MAX = 300,
    NAME_MAX_SHOWN = 120,
};

/* 'sha256-…' as a policy names what it lets in. */
static void
put_hash(struct sheet *s, const char *text)
{
    uint8_t digest[32];
    if (s->status == STATUS_OK &&
        EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) != 1)
        s->status = STATUS_CRYPTO;
    sheet_put(s, "'sha256-");
    if (s->status == STATUS_OK)
        s->status = base64_encode(span_of(digest, sizeof(digest)), s->out);
    sheet_put(s, "'");
}

static void
put_policy(struct sheet *s)
{
    sheet_put(s, "<meta http-equiv=\"Content-Security-Policy\" "
                 "content=\"default-src 'none'; img-src data:; "
                 "base-uri 'none'; form-action 'none'; style-src ");
    put_hash(s, page_css);
    sheet_put(s, "; script-src ");
    put_hash(s, page_js);
    sheet_put(s, "\">\n");
}

static void
put_only(struct sheet *s, const struct report_entry *entry)
{
    static const char *const words[REPORT_VERDICT_COUNT] = { "passed", "failed",
        "was skipped", "was interrupted", "could not run" };
    sheet_html_cut(s, entry->name, NAME_MAX_SHOWN);
    sheet_format(s, " %s", words[entry->verdict]);
}

/* "3 of 60 scenarios failed" and its like. */
static void
put_title(struct sheet *s, const struct report_set *set)
{
    size_t counts[REPORT_VERDICT_COUNT], all = set->entries.count;
    report_set_count(set, counts);
    size_t bad = counts[REPORT_FAILED] + counts[REPORT_ERROR];
    if (all == 0)
        sheet_put(s, "Nothing ran");
    else if (all == 1)
        put_only(s, set->entries.rows);
    else if (bad > 0)
        sheet_format(s, "%zu of %zu scenarios failed", bad, all);
    else if (counts[REPORT_INTERRUPTED] > 0)
        sheet_format(s, "Interrupted: %zu of %zu scenarios passed",
            counts[REPORT_PASSED], all);
    else if (counts[REPORT_SKIPPED] > 0)
        sheet_format(s, "%zu scenarios passed, %zu skipped",
            counts[REPORT_PASSED], counts[REPORT_SKIPPED]);
    else
        sheet_format(s, "All %zu scenarios passed", all);
}

static void
put_document_head(struct sheet *s, const struct report_set *set)
{
    sheet_put(s, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
                 "<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, "
                 "initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n");
    put_policy(s);
    sheet_put(s, "<title>");
    put_title(s, set);
    sheet_put(s, " – kmslab</title>\n<link rel=\"icon\" href=\"data:,\">\n"
                 "<style>");
    sheet_put(s, page_css);
    sheet_put(s, "</style>\n</head>\n<body>\n<a class=\"skip\" "
                 "href=\"#main\">Skip to the scenarios</a>\n");
    timeline_definitions(s);
}

/* A bar of all verdicts, each with its share. */
static void
put_meter(struct sheet *s, const struct report_set *set)
{
    size_t counts[REPORT_VERDICT_COUNT];
    double from = 0, all = (double)set->entries.count;
    report_set_count(set, counts);
    sheet_put(s, "<svg class=\"meter\" aria-hidden=\"true\">");
    for (size_t i = 0; i < REPORT_VERDICT_COUNT; i++) {
        double share = (double)counts[i] / all * 100;
        if (counts[i] == 0)
            continue;
        sheet_format(s,
            "<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" "
            "height=\"100%%\"/>",
            report_verdicts[i], from, share);
        from += share;
    }
    sheet_put(s, "</svg>\n<ul class=\"tallies\">");
    for (size_t i = 0; i < REPORT_VERDICT_COUNT; i++)
        if (counts[i] > 0)
            sheet_format(s,
                "<li><span class=\"chip %s\"><svg aria-hidden=\"true\"><use "
                "href=\"#v-%s\"/></svg>%zu %s</span></li>",
                report_verdicts[i], report_verdicts[i], counts[i],
                cells_verdict_word((int)i));
    sheet_put(s, "</ul>\n");
}

static void
put_top(struct sheet *s, const struct report_set *set)
{
    sheet_put(s, "<header class=\"top wrap\"><p class=\"brand\"><b>kmslab</b> "
                 "report</p>\n<h1>");
    put_title(s, set);
    sheet_put(s, "</h1>\n<p class=\"sub\">");
    if (set->started.len > 0) {
        sheet_put(s, "Started ");
        sheet_html_cut(s, set->started, 60);
    }
    if (set->wall_ms >= 0) {
        sheet_put(s, set->started.len > 0 ? ", took " : "Took ");
        sheet_duration(s, set->wall_ms);
    }
    sheet_put(s, "</p>\n");
    if (set->entries.count > 1) {
        put_meter(s, set);
        section_command(s, set->command);
    }
    sheet_put(s, "</header>\n");
}

/* ---- the index ----------------------------------------------------------- */

static void
put_row(struct sheet *s, const struct report_entry *entry, size_t number)
{
    const struct report_journal *j = entry->journal;
    sheet_format(s,
        "<tr data-verdict=\"%s\" data-section=\"s-%zu\"><td "
        "class=\"narrow\">",
        report_verdicts[entry->verdict], number);
    cells_put_verdict(s, entry->verdict);
    sheet_format(s, "</td><td class=\"name\"><a href=\"#s-%zu\">", number);
    sheet_html_cut(s, entry->name, CELL_TEXT_MAX);
    sheet_put(s, "</a><br><span class=\"why\">");
    sheet_html_cut(s, words_about(entry), CAUSE_MAX);
    sheet_put(s, "</span></td>");
    sheet_put(s, "<td class=\"num wide\">");
    sheet_duration(s, j == NULL ? REPORT_UNKNOWN : j->measures.detect_ms);
    sheet_put(s, "</td><td class=\"num wide\">");
    sheet_duration(s, j == NULL ? REPORT_UNKNOWN : j->measures.recover_ms);
    sheet_put(s, "</td><td class=\"num wide\">");
    sheet_duration(s, j == NULL ? REPORT_UNKNOWN : j->wall_ms);
    sheet_put(s, "</td></tr>\n");
}

static void
put_index_tools(struct sheet *s, const struct report_set *set)
{
    size_t counts[REPORT_VERDICT_COUNT];
    report_set_count(set, counts);
    sheet_put(s, "<div class=\"tools\" data-js hidden><input type=\"search\" "
                 "placeholder=\"find a scenario\" "
                 "aria-label=\"Show only scenarios with these words\">");
    for (size_t i = 0; i < REPORT_VERDICT_COUNT; i++)
        if (counts[i] > 0 && counts[i] < set->entries.count)
            sheet_format(s,
                "<button type=\"button\" data-verdict=\"%s\" "
                "aria-pressed=\"false\">%s</button>",
                report_verdicts[i], cells_verdict_word((int)i));
    sheet_put(s, "<button type=\"button\" class=\"unfold\" "
                 "aria-pressed=\"false\">unfold all</button>"
                 "<span class=\"soft\" role=\"status\"></span></div>\n");
}

static void
put_index(struct sheet *s, const struct report_set *set, const size_t *order)
{
    const struct report_entry *entries = set->entries.rows;
    sheet_put(s, "<section class=\"card index\" aria-labelledby=\"index\">"
                 "<h2 id=\"index\">Scenarios</h2>\n");
    put_index_tools(s, set);
    sheet_put(s,
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">verdict"
        "</th><th scope=\"col\">scenario</th><th scope=\"col\" "
        "class=\"num wide\">detected after</th><th scope=\"col\" "
        "class=\"num wide\">recovered after</th><th scope=\"col\" "
        "class=\"num wide\">run in</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < set->entries.count; i++)
        put_row(s, &entries[order[i]], i + 1);
    sheet_put(s, "</tbody></table></div></section>\n");
}

static size_t
budget_of(size_t count)
{
    size_t taken = FRAME_ABOUT + count * ROW_ABOUT;
    size_t each = taken < PAGE_MAX ? (PAGE_MAX - taken) / (count + 1) : 0;
    if (each > PAGE_SCENARIO_MAX)
        return PAGE_SCENARIO_MAX;
    return each < SCENARIO_MIN ? SCENARIO_MIN : each;
}

static void
put_main(struct sheet *s, const struct report_set *set, const size_t *order)
{
    const struct report_entry *entries = set->entries.rows;
    size_t budget = budget_of(set->entries.count);
    sheet_put(s, "<main id=\"main\" class=\"wrap\">\n");
    if (set->entries.count > 1)
        put_index(s, set, order);
    for (size_t i = 0; i < set->entries.count; i++) {
        const struct report_entry *entry = &entries[order[i]];
        bool open = set->entries.count == 1 ||
                    (i < OPEN_MAX && entry->verdict != REPORT_PASSED &&
                        entry->verdict != REPORT_SKIPPED);
        section_print(s, entry, i + 1, open, budget);
    }
    sheet_put(s, "</main>\n<footer class=\"wrap foot\">Written by kmslab ");
    sheet_html(s, span_text(project_version));
    sheet_put(s, " from what the run left on disk; times are cluster time "
                 "since its start.</footer>\n<script>");
    sheet_put(s, page_js);
    sheet_put(s, "</script>\n</body>\n</html>\n");
}

enum status
page_print(const struct report_set *set, struct buf *out)
{
    struct sheet s = sheet_to(out);
    size_t *order = calloc(set->entries.count + 1, sizeof(*order));
    if (order == NULL)
        return STATUS_NO_MEMORY;
    report_set_order(set, order);
    put_document_head(&s, set);
    put_top(&s, set);
    put_main(&s, set, order);
    free(order);
    return sheet_end(&s);
}
