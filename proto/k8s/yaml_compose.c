/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/yaml_compose.h"

#include <stdlib.h>

void
yaml_compose_reset(struct composer *c)
{
    while (c->depth > 0)
        buf_reset(&c->stack[--c->depth].key);
}

enum status
yaml_compose_refuse(struct composer *c, const char *text)
{
    enum status status = buf_append_text(c->problem, text);
    return status == STATUS_OK ? STATUS_INVALID : status;
}

static enum status
note_repeated(
    struct composer *c, const struct frame *frame, struct span key, int line)
{
    struct buf *out = &c->tree->repeated;
    const char *quote = frame->key_kind == YAML_KIND_STRING ? "\"" : "";
    return buf_printf(out, "\n  line %d: key %s%.*s%s already set in map", line,
        quote, SPAN_ARG(key), quote);
}

static enum status
add_member(struct composer *c, struct frame *frame, struct span key,
    struct yaml_node *value)
{
    struct yaml_node *map = frame->node;
    struct yaml_member *known = NULL;
    for (size_t i = 0; i < map->member_count && known == NULL; i++)
        if (span_equal(buf_span(&map->members[i].key), key))
            known = &map->members[i];
    if (known != NULL && !c->tree->json) {
        known->value = value; /* as in Go's map: the last one counts */
        map->weight += value->weight;
        return note_repeated(c, frame, key, value->line);
    }
    if (map->member_count == YAML_TREE_MEMBERS_MAX)
        return yaml_compose_refuse(c, "yaml: too many members in a map");
    void *members =
        yaml_nodes_grow(map->members, map->member_count, sizeof(*map->members));
    if (members == NULL)
        return STATUS_NO_MEMORY;
    map->members = members;
    struct yaml_member *member = &map->members[map->member_count];
    *member = (struct yaml_member){ .value = value, .repeated = known != NULL };
    enum status status = buf_append(&member->key, key);
    if (status != STATUS_OK)
        return status;
    map->member_count++;
    map->weight += value->weight;
    return STATUS_OK;
}

static enum status
merge_map(struct composer *c, struct frame *frame, const struct yaml_node *from)
{
    enum status status = STATUS_OK;
    if (from->kind != YAML_KIND_MAP)
        return yaml_compose_refuse(
            c, "yaml: map merge requires map or sequence of maps as the value");
    for (size_t i = 0; status == STATUS_OK && i < from->member_count; i++)
        status = add_member(
            c, frame, buf_span(&from->members[i].key), from->members[i].value);
    return status;
}

/* The value of "<<": a map, or a list of maps of which earlier ones count. */
static enum status
merge(struct composer *c, struct frame *frame, const struct yaml_node *value)
{
    if (value->kind != YAML_KIND_LIST)
        return merge_map(c, frame, value);
    enum status status = STATUS_OK;
    for (size_t i = value->item_count; status == STATUS_OK && i > 0; i--)
        status = merge_map(c, frame, value->items[i - 1]);
    return status;
}

static enum status
take_key(struct composer *c, struct frame *frame, const struct yaml_node *node)
{
    if (node->kind == YAML_KIND_NULL)
        return yaml_compose_refuse(c, "unsupported map key of type: null");
    if (node->kind == YAML_KIND_LIST || node->kind == YAML_KIND_MAP)
        return yaml_compose_refuse(c, "yaml: invalid map key");
    struct span key = buf_span(&node->text);
    if (node->kind == YAML_KIND_BOOL)
        key = yaml_tree_is_true(key) ? SPAN_LITERAL("true")
                                     : SPAN_LITERAL("false");
    enum status status = buf_set(&frame->key, key);
    frame->has_key = status == STATUS_OK;
    frame->key_kind = node->kind;
    return status;
}

static enum status
take_value(struct composer *c, struct frame *frame, struct yaml_node *node)
{
    frame->has_key = false;
    if (frame->merge) {
        frame->merge = false;
        return merge(c, frame, node);
    }
    return add_member(c, frame, buf_span(&frame->key), node);
}

static enum status
take_item(struct yaml_node *list, struct yaml_node *node)
{
    void *items =
        yaml_nodes_grow(list->items, list->item_count, sizeof(*list->items));
    if (items == NULL)
        return STATUS_NO_MEMORY;
    list->items = items;
    list->items[list->item_count++] = node;
    list->weight += node->weight;
    return STATUS_OK;
}

/* Puts a finished node where it belongs. */
static enum status
place(struct composer *c, struct yaml_node *node)
{
    node->complete = true;
    if (c->depth == 0) {
        c->tree->root = node;
        return STATUS_OK;
    }
    struct frame *frame = &c->stack[c->depth - 1];
    enum status status;
    if (frame->node->kind == YAML_KIND_LIST)
        status = take_item(frame->node, node);
    else if (!frame->has_key)
        status = take_key(c, frame, node);
    else
        status = take_value(c, frame, node);
    if (status == STATUS_OK && frame->node->weight > YAML_TREE_WEIGHT_MAX)
        return yaml_compose_refuse(
            c, "yaml: document contains excessive aliasing");
    return status;
}

enum status
yaml_compose_anchor(
    struct yaml_tree *tree, const char *name, struct yaml_node *node)
{
    if (name == NULL)
        return STATUS_OK;
    void *anchors = yaml_nodes_grow(
        tree->anchors, tree->anchor_count, sizeof(*tree->anchors));
    if (anchors == NULL)
        return STATUS_NO_MEMORY;
    tree->anchors = anchors;
    struct anchor *anchor = &tree->anchors[tree->anchor_count];
    *anchor = (struct anchor){ .node = node };
    enum status status = buf_append_text(&anchor->name, name);
    if (status == STATUS_OK)
        tree->anchor_count++;
    return status;
}

enum status
yaml_compose_alias(struct composer *c, const char *name)
{
    for (size_t i = c->tree->anchor_count; i > 0; i--) {
        struct anchor *anchor = &c->tree->anchors[i - 1];
        if (!span_equal_text(buf_span(&anchor->name), name))
            continue;
        if (anchor->node->complete)
            return place(c, anchor->node);
        enum status told = buf_printf(
            c->problem, "yaml: anchor '%s' value contains itself", name);
        return told == STATUS_OK ? STATUS_INVALID : told;
    }
    enum status told =
        buf_printf(c->problem, "yaml: unknown anchor '%s' referenced", name);
    return told == STATUS_OK ? STATUS_INVALID : told;
}

enum status
yaml_compose_begin(
    struct composer *c, enum yaml_kind kind, int line, const char *anchor)
{
    if (c->depth == YAML_TREE_DEPTH_MAX)
        return yaml_compose_refuse(c, "yaml: exceeded max depth");
    struct yaml_node *node = yaml_nodes_add(c->tree, kind, line);
    if (node == NULL)
        return STATUS_NO_MEMORY;
    enum status status = yaml_compose_anchor(c->tree, anchor, node);
    if (status == STATUS_OK)
        c->stack[c->depth++] = (struct frame){ .node = node };
    return status;
}

/* "<<" without quotes, where a key is expected, merges what follows. */
enum status
yaml_compose_scalar(struct composer *c, struct yaml_node *node, bool plain)
{
    struct frame *frame = c->depth == 0 ? NULL : &c->stack[c->depth - 1];
    if (frame != NULL && frame->node->kind == YAML_KIND_MAP && !frame->has_key)
        frame->merge = plain && span_equal_text(buf_span(&node->text), "<<");
    return place(c, node);
}

static int
compare_members(const void *a, const void *b)
{
    const struct yaml_member *left = a, *right = b;
    return span_compare(buf_span(&left->key), buf_span(&right->key));
}

enum status
yaml_compose_end(struct composer *c)
{
    struct frame *frame = &c->stack[--c->depth];
    struct yaml_node *node = frame->node;
    buf_reset(&frame->key);
    if (node->member_count > 1 && !c->tree->json)
        qsort(node->members, node->member_count, sizeof(*node->members),
            compare_members);
    return place(c, node);
}
