/* SPDX-License-Identifier: Apache-2.0 */
/* From libyaml's events to a tree: libyaml is used in this file alone. */
#include "k8s/yaml_compose.h"

#include <stdlib.h>
#include <yaml.h>

/* A tag that names a kind must be right; all other tags make a string. */
static enum status
tagged_kind(
    struct composer *c, const char *tag, struct span text, enum yaml_kind *kind)
{
    static const struct {
        const char *tag, *name;
        enum yaml_kind kind;
    } rows[] = {
        { YAML_NULL_TAG, "!!null", YAML_KIND_NULL },
        { YAML_BOOL_TAG, "!!bool", YAML_KIND_BOOL },
        { YAML_INT_TAG, "!!int", YAML_KIND_INT },
        { YAML_FLOAT_TAG, "!!float", YAML_KIND_FLOAT },
    };
    *kind = YAML_KIND_STRING;
    for (size_t i = 0; tag != NULL && i < ARRAY_LEN(rows); i++) {
        if (strcmp(tag, rows[i].tag) != 0)
            continue;
        *kind = yaml_tree_resolve(text);
        if (*kind == rows[i].kind)
            return STATUS_OK;
        enum status told =
            buf_printf(c->problem, "yaml: cannot decode !!str `%.*s` as a %s",
                SPAN_ARG(text), rows[i].name);
        return told == STATUS_OK ? STATUS_INVALID : told;
    }
    return STATUS_OK;
}

/* Of what has no tag, only what stands without quotes may be no string. */
static enum status
scalar_kind(struct composer *c, const yaml_event_t *event, struct span text,
    enum yaml_kind *kind)
{
    if (event->data.scalar.tag != NULL)
        return tagged_kind(c, (const char *)event->data.scalar.tag, text, kind);
    *kind = event->data.scalar.plain_implicit ? yaml_tree_resolve(text)
                                              : YAML_KIND_STRING;
    return STATUS_OK;
}

static enum status
on_scalar(struct composer *c, const yaml_event_t *event)
{
    struct span text =
        span_of(event->data.scalar.value, event->data.scalar.length);
    enum yaml_kind kind;
    enum status status = scalar_kind(c, event, text, &kind);
    if (status != STATUS_OK)
        return status;
    struct yaml_node *node =
        yaml_nodes_add(c->tree, kind, (int)event->start_mark.line + 1);
    if (node == NULL)
        return STATUS_NO_MEMORY;
    status = buf_append(&node->text, text);
    if (status == STATUS_OK)
        status = yaml_compose_anchor(
            c->tree, (const char *)event->data.scalar.anchor, node);
    if (status != STATUS_OK)
        return status;
    return yaml_compose_scalar(c, node, event->data.scalar.plain_implicit != 0);
}

static enum status
on_event(struct composer *c, const yaml_event_t *event)
{
    int line = (int)event->start_mark.line + 1;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(c, event);
    case YAML_ALIAS_EVENT:
        return yaml_compose_alias(c, (const char *)event->data.alias.anchor);
    case YAML_SEQUENCE_START_EVENT:
        return yaml_compose_begin(c, YAML_KIND_LIST, line,
            (const char *)event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
        return yaml_compose_begin(c, YAML_KIND_MAP, line,
            (const char *)event->data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return yaml_compose_end(c);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return STATUS_OK;
}

/* The words and the line of Go's port of libyaml. */
static enum status
refuse_syntax(struct composer *c, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return STATUS_NO_MEMORY;
    size_t line = parser->context_mark.line;
    if (parser->problem_mark.line != 0)
        line =
            parser->problem_mark.line + (parser->error == YAML_SCANNER_ERROR);
    const char *problem = parser->problem;
    if (problem == NULL)
        problem = "unknown problem parsing YAML content";
    enum status status = buf_append_text(c->problem, "yaml: ");
    if (status == STATUS_OK && line != 0)
        status = buf_printf(c->problem, "line %zu: ", line);
    if (status == STATUS_OK)
        status = buf_append_text(c->problem, problem);
    return status == STATUS_OK ? STATUS_INVALID : status;
}

/* Reads up to the end of the first document. */
static enum status
compose(struct composer *c, yaml_parser_t *parser)
{
    enum status status = STATUS_OK;
    bool more = true;
    while (status == STATUS_OK && more) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return refuse_syntax(c, parser);
        status = on_event(c, &event);
        more = event.type != YAML_DOCUMENT_END_EVENT &&
               event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    return status;
}

/* Also what is no YAML follows. */
static void
note_more(struct yaml_tree *tree, yaml_parser_t *parser)
{
    yaml_event_t event;
    if (!yaml_parser_parse(parser, &event)) {
        tree->more_line = (int)parser->problem_mark.line + 1;
        return;
    }
    if (event.type == YAML_DOCUMENT_START_EVENT)
        tree->more_line = (int)event.start_mark.line + 1;
    yaml_event_delete(&event);
}

enum status
yaml_tree_parse(
    struct span text, bool json, struct yaml_tree **out, struct buf *problem)
{
    yaml_parser_t parser;
    struct composer c = { .problem = problem };
    c.tree = calloc(1, sizeof(*c.tree));
    if (c.tree == NULL)
        return STATUS_NO_MEMORY;
    c.tree->json = json;
    if (!yaml_parser_initialize(&parser)) {
        yaml_tree_free(c.tree);
        return STATUS_NO_MEMORY;
    }
    yaml_parser_set_input_string(&parser, text.ptr, text.len);
    enum status status = compose(&c, &parser);
    if (status == STATUS_OK)
        note_more(c.tree, &parser);
    yaml_parser_delete(&parser);
    yaml_compose_reset(&c);
    if (status == STATUS_OK)
        *out = c.tree;
    else
        yaml_tree_free(c.tree);
    return status;
}
