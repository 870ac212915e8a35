/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the demo prints: stages, facts and claims. A claim is something that
 * was just checked; the first that does not hold ends the demo. For a person
 * as text (coloured on a terminal), for a machine as one JSON object a line:
 *
 *     {"event":"stage","stage":"A KMS key"}
 *     {"event":"fact","stage":…,"name":…,"value":…}
 *     {"event":"claim","stage":…,"claim":…,"holds":true}
 *     {"event":"end","claims":31,"holds":true,"seconds":2.104}
 */
#ifndef DEMO_REPORT_H
#define DEMO_REPORT_H

#include "base/buf.h"

#include <stdio.h>

struct report {
    FILE *to;
    bool json;
    bool coloured;
    const char *stage; /* borrowed */
    unsigned stages, claims;
    struct buf failed; /* the claim that does not hold */
};

struct report report_to(FILE *to, bool json);
void report_reset(struct report *report);

/* `title` is borrowed until the next stage. */
void report_stage(struct report *report, const char *title);

void report_fact(struct report *report, const char *name, const char *format,
    ...) PRINTF_LIKE(3, 4);

/* Returns `holds`. Silent about a check that an interrupt cut short. */
MUST_USE bool report_claim(struct report *report, bool holds,
    const char *format, ...) PRINTF_LIKE(3, 4);

/* The last line: how many claims held, how long it took. */
void report_end(struct report *report, bool holds, int64_t duration_ms);

#endif
