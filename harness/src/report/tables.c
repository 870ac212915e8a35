/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tables.h"

#include "report/cells.h"
#include "report/words.h"

#include <math.h>
#include <stdio.h>

enum { NOTE_MAX = 80, RULE_MAX = 1000 };

static bool
full(const struct sheet *s, size_t limit)
{
    return s->status != STATUS_OK || s->out->len > limit;
}

/* ---- expectations -------------------------------------------------------- */

static void
put_expectation(struct sheet *s, const struct report_expectation *e)
{
    sheet_put(s, e->passed ? "<tr>" : "<tr class=\"failed\">");
    cells_passed(s, e->passed);
    sheet_put(s, "<td class=\"any\">");
    sheet_html_cut(s, e->what, CELL_TEXT_MAX);
    sheet_format(s, "<span class=\"small\">%s", report_layers[e->layer]);
    if (e->line > 0)
        sheet_format(s, ", line %lld", (long long)e->line);
    sheet_put(s, "</span></td>");
    cells_text(s, e->expected);
    cells_text(s, e->got);
    sheet_put(s, "</tr>\n");
}

void
tables_expectations(
    struct sheet *s, const struct report_journal *j, size_t ration)
{
    static const char *const columns[] = { "", "expectation", "expected",
        "got" };
    const struct report_expectation *rows = j->expectations.rows;
    size_t count = j->expectations.count, failed = 0, shown = 0;
    size_t limit = s->out->len + ration;
    char note[NOTE_MAX];
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        failed += !rows[i].passed;
    if (failed > 0)
        snprintf(note, sizeof(note), "%zu of %zu failed", failed, count);
    else
        snprintf(note, sizeof(note), "all %zu met", count);
    cells_open(s, "Expectations", note, columns, ARRAY_LEN(columns));
    for (int passed = 0; passed < 2; passed++) {
        for (size_t i = 0; i < count && !full(s, limit); i++) {
            if (rows[i].passed != (passed == 1))
                continue;
            put_expectation(s, &rows[i]);
            shown++;
        }
    }
    cells_close(s, shown, count);
}

/* ---- faults -------------------------------------------------------------- */

static void
put_rule(struct sheet *s, const struct report_fault *fault)
{
    struct buf rule = { 0 };
    enum status st = words_rule(fault, &rule);
    if (rule.len > 0) {
        sheet_put(s, "<details><summary class=\"small soft\">rule</summary>"
                     "<code>");
        sheet_html_cut(s, buf_span(&rule), RULE_MAX);
        sheet_put(s, "</code></details>");
    }
    if (s->status == STATUS_OK)
        s->status = st;
    buf_reset(&rule);
}

static void
put_fault(struct sheet *s, const struct report_fault *fault)
{
    bool whole = report_fault_is_whole(fault);
    sheet_put(s, whole ? "<tr>" : "<tr class=\"failed\">");
    cells_passed(s, whole);
    sheet_put(s, "<td class=\"any\">");
    sheet_html_cut(s, fault->name, CELL_TEXT_MAX);
    sheet_format(s, "<span class=\"small\">%s, ", report_places[fault->place]);
    cells_put_time(s, fault->from_ms);
    sheet_put(s, " to ");
    if (fault->to_ms < 0)
        sheet_put(s, "the end");
    else
        cells_put_time(s, fault->to_ms);
    sheet_put(s, "</span>");
    put_rule(s, fault);
    sheet_put(s, "</td>");
    if (fault->requested < 0)
        sheet_put(s, "<td class=\"num\">any</td>");
    else
        cells_count(s, fault->requested);
    cells_count(s, fault->matched);
    cells_count(s, fault->fired);
    cells_count(s, fault->observed);
    sheet_put(s, "</tr>\n");
}

void
tables_faults(struct sheet *s, const struct report_journal *j, size_t ration)
{
    static const char *const columns[] = { "", "fault", ">asked for",
        ">matched", ">fired", ">observed" };
    const struct report_fault *faults = j->faults.rows;
    size_t limit = s->out->len + ration, shown = 0;
    if (j->faults.count == 0)
        return;
    cells_open(s, "Faults", "observed: what the client then saw", columns,
        ARRAY_LEN(columns));
    for (; shown < j->faults.count && !full(s, limit); shown++)
        put_fault(s, &faults[shown]);
    cells_close(s, shown, j->faults.count);
}

/* ---- load ---------------------------------------------------------------- */

/* Where a latency stands between 0.1 ms and `max_ms`, logarithmically. */
static double
spread_place(double ms, double max_ms)
{
    const double least = 0.1;
    if (ms <= least || max_ms <= least)
        return 0;
    double place = log(ms / least) / log(max_ms / least) * 100;
    return place > 100 ? 100 : place;
}

static void
put_spread(struct sheet *s, const struct report_load *load, double max_ms)
{
    const struct {
        const char *class;
        double ms;
    } bars[] = { { "p99", load->p99_ms }, { "p95", load->p95_ms },
        { "p50", load->p50_ms } };
    sheet_put(s, "<td class=\"wide\"><svg class=\"spread\" "
                 "aria-hidden=\"true\"><line class=\"rail\" x1=\"0\" "
                 "x2=\"100%\" y1=\"8\" y2=\"8\"/>");
    for (size_t i = 0; i < ARRAY_LEN(bars); i++)
        if (bars[i].ms > 0)
            sheet_format(s,
                "<rect class=\"%s\" width=\"%.1f%%\" y=\"4\" height=\"8\"/>",
                bars[i].class, spread_place(bars[i].ms, max_ms));
    if (load->max_ms > 0)
        sheet_format(s,
            "<line class=\"max\" x1=\"%.1f%%\" x2=\"%.1f%%\" y1=\"2\" "
            "y2=\"14\"/>",
            spread_place(load->max_ms, max_ms),
            spread_place(load->max_ms, max_ms));
    sheet_put(s, "</svg></td>");
}

static void
put_load(struct sheet *s, const struct report_load *load, double max_ms)
{
    sheet_put(s, "<tr><th scope=\"row\">");
    sheet_html_cut(s, load->phase, CELL_TEXT_MAX);
    sheet_format(s, "</th><td>%s</td>", report_operations[load->operation]);
    cells_count(s, load->requests);
    cells_count(s, load->ok);
    sheet_put(s, "<td class=\"any\">");
    cells_put_counts(s, load->errors);
    sheet_put(s, "</td>");
    cells_latency(s, load->p50_ms);
    cells_latency(s, load->p95_ms);
    cells_latency(s, load->p99_ms);
    cells_latency(s, load->max_ms);
    put_spread(s, load, max_ms);
    sheet_put(s, "</tr>\n");
}

void
tables_load(struct sheet *s, const struct report_journal *j, size_t ration)
{
    static const char *const columns[] = { "phase", "operation", ">requests",
        ">ok", "errors", ">p50", ">p95", ">p99", ">max",
        "<span class=\"wide\">spread</span>" };
    const struct report_load *load = j->load.rows;
    size_t limit = s->out->len + ration, shown = 0;
    double max_ms = 0;
    if (j->load.count == 0)
        return;
    for (size_t i = 0; i < j->load.count; i++)
        max_ms = load[i].max_ms > max_ms ? load[i].max_ms : max_ms;
    cells_open(s, "Load", "latencies and errors by phase", columns,
        ARRAY_LEN(columns));
    for (; shown < j->load.count && !full(s, limit); shown++)
        put_load(s, &load[shown], max_ms);
    cells_close(s, shown, j->load.count);
}

/* ---- invariants ---------------------------------------------------------- */

void
tables_invariants(
    struct sheet *s, const struct report_journal *j, size_t ration)
{
    static const char *const columns[] = { "", "invariant", "detail" };
    const struct report_invariant *rows = j->invariants.rows;
    size_t limit = s->out->len + ration, shown = 0;
    if (j->invariants.count == 0)
        return;
    cells_open(s, "Invariants", "asserted without being told", columns,
        ARRAY_LEN(columns));
    for (int passed = 0; passed < 2; passed++) {
        for (size_t i = 0; i < j->invariants.count && !full(s, limit); i++) {
            if (rows[i].passed != (passed == 1))
                continue;
            sheet_put(s, rows[i].passed ? "<tr>" : "<tr class=\"failed\">");
            cells_passed(s, rows[i].passed);
            cells_text(s, rows[i].name);
            cells_text(s, rows[i].detail);
            sheet_put(s, "</tr>\n");
            shown++;
        }
    }
    cells_close(s, shown, j->invariants.count);
}

/* ---- states and steps ---------------------------------------------------- */

void
tables_states(struct sheet *s, const struct report_journal *j, size_t ration)
{
    static const char *const columns[] = { ">at", "probe", "became", "detail" };
    const struct report_state *states = j->states.rows;
    const struct report_state *held[REPORT_PROBE_COUNT] = { NULL };
    size_t limit = s->out->len + ration, shown = 0, all = 0;
    if (j->states.count == 0)
        return;
    cells_open(
        s, "State changes", "health and Status", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < j->states.count; i++) {
        const struct report_state **last = &held[states[i].probe];
        if (*last != NULL && (*last)->value == states[i].value)
            continue;
        *last = &states[i];
        all++;
        if (full(s, limit))
            continue;
        shown++;
        sheet_put(s, "<tr>");
        cells_time(s, states[i].at_ms);
        sheet_format(
            s, "<td class=\"narrow\">%s</td>", report_probes[states[i].probe]);
        sheet_format(
            s, "<td class=\"narrow\">%s</td>", report_values[states[i].value]);
        cells_text(s, states[i].detail);
        sheet_put(s, "</tr>\n");
    }
    cells_close(s, shown, all);
}

static void
put_step(struct sheet *s, const struct report_step *step)
{
    bool good = step->result == REPORT_STEP_OK;
    sheet_put(s, good ? "<tr>" : "<tr class=\"failed\">");
    cells_passed(s, good);
    cells_time(s, step->at_ms);
    cells_duration(s, step->took_ms);
    sheet_put(s, "<td class=\"any\">");
    sheet_html_cut(s, step->text, CELL_TEXT_MAX);
    sheet_put(s, "<span class=\"small\">");
    sheet_html_cut(s, step->actor, CELL_TEXT_MAX);
    if (step->line > 0)
        sheet_format(s, ", line %lld", (long long)step->line);
    sheet_put(s, "</span></td>");
    cells_text(s, step->expected);
    cells_text(s, step->got);
    sheet_put(s, "</tr>\n");
}

void
tables_steps(struct sheet *s, const struct report_journal *j, size_t ration)
{
    static const char *const columns[] = { "", ">at", ">took", "step",
        "expected", "got" };
    const struct report_step *steps = j->steps.rows;
    size_t limit = s->out->len + ration, shown = 0;
    if (j->steps.count == 0)
        return;
    cells_open(s, "Steps", "", columns, ARRAY_LEN(columns));
    for (; shown < j->steps.count && !full(s, limit); shown++)
        put_step(s, &steps[shown]);
    cells_close(s, shown, j->steps.count);
}
