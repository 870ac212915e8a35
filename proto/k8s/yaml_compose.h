/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a tree together, node by node in the order of the text; for
 * yaml_parse.c alone. After a failure the composer is only to be reset. */
#ifndef K8S_YAML_COMPOSE_H
#define K8S_YAML_COMPOSE_H

#include "k8s/yaml_nodes.h"

/* A list or map that is still being read. */
struct frame {
    struct yaml_node *node;
    struct buf key; /* of the value that comes next */
    bool has_key, merge;
    enum yaml_kind key_kind;
};

struct composer {
    struct yaml_tree *tree;
    struct buf *problem;
    struct frame stack[YAML_TREE_DEPTH_MAX];
    size_t depth;
};
/* Leaves the tree and the problem alone. */
void yaml_compose_reset(struct composer *c);

/* A list or map begins; `anchor` may be NULL. */
MUST_USE enum status yaml_compose_begin(
    struct composer *c, enum yaml_kind kind, int line, const char *anchor);

/* It ends. */
MUST_USE enum status yaml_compose_end(struct composer *c);

/* A scalar that is a node of the tree; `plain`: without quotes and tag. */
MUST_USE enum status yaml_compose_scalar(
    struct composer *c, struct yaml_node *node, bool plain);

/* Another mention of an anchored node. */
MUST_USE enum status yaml_compose_alias(struct composer *c, const char *name);

/* Names a node; NULL does nothing. */
MUST_USE enum status yaml_compose_anchor(
    struct yaml_tree *tree, const char *name, struct yaml_node *node);

/* Sets the problem and returns STATUS_INVALID. */
MUST_USE enum status yaml_compose_refuse(struct composer *c, const char *text);

#endif
