/* SPDX-License-Identifier: Apache-2.0 */
/* Events and steps: what happened at a time. Events too close to be told apart
 * share a mark, of the worst among them, with their number. */
#include "report/plot.h"

#include <stdlib.h>

enum { LANE_PX = 26, STEP_PX = 16, ACTORS_MAX = 4, IDS_MAX = 4 };

struct mark {
    size_t count;
    const struct report_event *worst, *ids[IDS_MAX];
    size_t id_count;
};

static void
add(struct mark *mark, const struct report_event *event)
{
    if (mark->count == 0 || event->level > mark->worst->level)
        mark->worst = event;
    mark->count++;
    for (size_t i = 0; i < mark->id_count; i++)
        if (span_equal(mark->ids[i]->request_id, event->request_id))
            return;
    if (event->request_id.len > 0 && mark->id_count < IDS_MAX)
        mark->ids[mark->id_count++] = event;
}

static void
put_ids(struct plot *plot, const struct mark *mark)
{
    if (mark->id_count == 0)
        return;
    sheet_put(&plot->rows, " data-r=\"");
    for (size_t i = 0; i < mark->id_count; i++) {
        sheet_put(&plot->rows, i == 0 ? "" : " ");
        sheet_html_cut(&plot->rows, mark->ids[i]->request_id, 80);
    }
    sheet_put(&plot->rows, "\"");
}

static void
put_mark(struct plot *plot, const struct mark *mark)
{
    static const char *const levels[] = { "info", "warn", "error" };
    const char *level = levels[mark->worst->level];
    int middle = plot->y + LANE_PX / 2;
    sheet_format(&plot->rows, "<use href=\"#m-%s\" class=\"%s\"", level, level);
    plot_at(plot, "x", mark->worst->at_ms);
    sheet_format(&plot->rows, " y=\"%d\"", middle);
    put_ids(plot, mark);
    sheet_put(&plot->rows, "><title>");
    sheet_duration(&plot->rows, mark->worst->at_ms);
    sheet_put(&plot->rows, ": ");
    sheet_html_cut(&plot->rows, mark->worst->text, 120);
    if (mark->count > 1)
        sheet_format(&plot->rows, " (and %zu more)", mark->count - 1);
    sheet_put(&plot->rows, "</title></use>\n");
    if (mark->count < 3)
        return;
    sheet_put(&plot->rows, "<text class=\"count\"");
    plot_at(plot, "x", mark->worst->at_ms);
    sheet_format(&plot->rows, " dx=\"6\" y=\"%d\">%zu</text>\n", middle - 4,
        mark->count);
}

/* False where the lane has nothing. */
static bool
fill_marks(const struct plot *plot, const struct report_journal *j, int lane,
    struct mark *marks)
{
    const struct report_event *events = j->events.rows;
    bool any = false;
    for (size_t i = 0; i < j->events.count; i++) {
        if (events[i].lane != lane)
            continue;
        double share = (double)events[i].at_ms / (double)plot->total_ms;
        size_t at = (size_t)(share * (double)(plot->marks_max - 1));
        add(&marks[at < plot->marks_max ? at : plot->marks_max - 1],
            &events[i]);
        any = true;
    }
    return any;
}

static void
put_base(struct plot *plot, int height)
{
    sheet_format(&plot->rows,
        "<line class=\"base\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n",
        plot->y + height / 2, plot->y + height / 2);
}

static enum status
put_lane(struct plot *plot, const struct report_journal *j, int lane)
{
    static const char *const names[REPORT_LANE_COUNT] = { "KMS", "plugin",
        "apiserver", "clients", "harness" };
    struct mark *marks = calloc(plot->marks_max, sizeof(*marks));
    if (marks == NULL)
        return STATUS_NO_MEMORY;
    if (fill_marks(plot, j, lane, marks)) {
        plot_name(plot, span_text(names[lane]), LANE_PX);
        put_base(plot, LANE_PX);
        for (size_t i = 0; i < plot->marks_max; i++)
            if (marks[i].count > 0)
                put_mark(plot, &marks[i]);
        plot->y += LANE_PX;
    }
    free(marks);
    return STATUS_OK;
}

void
plot_lanes(struct plot *plot, const struct report_journal *j)
{
    for (int lane = 0; lane < REPORT_LANE_COUNT; lane++) {
        enum status st = put_lane(plot, j, lane);
        if (plot->rows.status == STATUS_OK)
            plot->rows.status = st;
    }
}

static void
put_step(struct plot *plot, const struct report_step *step)
{
    int64_t took = step->took_ms < 0 ? 0 : step->took_ms;
    int64_t end =
        step->at_ms > INT64_MAX - took ? INT64_MAX : step->at_ms + took;
    sheet_format(&plot->rows, "<rect class=\"step%s\"",
        step->result == REPORT_STEP_OK ? "" : " bad");
    plot_range(plot, step->at_ms, end);
    sheet_format(&plot->rows, " y=\"%d\" height=\"%d\"><title>", plot->y + 4,
        STEP_PX - 8);
    sheet_duration(&plot->rows, step->at_ms);
    sheet_put(&plot->rows, ": ");
    sheet_html_cut(&plot->rows, step->text, 120);
    sheet_format(&plot->rows, " (%s)</title></rect>\n",
        report_step_results[step->result]);
}

/* The row of an actor: of the first ones their own, the rest share the last. */
static size_t
row_of(struct span *actors, size_t *count, struct span actor)
{
    for (size_t i = 0; i < *count; i++)
        if (span_equal(actors[i], actor))
            return i;
    if (*count == ACTORS_MAX)
        return ACTORS_MAX - 1;
    actors[*count] = actor;
    return (*count)++;
}

static void
put_actor(struct plot *plot, const struct report_journal *j, size_t row,
    struct span *actors, size_t *count)
{
    const struct report_step *steps = j->steps.rows;
    size_t put = 0;
    plot_name(plot, actors[row].len > 0 ? actors[row] : SPAN_LITERAL("steps"),
        STEP_PX);
    put_base(plot, STEP_PX);
    for (size_t i = 0; i < j->steps.count && put < plot->marks_max; i++) {
        if (row_of(actors, count, steps[i].actor) != row)
            continue;
        put_step(plot, &steps[i]);
        put++;
    }
    plot->y += STEP_PX;
}

void
plot_steps(struct plot *plot, const struct report_journal *j)
{
    const struct report_step *steps = j->steps.rows;
    struct span actors[ACTORS_MAX] = { { NULL, 0 } };
    size_t count = 0;
    for (size_t i = 0; i < j->steps.count; i++)
        (void)row_of(actors, &count, steps[i].actor);
    for (size_t row = 0; row < count; row++)
        put_actor(plot, j, row, actors, &count);
}
