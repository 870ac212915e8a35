/* SPDX-License-Identifier: Apache-2.0 */
#include "model/resource_table.h"

#include "k8s/group_resource.h"
#include "k8s/provider.h"

#include <stdlib.h>

struct row {
    struct buf name; /* of the resource, as the configuration has it */
    struct prefix_entry *entries;
    size_t count;
    struct prefix_transformer *list;
};

struct resource_table {
    struct row *rows;
    size_t count;
};

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
        buf_reset(&table->rows[i].name);
    }
    free(table->rows);
    free(table);
}

static struct row *
find_row(const struct resource_table *table, struct group_resource name)
{
    for (size_t i = 0; i < table->count; i++)
        if (group_resource_equal(
                group_resource_of(buf_span(&table->rows[i].name)), name))
            return &table->rows[i];
    return NULL;
}

/* Returns NULL where memory is short. */
static struct row *
new_row(struct resource_table *table, struct span name)
{
    struct row row = { 0 };
    struct row *grown =
        realloc(table->rows, (table->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return NULL;
    table->rows = grown;
    if (buf_append(&row.name, name) != STATUS_OK)
        return NULL;
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
    const struct prefix_entry *entries, size_t count)
{
    struct row *row = find_row(table, group_resource_of(resource));
    if (row == NULL)
        row = new_row(table, resource);
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
    const struct span star = SPAN_LITERAL("*");
    struct group_resource name = group_resource_of(resource);
    const struct group_resource candidates[] = { name, { star, name.group },
        { star, star } };
    for (size_t i = 0; i < ARRAY_LEN(candidates); i++) {
        const struct row *row = find_row(table, candidates[i]);
        if (row == NULL)
            continue;
        *transformer = prefix_transformer(row->list);
        return true;
    }
    return false;
}
