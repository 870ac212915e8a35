/* SPDX-License-Identifier: Apache-2.0 */
/* Rules with names of their own: outages in the shapes of public incidents. */
#ifndef FAULTS_PRESETS_H
#define FAULTS_PRESETS_H

#include "fault/rule_table.h"

/* {"presets":[{"name","about","source","lasts","rules":[…]}]} */
void presets_write(struct json_writer *w);

/* A number from 0.001 to 1000; else STATUS_INVALID. */
MUST_USE enum status presets_read_scale(struct span text, double *scale);

/* Adds a preset's rules, their durations multiplied, as fault_table_add does.
 * STATUS_NOT_FOUND for a name that there is not. */
MUST_USE enum status presets_arm(struct fault_table *table, struct span name,
    double scale, struct buf *names, struct buf *problem);

#endif
