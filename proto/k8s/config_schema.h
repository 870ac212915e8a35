/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_CONFIG_SCHEMA_H
#define K8S_CONFIG_SCHEMA_H

#include "k8s/yaml_tree.h"

/*
 * Checks a document against the types of an EncryptionConfiguration as Go's
 * strict decoder does: the first value of a wrong type alone, else all unknown
 * and repeated fields. STATUS_INVALID with its words in *problem. After
 * STATUS_OK each field that is not null has the kind of node that its type
 * asks for, numbers fit and durations parse.
 */
MUST_USE enum status config_schema_check(
    const struct yaml_tree *tree, struct buf *problem);

/*
 * Appends what the strict decoder says: of the tree's repeated keys, and
 * `fields`, which are other faults of this kind with ", " between them.
 */
MUST_USE enum status config_schema_append_strict(
    const struct yaml_tree *tree, struct span fields, struct buf *problem);

#endif
