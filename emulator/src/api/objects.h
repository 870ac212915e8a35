/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of one kind, parsed and at hand. An object is made once from its
 * record, never changes, and lives until its last reference is given back.
 * The store's watcher must call objects_forget, so that nothing old is handed
 * out once a change was visible. Bounded; thread-safe.
 */
#ifndef API_OBJECTS_H
#define API_OBJECTS_H

#include "store/store.h"

struct objects;
struct object;

/* How records of a kind become values, and what becomes of those. */
struct object_kind {
    const char *kind;
    enum status (*parse)(const struct store_key *key, uint64_t version,
        struct span value, void **out);
    void (*free)(void *value);
};

/* Borrows store and kind; keeps `limit` objects. */
MUST_USE enum status objects_new(struct store *store,
    const struct object_kind *kind, size_t limit, struct objects **out);
void objects_free(struct objects *objects);

/*
 * Gives a reference to the object of a record (key.kind is ignored), or NULL
 * where there is no such record; else what the store or parse returned.
 */
MUST_USE enum status objects_get(
    struct objects *objects, const struct store_key *key, struct object **out);

const void *object_value(const struct object *object);
/* Gives a reference back; NULL is fine. */
void object_unref(struct object *object);

/* For the store's watcher: drops what is kept of a changed record; another
 * kind's is ignored, and an empty kind drops all. */
void objects_forget(struct objects *objects, const struct store_key *key);

#endif
