/* SPDX-License-Identifier: Apache-2.0 */
#include "model/resource_table.h"

#include "k8s/go_text.h"
#include "k8s/provider.h"

#include <stdlib.h>

struct row {
    struct buf resource; /* "*" for any */
    struct buf group;    /* "" for core */
    struct prefix_entry *entries;
    size_t count;
    struct prefix_transformer *list;
};

struct resource_table {
    struct row *rows;
    size_t count;
};

/* "deployments.apps" and "secrets." alike: the group follows the first dot. */
struct group_resource {
    struct span resource, group;
};

static struct group_resource
parse(struct span text)
{
    struct group_resource gr = { text, { NULL, 0 } };
    (void)span_cut(text, '.', &gr.resource, &gr.group);
    return gr;
}

enum status
resource_table_new(struct resource_table **out)
{
    struct resource_table *table = calloc(1, sizeof(*table));
    if (table == NULL)
        return STATUS_NO_MEMORY;
    *out = table;
    return STATUS_OK;
}

void
resource_table_free(struct resource_table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->count; i++) {
        prefix_transformer_free(table->rows[i].list);
        free(table->rows[i].entries);
        buf_reset(&table->rows[i].resource);
        buf_reset(&table->rows[i].group);
    }
    free(table->rows);
    free(table);
}

static struct row *
find_row(
    const struct resource_table *table, struct span resource, struct span group)
{
    for (size_t i = 0; i < table->count; i++)
        if (span_equal(buf_span(&table->rows[i].resource), resource) &&
            span_equal(buf_span(&table->rows[i].group), group))
            return &table->rows[i];
    return NULL;
}

static enum status
append_name(struct span resource, struct span group, struct buf *out)
{
    enum status st = buf_append(out, resource);
    /* The core group's name is empty, but its wildcard keeps the dot. */
    if (st == STATUS_OK && (group.len > 0 || span_equal_text(resource, "*")))
        st = buf_append_byte(out, '.');
    return st == STATUS_OK ? buf_append(out, group) : st;
}

static enum status
refuse_masked(struct group_resource gr, const struct row *by,
    struct transform_error *error)
{
    struct buf name = { 0 }, rule = { 0 }, quoted = { 0 };
    enum status st = append_name(gr.resource, gr.group, &name);
    if (st == STATUS_OK)
        st = append_name(buf_span(&by->resource), buf_span(&by->group), &rule);
    if (st == STATUS_OK)
        st = go_text_quote(buf_span(&name), &quoted);
    if (st == STATUS_OK) {
        transform_error_set(error,
            "resource %s is masked by earlier rule \"%s\"", buf_text(&quoted),
            buf_text(&rule));
        st = STATUS_INVALID;
    }
    buf_reset(&name);
    buf_reset(&rule);
    buf_reset(&quoted);
    return st;
}

/* Returns NULL where memory is short. */
static struct row *
new_row(struct resource_table *table, struct group_resource gr)
{
    struct row row = { 0 };
    struct row *grown =
        realloc(table->rows, (table->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return NULL;
    table->rows = grown;
    if (buf_append(&row.resource, gr.resource) != STATUS_OK ||
        buf_append(&row.group, gr.group) != STATUS_OK) {
        buf_reset(&row.resource);
        buf_reset(&row.group);
        return NULL;
    }
    grown[table->count] = row;
    return &grown[table->count++];
}

static enum status
append_entries(
    struct row *row, const struct prefix_entry *entries, size_t count)
{
    struct prefix_entry *grown =
        realloc(row->entries, (row->count + count) * sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    memcpy(grown + row->count, entries, count * sizeof(*grown));
    row->entries = grown;
    row->count += count;
    return STATUS_OK;
}

enum status
resource_table_add(struct resource_table *table, struct span resource,
    const struct prefix_entry *entries, size_t count,
    struct transform_error *error)
{
    const struct span any = SPAN_LITERAL("*");
    struct group_resource gr = parse(resource);
    const struct row *mask = find_row(table, any, gr.group);
    if (mask == NULL)
        mask = find_row(table, any, any);
    if (mask != NULL)
        return refuse_masked(gr, mask, error);
    struct row *row = find_row(table, gr.resource, gr.group);
    if (row == NULL)
        row = new_row(table, gr);
    return row == NULL ? STATUS_NO_MEMORY : append_entries(row, entries, count);
}

enum status
resource_table_finish(struct resource_table *table)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < table->count && st == STATUS_OK; i++)
        st = prefix_transformer_new(table->rows[i].entries,
            table->rows[i].count, PROVIDER_NO_MATCH, &table->rows[i].list);
    return st;
}

bool
resource_table_find(const struct resource_table *table, struct span resource,
    struct transformer *transformer)
{
    const struct span any = SPAN_LITERAL("*");
    struct group_resource gr = parse(resource);
    struct row *row = find_row(table, gr.resource, gr.group);
    if (row == NULL)
        row = find_row(table, any, gr.group);
    if (row == NULL)
        row = find_row(table, any, any);
    if (row == NULL)
        return false;
    *transformer = prefix_transformer(row->list);
    return true;
}
