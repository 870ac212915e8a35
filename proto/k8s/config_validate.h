/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_CONFIG_VALIDATE_H
#define K8S_CONFIG_VALIDATE_H

#include "k8s/yaml_tree.h"

/*
 * Applies kube-apiserver's validation to a document that passed
 * config_schema_check. STATUS_INVALID with all faults, each at its field, in
 * *problem. `reload`: the names of KMS v1 providers must be unique too.
 */
MUST_USE enum status config_validate(
    const struct yaml_node *root, bool reload, struct buf *problem);

#endif
