/* SPDX-License-Identifier: Apache-2.0 */
/* Phases, faults and states: what held from one time to another. */
#include "report/plot.h"

enum {
    PHASE_PX = 20,
    FAULT_PX = 20,
    STATE_PX = 20,
    GAP_PX = 6,
    FAULTS_MAX = 12, /* with a row of their own; more share rows */
    BARS_MAX = 300,  /* of those that share */
};

static int64_t
end_of(const struct plot *plot, int64_t to_ms)
{
    return to_ms < 0 ? plot->total_ms : to_ms;
}

void
plot_windows(struct plot *plot, const struct report_journal *j)
{
    const struct report_fault *faults = j->faults.rows;
    size_t count = j->faults.count > FAULTS_MAX ? 0 : j->faults.count;
    for (size_t i = 0; i < count; i++) {
        int64_t from = faults[i].from_ms, to = end_of(plot, faults[i].to_ms);
        sheet_put(&plot->rows, "<rect class=\"window\"");
        plot_range(plot, from, to);
        sheet_put(&plot->rows, " y=\"0\" height=\"100%\"/>\n");
        for (int side = 0; side < 2; side++) {
            sheet_put(&plot->rows, "<line class=\"edge\"");
            plot_at(plot, "x1", side == 0 ? from : to);
            plot_at(plot, "x2", side == 0 ? from : to);
            sheet_put(&plot->rows, " y1=\"0\" y2=\"100%\"/>\n");
        }
    }
}

/* A box with words in it that are cut where it ends. */
static void
put_box(struct plot *plot, const char *class, const char *word_class,
    int64_t from, int64_t to, int height)
{
    sheet_put(&plot->rows, "<svg");
    plot_range(plot, from, to);
    sheet_format(&plot->rows,
        " y=\"%d\" height=\"%d\"><rect class=\"%s\" width=\"100%%\" "
        "height=\"100%%\" rx=\"2\"/><text class=\"%s\" x=\"5\" y=\"%d\">",
        plot->y + 2, height - 4, class, word_class, height / 2 + 2);
}

void
plot_phases(struct plot *plot, const struct report_journal *j)
{
    const struct report_phase *phases = j->phases.rows;
    if (j->phases.count == 0)
        return;
    plot_name(plot, SPAN_LITERAL("phase"), PHASE_PX);
    for (size_t i = 0; i < j->phases.count; i++) {
        int64_t to = end_of(plot, phases[i].to_ms);
        put_box(plot, i % 2 == 0 ? "phase" : "phase odd", "phase-name",
            phases[i].from_ms, to, PHASE_PX);
        sheet_html_cut(&plot->rows, phases[i].name, PLOT_TEXT_MAX);
        sheet_put(&plot->rows, "</text><title>");
        sheet_html_cut(&plot->rows, phases[i].name, PLOT_TEXT_MAX);
        sheet_put(&plot->rows, ": from ");
        sheet_duration(&plot->rows, phases[i].from_ms);
        sheet_put(&plot->rows, " to ");
        sheet_duration(&plot->rows, to);
        sheet_put(&plot->rows, "</title></svg>\n");
    }
    plot->y += PHASE_PX + GAP_PX;
}

/* In the bar where that is wide, else beside it where there is more room. */
static void
put_fault_label(struct plot *plot, const struct report_fault *fault)
{
    int64_t to = end_of(plot, fault->to_ms);
    bool inside = to - fault->from_ms > plot->total_ms / 4;
    bool left = !inside && to > plot->total_ms / 10 * 6;
    sheet_put(&plot->rows, "<text class=\"fault-name\"");
    plot_at(plot, "x", inside || left ? fault->from_ms : to);
    sheet_format(&plot->rows, " dx=\"%d\" y=\"%d\"%s>", left ? -5 : 5,
        plot->y + 14, left ? " text-anchor=\"end\"" : "");
    sheet_html_cut(&plot->rows, fault->name, 40);
    sheet_format(&plot->rows, " · %lld", (long long)fault->fired);
    if (fault->requested >= 0)
        sheet_format(&plot->rows, " of %lld", (long long)fault->requested);
    sheet_put(&plot->rows, "</text>\n");
}

static void
put_fault(struct plot *plot, const struct report_fault *fault)
{
    int64_t to = end_of(plot, fault->to_ms);
    plot_name(plot, span_text(report_places[fault->place]), FAULT_PX);
    sheet_put(&plot->rows, "<rect class=\"fault\"");
    plot_range(plot, fault->from_ms, to);
    sheet_format(&plot->rows, " y=\"%d\" height=\"%d\" rx=\"2\"><title>",
        plot->y + 3, FAULT_PX - 6);
    sheet_html_cut(&plot->rows, fault->name, PLOT_TEXT_MAX);
    sheet_put(&plot->rows, ": armed from ");
    sheet_duration(&plot->rows, fault->from_ms);
    sheet_put(&plot->rows, " to ");
    sheet_duration(&plot->rows, to);
    sheet_format(&plot->rows, ", fired %lld times</title></rect>\n",
        (long long)fault->fired);
    put_fault_label(plot, fault);
    plot->y += FAULT_PX;
}

/* Many faults: a row for each place, of bars without words; of very many one
 * in so many. */
static void
put_shared_row(struct plot *plot, const struct report_journal *j, int place)
{
    const struct report_fault *faults = j->faults.rows;
    size_t step = j->faults.count / BARS_MAX + 1, put = 0;
    for (size_t i = 0; i < j->faults.count; i += step) {
        if (faults[i].place != place)
            continue;
        sheet_put(&plot->rows, "<rect class=\"fault\"");
        plot_range(plot, faults[i].from_ms, end_of(plot, faults[i].to_ms));
        sheet_format(&plot->rows, " y=\"%d\" height=\"%d\"/>\n", plot->y + 3,
            FAULT_PX - 6);
        put++;
    }
    if (put == 0)
        return;
    plot_name(plot, span_text(report_places[place]), FAULT_PX);
    plot->y += FAULT_PX;
}

void
plot_faults(struct plot *plot, const struct report_journal *j)
{
    const struct report_fault *faults = j->faults.rows;
    bool shared = j->faults.count > FAULTS_MAX;
    for (int place = 0; shared && report_places[place] != NULL; place++)
        put_shared_row(plot, j, place);
    for (size_t i = 0; !shared && i < j->faults.count; i++)
        put_fault(plot, &faults[i]);
    if (j->faults.count > 0)
        plot->y += GAP_PX;
}

/* From a state to the next of its probe. */
static void
put_state(struct plot *plot, const struct report_state *state, int64_t to)
{
    static const char *const classes[] = { "ok", "down", "gone" };
    const char *word = report_values[state->value];
    put_box(plot, classes[state->value], "word", state->at_ms, to, STATE_PX);
    sheet_put(&plot->rows, word);
    if (state->at_ms > 0) {
        sheet_put(&plot->rows, " ");
        sheet_duration(&plot->rows, state->at_ms);
    }
    sheet_format(&plot->rows, "</text><title>%s %s from ",
        report_probes[state->probe], word);
    sheet_duration(&plot->rows, state->at_ms);
    sheet_put(&plot->rows, " to ");
    sheet_duration(&plot->rows, to);
    sheet_put(&plot->rows, state->detail.len > 0 ? ": " : "");
    sheet_html_cut(&plot->rows, state->detail, PLOT_TEXT_MAX);
    sheet_put(&plot->rows, "</title></svg>\n");
}

/* How often it changed; 0: it was never looked at. */
static size_t
count_changes(const struct report_journal *j, int probe)
{
    const struct report_state *states = j->states.rows;
    const struct report_state *held = NULL;
    size_t changes = 0;
    for (size_t i = 0; i < j->states.count; i++) {
        if (states[i].probe != probe ||
            (held != NULL && held->value == states[i].value))
            continue;
        held = &states[i];
        changes++;
    }
    return changes;
}

/* A band from each change to the next. */
static void
put_changes(struct plot *plot, const struct report_journal *j, int probe)
{
    const struct report_state *states = j->states.rows;
    const struct report_state *held = NULL;
    for (size_t i = 0; i < j->states.count; i++) {
        if (states[i].probe != probe ||
            (held != NULL && held->value == states[i].value))
            continue;
        if (held != NULL)
            put_state(plot, held, states[i].at_ms);
        held = &states[i];
    }
    if (held != NULL)
        put_state(plot, held, plot->total_ms);
}

/* One stretch that was not ok, without words. */
static void
put_stretch(struct plot *plot, int64_t from_ms, int64_t to_ms, int value)
{
    sheet_format(&plot->rows, "<rect class=\"%s\"",
        value == REPORT_UNREACHABLE ? "gone" : "down");
    plot_range(plot, from_ms, to_ms);
    sheet_format(
        &plot->rows, " y=\"%d\" height=\"%d\"/>\n", plot->y + 2, STATE_PX - 4);
}

/* More changes than can have words: what was not ok over a band that is.
 * Stretches that could not be told apart are one. */
static void
put_stretches(struct plot *plot, const struct report_journal *j, int probe)
{
    const struct report_state *states = j->states.rows;
    const struct report_state whole = { .probe = probe,
        .detail = SPAN_LITERAL("with many changes: see the table") };
    int64_t close_ms = plot->total_ms / (int64_t)(8 * plot->marks_max);
    int64_t from = -1, to = -1; /* of the stretch; to < 0: it goes on */
    int value = REPORT_VALUE_OK;
    put_state(plot, &whole, plot->total_ms);
    for (size_t i = 0; i < j->states.count; i++) {
        if (states[i].probe != probe)
            continue;
        if (states[i].value == REPORT_VALUE_OK) {
            to = from >= 0 && to < 0 ? states[i].at_ms : to;
            continue;
        }
        if (from >= 0 && to >= 0 && states[i].at_ms - to > close_ms) {
            put_stretch(plot, from, to, value);
            from = -1;
        }
        from = from < 0 ? states[i].at_ms : from;
        to = -1;
        value = states[i].value;
    }
    if (from >= 0)
        put_stretch(plot, from, to < 0 ? plot->total_ms : to, value);
}

/* The bands of a probe; false where it has none. */
static bool
put_probe(struct plot *plot, const struct report_journal *j, int probe)
{
    size_t changes = count_changes(j, probe);
    if (changes > plot->marks_max)
        put_stretches(plot, j, probe);
    else
        put_changes(plot, j, probe);
    return changes > 0;
}

void
plot_states(struct plot *plot, const struct report_journal *j)
{
    bool any = false;
    for (int probe = 0; probe < REPORT_PROBE_COUNT; probe++) {
        if (!put_probe(plot, j, probe))
            continue;
        plot_name(plot, span_text(report_probes[probe]), STATE_PX);
        plot->y += STATE_PX;
        any = true;
    }
    if (any)
        plot->y += GAP_PX;
}
