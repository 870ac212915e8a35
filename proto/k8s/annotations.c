/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/annotations.h"

#include <stdlib.h>

static void
annotation_reset(struct annotation *a)
{
    buf_reset(&a->key);
    buf_reset(&a->value);
}

void
annotations_reset(struct annotations *set)
{
    for (size_t i = 0; i < set->count; i++)
        annotation_reset(&set->items[i]);
    free(set->items);
    *set = (struct annotations){ 0 };
}

/* The index of the first item whose key is not below `key`. */
static size_t
lower_bound(const struct annotations *set, struct span key)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(buf_span(&set->items[middle].key), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
stands_at(const struct annotations *set, size_t at, struct span key)
{
    return at < set->count && span_equal(buf_span(&set->items[at].key), key);
}

static enum status
insert_at(struct annotations *set, size_t at, struct annotation *item)
{
    struct annotation *grown =
        realloc(set->items, (set->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    set->items = grown;
    memmove(grown + at + 1, grown + at, (set->count - at) * sizeof(*grown));
    grown[at] = *item;
    *item = (struct annotation){ 0 };
    set->count++;
    return STATUS_OK;
}

enum status
annotations_set(struct annotations *set, struct span key, struct span value)
{
    size_t at = lower_bound(set, key);
    if (stands_at(set, at, key))
        return buf_set(&set->items[at].value, value);

    struct annotation item = { 0 };
    enum status st = buf_append(&item.key, key);
    if (st == STATUS_OK)
        st = buf_append(&item.value, value);
    if (st == STATUS_OK)
        st = insert_at(set, at, &item);
    annotation_reset(&item);
    return st;
}

static int
compare_pairs(const void *left, const void *right)
{
    const struct annotation_pair *a = left, *b = right;
    int by_key = span_compare(a->key, b->key);
    if (by_key != 0)
        return by_key;
    return a->order < b->order ? -1 : a->order > b->order;
}

static enum status
append_copy(struct annotations *set, const struct annotation_pair *pair)
{
    struct annotation *item = &set->items[set->count++];
    enum status st = buf_append(&item->key, pair->key);
    return st == STATUS_OK ? buf_append(&item->value, pair->value) : st;
}

enum status
annotations_set_all(
    struct annotations *set, struct annotation_pair *pairs, size_t count)
{
    struct annotations all = { 0 };
    enum status st = STATUS_OK;
    all.items = calloc(count + 1, sizeof(*all.items));
    if (all.items == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        pairs[i].order = i;
    qsort(pairs, count, sizeof(*pairs), compare_pairs);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        if (i + 1 == count || !span_equal(pairs[i].key, pairs[i + 1].key))
            st = append_copy(&all, &pairs[i]);
    if (st == STATUS_OK)
        annotations_take(set, &all);
    annotations_reset(&all);
    return st;
}

enum status
annotations_copy(struct annotations *to, const struct annotations *from)
{
    struct annotations copy = { 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < from->count && st == STATUS_OK; i++)
        st = annotations_set(&copy, buf_span(&from->items[i].key),
            buf_span(&from->items[i].value));
    if (st == STATUS_OK)
        annotations_take(to, &copy);
    annotations_reset(&copy);
    return st;
}

void
annotations_take(struct annotations *to, struct annotations *from)
{
    if (to == from)
        return;
    annotations_reset(to);
    *to = *from;
    *from = (struct annotations){ 0 };
}

bool
annotations_find(
    const struct annotations *set, struct span key, struct span *value)
{
    size_t at = lower_bound(set, key);
    if (!stands_at(set, at, key))
        return false;
    *value = buf_span(&set->items[at].value);
    return true;
}
