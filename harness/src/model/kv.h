/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's etcd: keys, raw values and modification revisions, as an
 * apiserver uses them, over SQLite. What stands in it is what would stand in
 * a real etcd, byte for byte. Used by one thread.
 */
#ifndef MODEL_KV_H
#define MODEL_KV_H

#include "base/buf.h"

struct kv;

/* Opens or makes the file; NULL: in memory. */
MUST_USE enum status kv_open(const char *path, struct kv **out);
void kv_free(struct kv *kv);

/* STATUS_NOT_FOUND when absent. Replaces *value; either output may be NULL. */
MUST_USE enum status kv_get(
    struct kv *kv, struct span key, struct buf *value, int64_t *revision);

/*
 * Writes if the key's revision is `expected` (0: the key must not exist),
 * else STATUS_CONFLICT. *revision is the new one; may be NULL.
 */
MUST_USE enum status kv_put(struct kv *kv, struct span key, struct span value,
    int64_t expected, int64_t *revision);

/* The same rule; STATUS_CONFLICT also where the key is absent. */
MUST_USE enum status kv_delete(
    struct kv *kv, struct span key, int64_t expected);

/* Each key that starts with `prefix`, in order; a failure of visit ends it. */
typedef enum status kv_visit_fn(
    void *context, struct span key, struct span value, int64_t revision);
MUST_USE enum status kv_range(
    struct kv *kv, struct span prefix, kv_visit_fn *visit, void *context);

/* The revision of the last change; 1 when there was none, as in etcd. */
int64_t kv_revision(struct kv *kv);

/*
 * Whether the bytes stand anywhere in the store: in a key, a value, or, where
 * it is a file, anywhere in its pages (deleted and older ones too).
 */
MUST_USE enum status kv_contains(
    struct kv *kv, struct span needle, bool *found);

#endif
