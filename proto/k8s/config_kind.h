/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_CONFIG_KIND_H
#define K8S_CONFIG_KIND_H

#include "k8s/yaml_tree.h"

/*
 * Whether a document is an EncryptionConfiguration, by its apiVersion and kind.
 * STATUS_INVALID with kube-apiserver's words in *problem when it is not.
 * *decoding then says that they are words about decoding the file, to which its
 * name belongs.
 */
MUST_USE enum status config_kind_check(
    const struct yaml_tree *tree, bool *decoding, struct buf *problem);

#endif
