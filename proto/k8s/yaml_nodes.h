/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a YAML tree, for the yaml_*.c files alone. */
#ifndef K8S_YAML_NODES_H
#define K8S_YAML_NODES_H

#include "k8s/yaml_tree.h"

struct anchor {
    struct buf name;
    struct yaml_node *node;
};

struct yaml_tree {
    struct yaml_node *root; /* one of nodes */
    struct yaml_node **nodes;
    size_t node_count;
    struct anchor *anchors;
    size_t anchor_count;
    struct buf repeated;
    bool json;
    int more_line; /* where something follows the document; 0: nothing does */
};

/* Makes room for one more in an array that doubles; NULL for no memory, and
 * then the array is as it was. */
void *yaml_nodes_grow(void *array, size_t count, size_t size);

/* Adds a node that the tree owns; NULL for no memory. */
struct yaml_node *yaml_nodes_add(
    struct yaml_tree *tree, enum yaml_kind kind, int line);

#endif
