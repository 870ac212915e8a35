/* SPDX-License-Identifier: Apache-2.0 */
#include "report/cells.h"

void
cells_open(struct sheet *s, const char *title, const char *note,
    const char *const *columns, size_t count)
{
    sheet_format(s,
        "<section class=\"block b-%s\"><h4>%s <span class=\"soft\">%s</span></h4>"
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"%s\"><table><thead><tr>",
        title, title, note, title);
    for (size_t i = 0; i < count; i++) {
        bool number = columns[i][0] == '>';
        sheet_format(s, "<th scope=\"col\"%s>%s</th>",
            number ? " class=\"num\"" : "", columns[i] + number);
    }
    sheet_put(s, "</tr></thead><tbody>\n");
}

void
cells_close(struct sheet *s, size_t shown, size_t all)
{
    sheet_put(s, "</tbody></table>");
    if (shown < all)
        sheet_format(s,
            "<p class=\"more\">%zu of %zu are shown; journal.json has all."
            "</p>",
            shown, all);
    sheet_put(s, "</div></section>\n");
}

void
cells_text(struct sheet *s, struct span text)
{
    sheet_put(s, "<td class=\"any\">");
    sheet_html_cut(s, text, CELL_TEXT_MAX);
    sheet_put(s, "</td>");
}

void
cells_count(struct sheet *s, int64_t count)
{
    sheet_put(s, "<td class=\"num\">");
    sheet_count(s, count);
    sheet_put(s, "</td>");
}

void
cells_put_time(struct sheet *s, int64_t ms)
{
    long long whole = (long long)ms;
    if (ms < 0)
        sheet_put(s, "–");
    else if (ms < 60000)
        sheet_format(s, "%lld.%03lld s", whole / 1000, whole % 1000);
    else
        sheet_format(s, "%lld:%02lld.%03lld", whole / 60000, whole / 1000 % 60,
            whole % 1000);
}

void
cells_time(struct sheet *s, int64_t ms)
{
    sheet_put(s, "<td class=\"num\">");
    cells_put_time(s, ms);
    sheet_put(s, "</td>");
}

void
cells_duration(struct sheet *s, int64_t ms)
{
    sheet_put(s, "<td class=\"num\">");
    sheet_duration(s, ms);
    sheet_put(s, "</td>");
}

void
cells_latency(struct sheet *s, double ms)
{
    sheet_put(s, "<td class=\"num\">");
    if (ms < 0)
        sheet_put(s, "–");
    else
        sheet_format(s, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
    sheet_put(s, "</td>");
}

void
cells_passed(struct sheet *s, bool passed)
{
    const char *word = passed ? "passed" : "failed";
    sheet_format(s,
        "<td class=\"narrow\"><span class=\"sign %s\"><svg role=\"img\" "
        "aria-label=\"%s\"><use href=\"#v-%s\"/></svg></span></td>",
        word, word, word);
}

void
cells_put_counts(struct sheet *s, const struct json *counts)
{
    const char *comma = "";
    for (void *it = json_first(counts); it != NULL;
         it = json_next(counts, it)) {
        sheet_put(s, comma);
        sheet_html_cut(s, json_iterator_key(it), 80);
        sheet_format(
            s, " %lld", (long long)json_get_int(json_iterator_value(it)));
        comma = ", ";
    }
}

const char *
cells_verdict_word(int verdict)
{
    return verdict == REPORT_ERROR ? "could not run" : report_verdicts[verdict];
}

void
cells_put_verdict(struct sheet *s, int verdict)
{
    const char *name = report_verdicts[verdict];
    sheet_format(s,
        "<span class=\"chip %s\"><svg aria-hidden=\"true\"><use "
        "href=\"#v-%s\"/></svg>%s</span>",
        name, name, cells_verdict_word(verdict));
}
