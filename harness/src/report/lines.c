/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lines.h"

#include "report/cells.h"

#include <stdlib.h>

enum {
    LINE_TEXT_MAX = 500, /* bytes */
    LINE_ABOUT = 90,     /* of markup around a line's text */
    ID_MAX = 80,
    ID_SHOWN = 13, /* of it, where the row has all */
};

struct line {
    int64_t at_ms;
    size_t order; /* among lines of the same time */
    struct span source, text, id;
    int level;
    bool chosen;
};

static int
compare(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void
gather(const struct report_journal *j, struct line *lines)
{
    const struct report_event *events = j->events.rows;
    const struct report_log *logs = j->logs.rows;
    size_t n = 0;
    for (size_t i = 0; i < j->events.count; i++, n++)
        lines[n] = (struct line){ events[i].at_ms, n,
            span_text(report_lanes[events[i].lane]), events[i].text,
            events[i].request_id, events[i].level, false };
    for (size_t i = 0; i < j->logs.count; i++, n++)
        lines[n] = (struct line){ logs[i].at_ms, n, logs[i].source,
            logs[i].text, logs[i].request_id, REPORT_INFO, false };
    qsort(lines, n, sizeof(*lines), compare);
}

static size_t
cost(const struct line *line)
{
    size_t text =
        line->text.len < LINE_TEXT_MAX ? line->text.len : LINE_TEXT_MAX;
    return LINE_ABOUT + text + (line->id.len > 0 ? 2 * line->id.len + 50 : 0);
}

/* Chooses from one end while the ration lasts; returns what is left of it. */
static size_t
choose(
    struct line *lines, size_t count, bool from_end, int level, size_t ration)
{
    for (size_t i = 0; i < count; i++) {
        struct line *line = &lines[from_end ? count - 1 - i : i];
        if (line->chosen || line->level < level)
            continue;
        if (cost(line) > ration)
            break;
        ration -= cost(line);
        line->chosen = true;
    }
    return ration;
}

/* Half for what tells of trouble, then the first and the last. */
static void
choose_all(struct line *lines, size_t count, size_t ration)
{
    size_t half = ration / 2;
    size_t rest = choose(lines, count, false, REPORT_WARN, half);
    size_t quarter = (ration - half + rest) / 2;
    rest = choose(lines, count, false, REPORT_INFO, quarter);
    (void)choose(lines, count, true, REPORT_INFO, quarter + rest);
}

static void
put_line(struct sheet *s, const struct line *line)
{
    static const char *const levels[] = { "", "warn", "error" };
    static const char *const words[] = { "", "warning ", "error " };
    sheet_put(s, "<tr");
    if (line->level > REPORT_INFO)
        sheet_format(s, " class=\"%s\"", levels[line->level]);
    if (line->id.len > 0) {
        sheet_put(s, " data-r=\"");
        sheet_html_cut(s, line->id, ID_MAX);
        sheet_put(s, "\"");
    }
    sheet_put(s, ">");
    cells_time(s, line->at_ms);
    sheet_put(s, "<td class=\"narrow\">");
    sheet_html_cut(s, line->source, ID_MAX);
    sheet_put(s, "</td><td class=\"mono any\">");
    if (line->level > REPORT_INFO)
        sheet_format(s, "<b class=\"level\">%s</b>", words[line->level]);
    sheet_html_cut(s, line->text, LINE_TEXT_MAX);
    if (line->id.len > 0) {
        sheet_put(s, "<button type=\"button\" class=\"rid\">");
        sheet_html_cut(s, line->id, ID_SHOWN);
        sheet_put(s, "</button>");
    }
    sheet_put(s, "</td></tr>\n");
}

static void
put_open(struct sheet *s)
{
    sheet_put(s,
        "<details class=\"block\" open><summary><h4>Events and log lines</h4>"
        "<span class=\"soft\">click a request's id to see only what belongs "
        "to it</span></summary>"
        "<div class=\"tools\" data-js hidden><input type=\"search\" "
        "class=\"line-words\" placeholder=\"words in a line\" "
        "aria-label=\"Show only lines with these words\"></div>"
        "<p class=\"only\" hidden role=\"status\"><span>Only request "
        "<code></code></span><button type=\"button\">show all</button></p>"
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"Events and log lines\"><table class=\"lines\"><thead>"
        "<tr><th scope=\"col\" class=\"num\">at</th><th scope=\"col\">from"
        "</th><th scope=\"col\">line</th></tr></thead><tbody>\n");
}

void
lines_print(struct sheet *s, const struct report_journal *j, size_t ration)
{
    size_t count = j->events.count + j->logs.count, shown = 0;
    if (count == 0 || s->status != STATUS_OK)
        return;
    struct line *lines = calloc(count, sizeof(*lines));
    if (lines == NULL) {
        s->status = STATUS_NO_MEMORY;
        return;
    }
    gather(j, lines);
    choose_all(lines, count, ration);
    put_open(s);
    for (size_t i = 0; i < count; i++) {
        if (!lines[i].chosen)
            continue;
        put_line(s, &lines[i]);
        shown++;
    }
    sheet_put(s, "</tbody></table>");
    if (shown < count)
        sheet_format(s,
            "<p class=\"more\">%zu of %zu are shown: errors and warnings, the "
            "first and the last; journal.json has all.</p>",
            shown, count);
    sheet_put(s, "</div></details>\n");
    free(lines);
}
