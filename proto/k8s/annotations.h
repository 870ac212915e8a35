/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The annotations of a KMS v2 record: map<string, bytes> in protobuf, stored
 * in clear in etcd. An empty set is `struct annotations a = { 0 };`. A later
 * value of a key replaces the earlier one, as in a protobuf map.
 */
#ifndef K8S_ANNOTATIONS_H
#define K8S_ANNOTATIONS_H

#include "base/buf.h"

struct annotation {
    struct buf key;
    struct buf value;
};

struct annotations {
    struct annotation *items; /* ascending by key */
    size_t count;
};

void annotations_reset(struct annotations *set);

/* Copies both. */
MUST_USE enum status annotations_set(
    struct annotations *set, struct span key, struct span value);

/* One of many to set at once; borrows. */
struct annotation_pair {
    struct span key, value;
    size_t order; /* filled in by annotations_set_all */
};

/*
 * Replaces what the set holds by copies of the pairs, which it sorts; of
 * those with one key the last stays.
 */
MUST_USE enum status annotations_set_all(
    struct annotations *set, struct annotation_pair *pairs, size_t count);

/* Replaces what `to` holds by a copy. */
MUST_USE enum status annotations_copy(
    struct annotations *to, const struct annotations *from);

/* Moves the contents of `from` into `to` (whose own are freed). */
void annotations_take(struct annotations *to, struct annotations *from);

/* The value, borrowed; false where the key is absent. */
bool annotations_find(
    const struct annotations *set, struct span key, struct span *value);

#endif
