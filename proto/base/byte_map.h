/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map from bytes to bytes, ascending by key: what protobuf has as
 * map<string, bytes>. An empty one is `struct byte_map map = { 0 };`. A later
 * value of a key replaces the earlier one. Keys and values are wiped.
 */
#ifndef BASE_BYTE_MAP_H
#define BASE_BYTE_MAP_H

#include "base/buf.h"

struct byte_map_item {
    struct buf key;
    struct buf value;
};

struct byte_map {
    struct byte_map_item *items; /* ascending by key */
    size_t count;
};

void byte_map_reset(struct byte_map *map);

/* Copies both. */
MUST_USE enum status byte_map_set(
    struct byte_map *map, struct span key, struct span value);

/* One of many to set at once; borrows. */
struct byte_map_pair {
    struct span key, value;
    size_t order; /* filled in by byte_map_set_all */
};

/*
 * Replaces what the map holds by copies of the pairs, which it sorts; of
 * those with one key the last stays.
 */
MUST_USE enum status byte_map_set_all(
    struct byte_map *map, struct byte_map_pair *pairs, size_t count);

/* Replaces what `to` holds by a copy. */
MUST_USE enum status byte_map_copy(
    struct byte_map *to, const struct byte_map *from);

/* Moves the contents of `from` into `to` (whose own are freed). */
void byte_map_take(struct byte_map *to, struct byte_map *from);

/* The value, borrowed; false where the key is absent. */
bool byte_map_find(
    const struct byte_map *map, struct span key, struct span *value);

#endif
