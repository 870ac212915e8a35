/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_READ_STEP_H
#define SCENARIO_READ_STEP_H

#include "scenario/field.h"
#include "scenario/scenario.h"

/* One step of an actor, into an empty *step. */
MUST_USE enum status read_step(const struct field_context *context,
    const struct yaml_node *node, struct scenario_step *step);

/* "model" or "apiserver", into an enum scenario_runs. */
field_read_fn read_step_runs;

#endif
