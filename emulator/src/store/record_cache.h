/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recently used records by path, so that reading a hot one does not touch
 * the engine's files. A use of store/cache.h.
 */
#ifndef STORE_RECORD_CACHE_H
#define STORE_RECORD_CACHE_H

#include "store/cache.h"
#include "store/store.h"

/* Holds about `bytes` bytes of records. */
MUST_USE enum status record_cache_new(size_t bytes, struct cache **out);

/* STATUS_NOT_FOUND where it is not here (and perhaps in the store). */
MUST_USE enum status record_cache_get(
    struct cache *cache, struct span path, struct store_record *out);

/* Keeps a copy, or not: see cache_put. */
void record_cache_put(struct cache *cache, struct span path, uint64_t version,
    struct span value, uint64_t ticket);

/* For the writer, after its commit: from now on readers see the new one. */
void record_cache_replace(
    struct cache *cache, struct span path, uint64_t version, struct span value);

#endif
