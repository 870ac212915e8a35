/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/field.h"

#include "scenario/bound.h"

#include <stdlib.h>

enum status
field_refuse(
    const struct field_context *context, int line, const char *format, ...)
{
    va_list args;

    buf_clear(context->problem);
    buf_say(context->problem, "%s:%d: ", context->file, line);
    va_start(args, format);
    enum status st = buf_vprintf(context->problem, format, args);
    va_end(args);
    return st == STATUS_OK ? STATUS_INVALID : st;
}

static enum status
read_member(const struct field_context *context,
    const struct yaml_member *member, const struct field *fields, size_t count,
    field_other_fn *other, void *to)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(buf_span(&member->key), fields[i].name))
            return fields[i].read(
                context, member->value, (char *)to + fields[i].offset);
    if (other != NULL)
        return other(context, member, to);
    return field_refuse(context, member->value->line, "'%s' is not known here",
        buf_text(&member->key));
}

enum status
field_read_map(const struct field_context *context, const struct yaml_node *map,
    const struct field *fields, size_t count, field_other_fn *other, void *to)
{
    enum status st = STATUS_OK;

    if (map->kind != YAML_KIND_MAP)
        return field_refuse(context, map->line, "this must be a map");
    for (size_t i = 0; i < map->member_count && st == STATUS_OK; i++)
        st = read_member(context, &map->members[i], fields, count, other, to);
    return st;
}

enum status
field_text(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    if (node->kind == YAML_KIND_LIST || node->kind == YAML_KIND_MAP ||
        node->text.len == 0)
        return field_refuse(context, node->line, "this must be a text");
    return buf_set(to, buf_span(&node->text));
}

enum status
field_count(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    enum { MOST = 100 * 1000 };
    int64_t value = -1;

    if (node->kind != YAML_KIND_INT ||
        yaml_tree_int(node, &value) != STATUS_OK || value < 0 || value > MOST)
        return field_refuse(
            context, node->line, "this must be a number from 0 to %d", MOST);
    *(int64_t *)to = value;
    return STATUS_OK;
}

enum status
field_flag(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    if (node->kind != YAML_KIND_BOOL)
        return field_refuse(context, node->line, "this must be true or false");
    *(bool *)to = yaml_tree_is_true(buf_span(&node->text));
    return STATUS_OK;
}

enum status
field_duration(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    int64_t ms = 0;

    if (bound_duration(buf_span(&node->text), &ms) != STATUS_OK || ms > DAY_MS)
        return field_refuse(context, node->line,
            "this must be a duration such as 2m50s, at most a day");
    *(int64_t *)to = ms;
    return STATUS_OK;
}

void *
field_grow(void **array, size_t *count, size_t size)
{
    char *grown = realloc(*array, (*count + 1) * size);

    if (grown == NULL)
        return NULL;
    *array = grown;
    return memset(grown + (*count)++ * size, 0, size);
}
