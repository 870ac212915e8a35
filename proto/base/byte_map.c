/* SPDX-License-Identifier: Apache-2.0 */
#include "base/byte_map.h"

#include <stdlib.h>

static void
item_reset(struct byte_map_item *a)
{
    buf_reset(&a->key);
    buf_reset(&a->value);
}

void
byte_map_reset(struct byte_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        item_reset(&map->items[i]);
    free(map->items);
    *map = (struct byte_map){ 0 };
}

/* The index of the first item whose key is not below `key`. */
static size_t
lower_bound(const struct byte_map *map, struct span key)
{
    size_t low = 0, high = map->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(buf_span(&map->items[middle].key), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
stands_at(const struct byte_map *map, size_t at, struct span key)
{
    return at < map->count && span_equal(buf_span(&map->items[at].key), key);
}

static enum status
insert_at(struct byte_map *map, size_t at, struct byte_map_item *item)
{
    struct byte_map_item *grown =
        realloc(map->items, (map->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    map->items = grown;
    memmove(grown + at + 1, grown + at, (map->count - at) * sizeof(*grown));
    grown[at] = *item;
    *item = (struct byte_map_item){ 0 };
    map->count++;
    return STATUS_OK;
}

enum status
byte_map_set(struct byte_map *map, struct span key, struct span value)
{
    size_t at = lower_bound(map, key);
    if (stands_at(map, at, key))
        return buf_set(&map->items[at].value, value);

    struct byte_map_item item = { 0 };
    enum status st = buf_append(&item.key, key);
    if (st == STATUS_OK)
        st = buf_append(&item.value, value);
    if (st == STATUS_OK)
        st = insert_at(map, at, &item);
    item_reset(&item);
    return st;
}

static int
compare_pairs(const void *left, const void *right)
{
    const struct byte_map_pair *a = left, *b = right;
    int by_key = span_compare(a->key, b->key);
    if (by_key != 0)
        return by_key;
    return a->order < b->order ? -1 : a->order > b->order;
}

static enum status
append_copy(struct byte_map *map, const struct byte_map_pair *pair)
{
    struct byte_map_item *item = &map->items[map->count++];
    enum status st = buf_append(&item->key, pair->key);
    return st == STATUS_OK ? buf_append(&item->value, pair->value) : st;
}

enum status
byte_map_set_all(
    struct byte_map *map, struct byte_map_pair *pairs, size_t count)
{
    struct byte_map all = { 0 };
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
        byte_map_take(map, &all);
    byte_map_reset(&all);
    return st;
}

enum status
byte_map_copy(struct byte_map *to, const struct byte_map *from)
{
    struct byte_map copy = { 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < from->count && st == STATUS_OK; i++)
        st = byte_map_set(&copy, buf_span(&from->items[i].key),
            buf_span(&from->items[i].value));
    if (st == STATUS_OK)
        byte_map_take(to, &copy);
    byte_map_reset(&copy);
    return st;
}

void
byte_map_take(struct byte_map *to, struct byte_map *from)
{
    if (to == from)
        return;
    byte_map_reset(to);
    *to = *from;
    *from = (struct byte_map){ 0 };
}

bool
byte_map_find(const struct byte_map *map, struct span key, struct span *value)
{
    size_t at = lower_bound(map, key);
    if (!stands_at(map, at, key))
        return false;
    *value = buf_span(&map->items[at].value);
    return true;
}
