/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of an admin listener about faults, for people. Each reads the
 * root of an answer and appends lines. Members that are not there are left
 * out: a listener may be older or newer than this program. */
#ifndef FAULT_FAULT_REPORT_H
#define FAULT_FAULT_REPORT_H

#include "base/json.h"

typedef enum status fault_report_fn(const struct json *answer, struct buf *out);

MUST_USE fault_report_fn fault_report_rules;
MUST_USE fault_report_fn fault_report_kinds;
MUST_USE fault_report_fn fault_report_presets;
MUST_USE fault_report_fn fault_report_events;
/* What was added or replaced: the names, a line each. */
MUST_USE fault_report_fn fault_report_names;

#endif
