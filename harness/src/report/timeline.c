/* SPDX-License-Identifier: Apache-2.0 */
#include "report/timeline.h"

#include "report/plot.h"

#define TOTAL_MAX INT64_C(9007199254740991) /* no journal is so long */

enum {
    AXIS_PX = 20,
    TICKS_MAX = 6,
    EDGE_LEFT = 50,   /* hundredths of a percent left of time 0 */
    EDGE_SPAN = 9850, /* and what all time takes */
    RANGE_MIN = 20,   /* so that the shortest can be seen */
    MARKS_MIN = 12,   /* of a row, however small the budget */
    MARKS_MAX = 100,
};

void
timeline_definitions(struct sheet *s)
{
    sheet_put(s,
        "<svg class=\"defs\" aria-hidden=\"true\" focusable=\"false\"><defs>\n"
        "<pattern id=\"p-failed\" width=\"6\" height=\"6\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<rect class=\"pat-bad\" width=\"6\" height=\"6\"/>"
        "<line class=\"pat-bad-line\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/>"
        "</pattern>\n"
        "<pattern id=\"p-gone\" width=\"6\" height=\"6\" "
        "patternUnits=\"userSpaceOnUse\">"
        "<rect class=\"pat-gone\" width=\"6\" height=\"6\"/>"
        "<circle class=\"pat-gone-dot\" cx=\"3\" cy=\"3\" r=\"1.1\"/>"
        "</pattern>\n"
        "<pattern id=\"p-error\" width=\"6\" height=\"6\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<rect class=\"pat-error\" width=\"6\" height=\"6\"/>"
        "<line class=\"pat-error-line\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/>"
        "</pattern>\n");
    sheet_put(s,
        "<g id=\"m-info\"><circle r=\"3.5\" fill=\"currentColor\"/></g>\n"
        "<g id=\"m-warn\"><path d=\"M0-5 5 4H-5z\" fill=\"currentColor\"/>"
        "</g>\n"
        "<g id=\"m-error\"><path d=\"M0-5.5 5.5 0 0 5.5-5.5 0z\" "
        "fill=\"currentColor\"/></g>\n");
    sheet_put(s,
        "<symbol id=\"v-passed\" viewBox=\"0 0 16 16\"><circle cx=\"8\" "
        "cy=\"8\" r=\"7\" fill=\"none\" stroke=\"currentColor\" "
        "stroke-width=\"1.6\"/><path d=\"M4.7 8.3l2.3 2.3 4.4-4.9\" "
        "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"/>"
        "</symbol>\n"
        "<symbol id=\"v-failed\" viewBox=\"0 0 16 16\"><circle cx=\"8\" "
        "cy=\"8\" r=\"8\" fill=\"currentColor\"/><path class=\"cut\" "
        "d=\"M5.2 5.2l5.6 5.6m0-5.6l-5.6 5.6\" stroke=\"var(--card)\" "
        "stroke-width=\"1.8\"/></symbol>\n"
        "<symbol id=\"v-error\" viewBox=\"0 0 16 16\"><path d=\"M8 0.8 15.6 "
        "14.6H0.4z\" fill=\"currentColor\"/><path d=\"M8 5.4v4.4m0 1.4v1.5\" "
        "stroke=\"var(--card)\" stroke-width=\"1.7\"/></symbol>\n"
        "<symbol id=\"v-interrupted\" viewBox=\"0 0 16 16\"><circle cx=\"8\" "
        "cy=\"8\" r=\"7\" fill=\"none\" stroke=\"currentColor\" "
        "stroke-width=\"1.6\"/><path d=\"M6 5v6m4-6v6\" "
        "stroke=\"currentColor\" stroke-width=\"1.8\"/></symbol>\n"
        "<symbol id=\"v-skipped\" viewBox=\"0 0 16 16\"><circle cx=\"8\" "
        "cy=\"8\" r=\"7\" fill=\"none\" stroke=\"currentColor\" "
        "stroke-width=\"1.6\" stroke-dasharray=\"3 2.5\"/><path d=\"M5 8h6\" "
        "stroke=\"currentColor\" stroke-width=\"1.8\"/></symbol>\n"
        "</defs></svg>\n");
}

void
plot_name(struct plot *plot, struct span name, int height)
{
    sheet_format(&plot->names, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
        PLOT_NAMES_PX - 8, plot->y + height / 2 + 4);
    sheet_html_cut(&plot->names, name, 15);
    sheet_put(&plot->names, "</text>\n");
}

static int64_t
place(const struct plot *plot, int64_t ms)
{
    double share = (double)ms / (double)plot->total_ms;
    if (share > 1)
        share = 1;
    if (share < 0)
        share = 0;
    return EDGE_LEFT + (int64_t)(share * EDGE_SPAN);
}

static void
put_percent(struct sheet *s, const char *attribute, int64_t hundredths)
{
    sheet_format(s, " %s=\"%lld.%02lld%%\"", attribute,
        (long long)hundredths / 100, (long long)hundredths % 100);
}

void
plot_at(struct plot *plot, const char *attribute, int64_t ms)
{
    put_percent(&plot->rows, attribute, place(plot, ms));
}

void
plot_range(struct plot *plot, int64_t from_ms, int64_t to_ms)
{
    int64_t from = place(plot, from_ms), to = place(plot, to_ms);
    put_percent(&plot->rows, "x", from);
    put_percent(
        &plot->rows, "width", to - from > RANGE_MIN ? to - from : RANGE_MIN);
}

/* 1, 2 or 5 times a power of ten, so that TICKS_MAX suffice. */
static int64_t
tick_step(int64_t total_ms)
{
    static const int64_t nice[] = { 1, 2, 5 };
    int64_t power = 1;
    for (size_t i = 0; power <= INT64_MAX / 100; i++) {
        int64_t step = nice[i % 3] * power;
        if (total_ms / step < TICKS_MAX)
            return step;
        if (i % 3 == 2)
            power *= 10;
    }
    return total_ms;
}

static void
put_ticks(struct plot *plot)
{
    int64_t step = tick_step(plot->total_ms);
    for (int64_t ms = 0; ms <= plot->total_ms; ms += step) {
        sheet_put(&plot->rows, "<line class=\"tick\"");
        plot_at(plot, "x1", ms);
        plot_at(plot, "x2", ms);
        sheet_put(&plot->rows, " y1=\"0\" y2=\"100%\"/>\n");
    }
}

static void
put_axis(struct plot *plot)
{
    int64_t step = tick_step(plot->total_ms);
    plot_name(plot, SPAN_LITERAL("time"), AXIS_PX);
    for (int64_t ms = 0; ms <= plot->total_ms; ms += step) {
        bool last = ms > plot->total_ms - step / 4;
        sheet_put(&plot->rows, "<text");
        plot_at(plot, "x", ms);
        sheet_format(&plot->rows, " dx=\"%d\" y=\"%d\"%s>", last ? -3 : 3,
            plot->y + 14, last ? " text-anchor=\"end\"" : "");
        if (ms == 0)
            sheet_put(&plot->rows, "0");
        else if (ms < 60000 && step % 1000 == 0)
            sheet_format(&plot->rows, "%lld s", (long long)ms / 1000);
        else if (ms < 60000)
            sheet_duration(&plot->rows, ms);
        else
            sheet_format(&plot->rows, "%lld:%02lld", (long long)ms / 60000,
                (long long)ms / 1000 % 60);
        sheet_put(&plot->rows, "</text>\n");
    }
    plot->y += AXIS_PX;
}

static void
extend(int64_t *total, int64_t ms)
{
    if (ms > *total)
        *total = ms;
}

/* As long as the run, and as whatever is known of it. */
static int64_t
total_of(const struct report_journal *j)
{
    const struct report_phase *phases = j->phases.rows;
    const struct report_fault *faults = j->faults.rows;
    const struct report_event *events = j->events.rows;
    const struct report_state *states = j->states.rows;
    const struct report_step *steps = j->steps.rows;
    int64_t total = 1;
    extend(&total, j->duration_ms);
    for (size_t i = 0; i < j->phases.count; i++)
        extend(&total, phases[i].to_ms);
    for (size_t i = 0; i < j->faults.count; i++)
        extend(&total, faults[i].to_ms);
    for (size_t i = 0; i < j->events.count; i++)
        extend(&total, events[i].at_ms);
    for (size_t i = 0; i < j->states.count; i++)
        extend(&total, states[i].at_ms);
    for (size_t i = 0; i < j->steps.count; i++)
        extend(&total, steps[i].at_ms);
    return total > TOTAL_MAX ? TOTAL_MAX : total;
}

static void
put_legend(struct sheet *s)
{
    static const char *const bands[][2] = {
        { "ok", "ok" },
        { "down", "failed" },
        { "gone", "unreachable" },
        { "fault", "a fault is armed" },
    };
    static const char *const marks[][2] = {
        { "info", "event" },
        { "warn", "warning" },
        { "error", "error" },
    };
    sheet_put(s, "<ul class=\"legend\" aria-label=\"Legend\">");
    for (size_t i = 0; i < ARRAY_LEN(bands); i++)
        sheet_format(s,
            "<li><svg aria-hidden=\"true\"><rect class=\"%s\" x=\"1\" y=\"1\" "
            "width=\"20\" height=\"10\" rx=\"2\"/></svg>%s</li>",
            bands[i][0], bands[i][1]);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        sheet_format(s,
            "<li><svg aria-hidden=\"true\"><use href=\"#m-%s\" class=\"%s\" "
            "x=\"13\" y=\"6\"/></svg>%s</li>",
            marks[i][0], marks[i][0], marks[i][1]);
    sheet_put(s, "</ul>\n");
}

static void
put_figure(struct sheet *s, const struct plot *plot)
{
    sheet_put(s,
        "<figure class=\"timeline\"><figcaption><h4>Timeline</h4>"
        "<span class=\"zoom\" data-js hidden>"
        "<button type=\"button\" data-by=\"0.5\" aria-label=\"Zoom out\">−"
        "</button><button type=\"button\" data-by=\"0\" "
        "aria-label=\"The whole time\">fit</button>"
        "<button type=\"button\" data-by=\"2\" aria-label=\"Zoom in\">+"
        "</button></span></figcaption>\n<div class=\"tl\">");
    sheet_format(s, "<svg width=\"%d\" height=\"%d\" aria-hidden=\"true\">\n",
        PLOT_NAMES_PX, plot->y);
    sheet_put_span(s, buf_span(plot->names.out));
    sheet_put(s, "</svg><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                 "aria-label=\"Timeline\">");
    sheet_format(s,
        "<svg width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"What "
        "happened when; the tables below say the same in words\">\n",
        plot->y);
    sheet_put_span(s, buf_span(plot->rows.out));
    sheet_put(s, "</svg></div></div>\n");
    put_legend(s);
    sheet_put(s, "</figure>\n");
}

static void
draw(struct plot *plot, const struct report_journal *j)
{
    put_ticks(plot);
    plot_windows(plot, j);
    plot_phases(plot, j);
    plot_faults(plot, j);
    plot_states(plot, j);
    plot_lanes(plot, j);
    plot_steps(plot, j);
    put_axis(plot);
}

/* Again with fewer marks while it is too large. */
void
timeline_print(struct sheet *s, const struct report_journal *j, size_t budget)
{
    struct buf names = { 0 }, rows = { 0 };
    struct plot plot = { .total_ms = total_of(j), .marks_max = MARKS_MAX };
    enum status st;
    if (j->phases.count + j->faults.count + j->events.count + j->states.count +
            j->steps.count ==
        0)
        return;
    do {
        buf_clear(&names);
        buf_clear(&rows);
        plot.names = sheet_to(&names);
        plot.rows = sheet_to(&rows);
        plot.y = 0;
        draw(&plot, j);
        st = sheet_end(&plot.names);
        if (st == STATUS_OK)
            st = sheet_end(&plot.rows);
        plot.marks_max /= 2;
    } while (
        st == STATUS_OK && rows.len > budget && plot.marks_max >= MARKS_MIN);
    if (s->status == STATUS_OK)
        s->status = st;
    put_figure(s, &plot);
    buf_reset(&names);
    buf_reset(&rows);
}
