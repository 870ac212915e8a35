/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded cache of counted values under byte keys, for many threads: parts
 * with a lock each, held for a lookup and no longer. What was used since the
 * last round of eviction stays.
 *
 * A reader that loads a value while a writer changes it must not leave the
 * old one behind. So: take the ticket, load, put with the ticket; a drop in
 * between makes the put void.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include "base/span.h"
#include "base/status.h"

struct cache;

/* How the cache holds on to a value and lets it go. */
struct cache_type {
    void *(*ref)(void *value); /* returns it */
    void (*unref)(void *value);
};

/* Holds values of `limit` together, in whatever unit cache_put counts. */
MUST_USE enum status cache_new(
    const struct cache_type *type, size_t limit, struct cache **out);
/* Lets all values go. NULL is fine. */
void cache_free(struct cache *cache);

/* A reference for the caller, or NULL. */
void *cache_get(struct cache *cache, struct span key);

uint64_t cache_ticket(struct cache *cache, struct span key);

/*
 * Keeps a reference of its own, in place of what was there. No effect after
 * a drop since the ticket, or where memory or room lacks: a cache may forget.
 */
void cache_put(struct cache *cache, struct span key, void *value, size_t size,
    uint64_t ticket);

void cache_drop(struct cache *cache, struct span key);
void cache_drop_all(struct cache *cache);

#endif
