/* SPDX-License-Identifier: Apache-2.0 */
#include "report/section.h"

#include "report/cells.h"
#include "report/lines.h"
#include "report/tables.h"
#include "report/timeline.h"
#include "report/words.h"

enum { HEAD_ABOUT = 8000 }; /* bytes of what has no ration */

void
section_command(struct sheet *s, struct span command)
{
    if (command.len == 0)
        return;
    sheet_put(s, "<div class=\"command\"><code>");
    sheet_html_cut(s, command, 4000);
    sheet_put(s, "</code><button type=\"button\" class=\"copy\" data-js "
                 "hidden>Copy</button></div>\n");
}

static void
put_head(
    struct sheet *s, const struct report_entry *entry, size_t number, bool open)
{
    const struct report_journal *j = entry->journal;
    sheet_format(s,
        "<details class=\"card scenario %s\" id=\"s-%zu\"%s><summary>",
        report_verdicts[entry->verdict], number, open ? " open" : "");
    cells_put_verdict(s, entry->verdict);
    sheet_put(s, "<h2>");
    sheet_html_cut(s, entry->name, CELL_TEXT_MAX);
    sheet_put(s, "</h2>");
    if (j != NULL && j->scenario.title.len > 0) {
        sheet_put(s, "<span class=\"title\">");
        sheet_html_cut(s, j->scenario.title, CELL_TEXT_MAX);
        sheet_put(s, "</span>");
    }
    sheet_put(s, "</summary><div class=\"body\">\n");
    if (entry->cause.len > 0) {
        sheet_format(
            s, "<p class=\"cause %s\">", report_verdicts[entry->verdict]);
        sheet_html_cut(s, entry->cause, 2000);
        sheet_put(s, "</p>\n");
    }
}

/* ---- tiles --------------------------------------------------------------- */

static void
put_time_tile(struct sheet *s, const char *name, int64_t ms)
{
    sheet_format(s, "<div><dt>%s</dt><dd>", name);
    sheet_duration(s, ms);
    sheet_put(s, "</dd></div>\n");
}

static void
put_faults_tile(struct sheet *s, const struct report_journal *j)
{
    const struct report_fault *faults = j->faults.rows;
    int64_t fired = 0, observed = 0;
    bool known = true;
    if (j->faults.count == 0)
        return;
    for (size_t i = 0; i < j->faults.count; i++) {
        fired += faults[i].fired;
        known = known && faults[i].observed >= 0;
        observed += faults[i].observed < 0 ? 0 : faults[i].observed;
    }
    sheet_format(
        s, "<div><dt>Faults fired</dt><dd>%lld<small>", (long long)fired);
    if (known)
        sheet_format(s, "%lld observed", (long long)observed);
    sheet_put(s, "</small></dd></div>\n");
}

static void
put_checks_tile(struct sheet *s, const struct report_journal *j)
{
    size_t all = j->expectations.count + j->invariants.count;
    if (all == 0)
        return;
    sheet_format(s,
        "<div><dt>Checks</dt><dd>%zu of %zu<small>held</small></dd></div>\n",
        all - report_journal_failures(j), all);
}

static void
put_tiles(struct sheet *s, const struct report_journal *j)
{
    sheet_put(s, "<dl class=\"tiles\">\n");
    put_time_tile(s, "Time to detect", j->measures.detect_ms);
    put_time_tile(s, "Time to recover", j->measures.recover_ms);
    put_faults_tile(s, j);
    put_checks_tile(s, j);
    sheet_put(s, "<div><dt>Duration</dt><dd>");
    sheet_duration(s, j->duration_ms);
    sheet_put(s, "<small>run in ");
    sheet_duration(s, j->wall_ms);
    sheet_put(s, "</small></dd></div>\n<div><dt>Seed</dt><dd>");
    sheet_count(s, j->seed);
    sheet_put(s, "</dd></div>\n</dl>\n");
}

/* ---- system -------------------------------------------------------------- */

static void
put_fact(struct sheet *s, const char *name, struct span value, bool code)
{
    if (value.len == 0)
        return;
    sheet_format(s, "<dt>%s</dt><dd>%s", name, code ? "<code>" : "");
    sheet_html_cut(s, value, CELL_TEXT_MAX);
    sheet_put(s, code ? "</code></dd>\n" : "</dd>\n");
}

static void
put_plugin_command(struct sheet *s, const struct report_journal *j)
{
    struct buf words = { 0 };
    enum status st = words_command(j, &words);
    put_fact(s, "its command", buf_span(&words), true);
    if (s->status == STATUS_OK)
        s->status = st;
    buf_reset(&words);
}

static void
put_system(struct sheet *s, const struct report_journal *j)
{
    sheet_put(s, "<section class=\"block\"><h4>System</h4>"
                 "<dl class=\"facts\">\n");
    put_fact(s, "cluster", j->cluster.kind, false);
    put_fact(s, "KMS API", j->cluster.kms, false);
    put_fact(s, "kube-apiserver", j->cluster.version, false);
    put_fact(s, "its SHA-256", j->cluster.sha256, true);
    put_fact(s, "etcd", j->cluster.etcd, false);
    put_fact(s, "node image", j->cluster.image, false);
    put_fact(s, "plugin", j->plugin.name, false);
    put_fact(s, "its version", j->plugin.version, false);
    put_plugin_command(s, j);
    put_fact(s, "emulator", j->emulator.version, false);
    if (json_count(j->measures.kms_calls) > 0) {
        sheet_put(s, "<dt>KMS calls</dt><dd>");
        cells_put_counts(s, j->measures.kms_calls);
        sheet_put(s, "</dd>\n");
    }
    put_fact(s, "scenario", j->scenario.file, true);
    put_fact(s, "its SHA-256", j->scenario.sha256, true);
    put_fact(s, "started", j->started, false);
    put_fact(s, "host", j->host.os, false);
    put_fact(s, "architecture", j->host.arch, false);
    if (j->host.cores > 0)
        sheet_format(
            s, "<dt>cores</dt><dd>%lld</dd>\n", (long long)j->host.cores);
    sheet_put(s, "</dl></section>\n");
}

/* The rations are hundredths of the budget; lines get what others left. */
static void
put_body(struct sheet *s, const struct report_journal *j, size_t budget)
{
    size_t part =
        budget > 2 * HEAD_ABOUT ? (budget - HEAD_ABOUT) / 100 : budget / 200;
    size_t start = s->out->len;
    section_command(s, j->command);
    put_tiles(s, j);
    timeline_print(s, j, part * 30);
    tables_expectations(s, j, part * 13);
    tables_faults(s, j, part * 10);
    tables_load(s, j, part * 6);
    sheet_put(s, "<div class=\"pair\">\n");
    tables_states(s, j, part * 6);
    tables_invariants(s, j, part * 4);
    sheet_put(s, "</div>\n");
    tables_steps(s, j, part * 11);
    size_t used = s->out->len - start + HEAD_ABOUT;
    lines_print(s, j, used + part * 20 < budget ? budget - used : part * 20);
    put_system(s, j);
}

void
section_print(struct sheet *s, const struct report_entry *entry, size_t number,
    bool open, size_t budget)
{
    put_head(s, entry, number, open);
    if (entry->journal != NULL)
        put_body(s, entry->journal, budget);
    sheet_put(s, "</div></details>\n");
}
