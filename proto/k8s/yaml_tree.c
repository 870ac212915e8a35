/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/yaml_nodes.h"

#include <stdlib.h>

static void
node_free(struct yaml_node *node)
{
    for (size_t i = 0; i < node->member_count; i++)
        buf_reset(&node->members[i].key);
    free(node->members);
    free(node->items);
    buf_reset(&node->text);
    free(node);
}

void
yaml_tree_free(struct yaml_tree *tree)
{
    if (tree == NULL)
        return;
    for (size_t i = 0; i < tree->node_count; i++)
        node_free(tree->nodes[i]);
    for (size_t i = 0; i < tree->anchor_count; i++)
        buf_reset(&tree->anchors[i].name);
    free(tree->nodes);
    free(tree->anchors);
    buf_reset(&tree->repeated);
    free(tree);
}

const struct yaml_node *
yaml_tree_root(const struct yaml_tree *tree)
{
    return tree->root;
}

int
yaml_tree_more_line(const struct yaml_tree *tree)
{
    return tree->more_line;
}

struct span
yaml_tree_repeated(const struct yaml_tree *tree)
{
    return buf_span(&tree->repeated);
}

const struct yaml_node *
yaml_tree_member(const struct yaml_node *node, const char *key)
{
    if (node == NULL)
        return NULL;
    for (size_t i = node->member_count; i > 0; i--) {
        const struct yaml_member *member = &node->members[i - 1];
        if (span_equal_text(buf_span(&member->key), key))
            return member->value->kind == YAML_KIND_NULL ? NULL : member->value;
    }
    return NULL;
}

struct span
yaml_tree_text(const struct yaml_node *node, const char *key)
{
    const struct yaml_node *member = yaml_tree_member(node, key);
    if (member == NULL)
        return (struct span){ NULL, 0 };
    return buf_span(&member->text);
}

void *
yaml_nodes_grow(void *array, size_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return array;
    return realloc(array, (count == 0 ? 1 : count * 2) * size);
}

struct yaml_node *
yaml_nodes_add(struct yaml_tree *tree, enum yaml_kind kind, int line)
{
    void *nodes =
        yaml_nodes_grow(tree->nodes, tree->node_count, sizeof(*tree->nodes));
    if (nodes == NULL)
        return NULL;
    tree->nodes = nodes;
    struct yaml_node *node = calloc(1, sizeof(*node));
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->line = line;
    node->weight = 1;
    tree->nodes[tree->node_count++] = node;
    return node;
}
