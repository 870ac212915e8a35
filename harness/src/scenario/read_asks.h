/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step asks of KMS and of the proxy, looked at when the file is read:
 * that there is such an operation, member, kind. What only the emulator and
 * the plugin know, they are asked before a run: scenario/vet.h.
 */
#ifndef SCENARIO_READ_ASKS_H
#define SCENARIO_READ_ASKS_H

#include "scenario/field.h"
#include "scenario/scenario.h"

/* That KMS has the operation. */
MUST_USE enum status read_asks_operation(
    const struct field_context *context, int line, struct span name);

/* That what the proxy is asked for has one. */
MUST_USE enum status read_asks_proxy(
    const struct field_context *context, int line, const char *what);

/* That a KMS plugin has the method, and gRPC the code: "Decrypt OK". */
MUST_USE enum status read_asks_method(
    const struct field_context *context, int line, struct span words);

/* That the scenario has what its steps need: a resolver, a proxy, pods. */
MUST_USE enum status read_asks_needs(
    const struct field_context *context, const struct scenario *scenario);

/* Of a whole step; `node` is its map. */
MUST_USE enum status read_asks_check(const struct field_context *context,
    const struct yaml_node *node, const struct scenario_step *step);

#endif
