/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_CONFIG_RESOURCES_H
#define K8S_CONFIG_RESOURCES_H

#include "k8s/field_errors.h"
#include "k8s/yaml_tree.h"

/* Adds what is wrong with a rule's list of resources. NULL is an empty one. */
void config_resources_check(
    const struct yaml_node *list, struct field_errors *errors);

#endif
