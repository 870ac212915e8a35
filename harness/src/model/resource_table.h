/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which providers serve which resource, as kube-apiserver builds and looks it
 * up: the rule of the very resource, else that of "*.group", else "*.*".
 * A resource that stands in several rules gets the providers of all, in
 * order. Used by one thread.
 */
#ifndef MODEL_RESOURCE_TABLE_H
#define MODEL_RESOURCE_TABLE_H

#include "k8s/prefix_transformer.h"

struct resource_table;

MUST_USE enum status resource_table_new(struct resource_table **out);
void resource_table_free(struct resource_table *table);

/*
 * Adds the providers of one rule for a resource ("secrets", "*.apps", "*.",
 * "*.*"). Entries are copied, what they point at is borrowed.
 */
MUST_USE enum status resource_table_add(struct resource_table *table,
    struct span resource, const struct prefix_entry *entries, size_t count);

/* Once, after the last addition. */
MUST_USE enum status resource_table_finish(struct resource_table *table);

/* False where no rule covers the resource. */
bool resource_table_find(const struct resource_table *table,
    struct span resource, struct transformer *transformer);

#endif
