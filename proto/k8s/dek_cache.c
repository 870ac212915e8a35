/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/dek_cache.h"

#include <pthread.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct entry {
    UT_hash_handle hh; /* the table keeps the order of insertion */
    struct buf key;
    struct dek *dek;
    int64_t inserted_ms;
};

struct dek_cache {
    struct dek_cache_options options;
    pthread_mutex_t lock; /* guards the table */
    struct entry *table;
};

enum status
dek_cache_new(const struct dek_cache_options *options, struct dek_cache **out)
{
    struct dek_cache *cache = calloc(1, sizeof(*cache));
    if (cache == NULL)
        return STATUS_NO_MEMORY;
    cache->options = *options;
    if (pthread_mutex_init(&cache->lock, NULL) != 0) {
        free(cache);
        return STATUS_NO_MEMORY;
    }
    *out = cache;
    return STATUS_OK;
}

static void
entry_free(struct entry *entry)
{
    if (entry == NULL)
        return;
    buf_reset(&entry->key);
    dek_release(entry->dek);
    free(entry);
}

static void
drop(struct dek_cache *cache, struct entry *entry)
{
    HASH_DEL(cache->table, entry);
    entry_free(entry);
}

void
dek_cache_free(struct dek_cache *cache)
{
    if (cache == NULL)
        return;
    while (cache->table != NULL)
        drop(cache, cache->table);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static struct entry *
find(struct dek_cache *cache, struct span key)
{
    struct entry *entry = NULL;
    HASH_FIND(hh, cache->table, key.ptr, key.len, entry);
    return entry;
}

/* False where memory is short; the entry then stands in no table. */
static bool
insert_last(struct dek_cache *cache, struct entry *entry)
{
    HASH_ADD_KEYPTR(hh, cache->table, entry->key.ptr, entry->key.len, entry);
    return entry->hh.tbl != NULL;
}

/* An entry that is used becomes the youngest. */
static void
touch(struct dek_cache *cache, struct entry *entry)
{
    HASH_DEL(cache->table, entry);
    if (!insert_last(cache, entry))
        entry_free(entry);
}

struct dek *
dek_cache_find(struct dek_cache *cache, struct span key)
{
    struct dek *dek = NULL;
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    if (entry != NULL) {
        dek = dek_hold(entry->dek);
        if (cache->options.limit > 0)
            touch(cache, entry);
    }
    pthread_mutex_unlock(&cache->lock);
    return dek;
}

static bool
over_age(const struct dek_cache *cache, const struct entry *entry, int64_t now)
{
    return cache->options.ttl_ms > 0 &&
           now - entry->inserted_ms >= cache->options.ttl_ms;
}

/* Those at the front are the oldest. */
static void
forget(struct dek_cache *cache, int64_t now)
{
    while (cache->table != NULL &&
           (over_age(cache, cache->table, now) ||
               (cache->options.limit > 0 &&
                   HASH_COUNT(cache->table) > cache->options.limit)))
        drop(cache, cache->table);
}

enum status
dek_cache_put(struct dek_cache *cache, struct span key, struct dek *dek)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    enum status st = buf_append(&entry->key, key);
    if (st != STATUS_OK)
        goto out;
    entry->inserted_ms = clock_ms(&cache->options.clock);
    entry->dek = dek_hold(dek);

    pthread_mutex_lock(&cache->lock);
    struct entry *old = find(cache, key);
    if (old != NULL)
        drop(cache, old);
    if (insert_last(cache, entry)) {
        forget(cache, entry->inserted_ms);
        entry = NULL;
    } else {
        st = STATUS_NO_MEMORY;
    }
    pthread_mutex_unlock(&cache->lock);
out:
    entry_free(entry);
    return st;
}

size_t
dek_cache_count(struct dek_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    size_t count = HASH_COUNT(cache->table);
    pthread_mutex_unlock(&cache->lock);
    return count;
}
