/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_YAML_JSON_H
#define SCENARIO_YAML_JSON_H

#include "k8s/yaml_tree.h"

/*
 * Appends a YAML node as JSON, for rules and calls. Texts that are durations
 * with a unit ("3s") are divided by `scale`, so that a rule of a file means
 * nominal time; with scale 1 they stay as they are.
 */
MUST_USE enum status yaml_json_append(
    const struct yaml_node *node, int64_t scale, struct buf *out);

/* Appends a duration of so many nominal milliseconds, divided: "150ms". */
MUST_USE enum status yaml_json_scaled(
    int64_t nominal_ns, int64_t scale, struct buf *out);

#endif
