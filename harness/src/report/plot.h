/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paper of a timeline: two drawings side by side, the names of rows and
 * what happened in them. Times are places in percent, so that the drawing has
 * the width of the page, or a multiple of it, without scaled text; heights are
 * pixels.
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "report/report_journal.h"
#include "report/sheet.h"

struct plot {
    struct sheet names, rows; /* grow together */
    int64_t total_ms;         /* at the right edge; above 0 */
    int y;                    /* the top of the next row */
    size_t marks_max;         /* of a row */
};

enum { PLOT_NAMES_PX = 96, PLOT_TEXT_MAX = 200 };

/* The name of the row at the cursor, `height` px high. */
void plot_name(struct plot *plot, struct span name, int height);

/* ' NAME="12.34%"': the place of a time. */
void plot_at(struct plot *plot, const char *attribute, int64_t ms);

/* ' x="…" width="…"': from one time to another. */
void plot_range(struct plot *plot, int64_t from_ms, int64_t to_ms);

/* Phases, faults with their shading, states, lanes and steps: plot_rows.c
 * and plot_lanes.c, each moving the cursor. */
void plot_windows(struct plot *plot, const struct report_journal *j);
void plot_phases(struct plot *plot, const struct report_journal *j);
void plot_faults(struct plot *plot, const struct report_journal *j);
void plot_states(struct plot *plot, const struct report_journal *j);
void plot_lanes(struct plot *plot, const struct report_journal *j);
void plot_steps(struct plot *plot, const struct report_journal *j);

#endif
