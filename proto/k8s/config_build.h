/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_CONFIG_BUILD_H
#define K8S_CONFIG_BUILD_H

#include "k8s/config.h"
#include "k8s/yaml_tree.h"

/*
 * Makes the typed configuration from a validated document, with what
 * kube-apiserver checks while it builds its transformers: the feature gate of
 * KMS v1 and rules that earlier ones mask. STATUS_INVALID with its words in
 * *problem. *out must be empty; on failure it holds a part, for config_reset.
 */
MUST_USE enum status config_build(const struct yaml_node *root, bool kms_v1,
    struct encryption_config *out, struct buf *problem);

#endif
