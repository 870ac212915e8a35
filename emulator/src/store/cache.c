/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cache.h"

#include <pthread.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->hashed = false)
#include <uthash.h>

enum { PARTS = 16 };

struct entry {
    UT_hash_handle hh;
    void *value;
    size_t size;
    bool used;   /* since eviction last came by */
    bool hashed; /* false: uthash found no memory for it */
    size_t key_len;
    uint8_t key[];
};

struct part {
    pthread_mutex_t lock;
    struct entry *entries; /* uthash keeps them in the order of their adding */
    size_t size;
    uint64_t ticket;
};

struct cache {
    struct cache_type type;
    size_t part_limit;
    struct part parts[PARTS];
};

enum status
cache_new(const struct cache_type *type, size_t limit, struct cache **out)
{
    struct cache *cache = calloc(1, sizeof(*cache));
    if (cache == NULL)
        return STATUS_NO_MEMORY;
    cache->type = *type;
    cache->part_limit = (limit + PARTS - 1) / PARTS;
    for (size_t i = 0; i < PARTS; i++)
        (void)pthread_mutex_init(&cache->parts[i].lock, NULL);
    *out = cache;
    return STATUS_OK;
}

static void
remove_entry(struct cache *cache, struct part *part, struct entry *entry)
{
    HASH_DEL(part->entries, entry);
    part->size -= entry->size;
    cache->type.unref(entry->value);
    free(entry);
}

static void
empty_part(struct cache *cache, struct part *part)
{
    part->ticket++;
    while (part->entries != NULL)
        remove_entry(cache, part, part->entries);
}

void
cache_free(struct cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < PARTS; i++) {
        empty_part(cache, &cache->parts[i]);
        (void)pthread_mutex_destroy(&cache->parts[i].lock);
    }
    free(cache);
}

/* Eight bytes at a time: keys are long, and this only picks a part. */
static size_t
part_of(struct span key)
{
    uint64_t hash = key.len, word = 0;
    for (; key.len >= sizeof(word); key = span_skip(key, sizeof(word))) {
        memcpy(&word, key.ptr, sizeof(word));
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 29;
    }
    word = 0;
    if (key.len > 0)
        memcpy(&word, key.ptr, key.len);
    return ((hash ^ word) * 0x9e3779b97f4a7c15U >> 32) % PARTS;
}

static struct part *
lock_part(struct cache *cache, struct span key)
{
    struct part *part = &cache->parts[part_of(key)];
    (void)pthread_mutex_lock(&part->lock);
    return part;
}

static void
unlock_part(struct part *part)
{
    (void)pthread_mutex_unlock(&part->lock);
}

static struct entry *
find(struct part *part, struct span key)
{
    struct entry *entry = NULL;
    HASH_FIND(hh, part->entries, key.ptr, key.len, entry);
    return entry;
}

void *
cache_get(struct cache *cache, struct span key)
{
    struct part *part = lock_part(cache, key);
    struct entry *entry = find(part, key);
    void *value = NULL;
    if (entry != NULL) {
        entry->used = true;
        value = cache->type.ref(entry->value);
    }
    unlock_part(part);
    return value;
}

uint64_t
cache_ticket(struct cache *cache, struct span key)
{
    struct part *part = lock_part(cache, key);
    uint64_t ticket = part->ticket;
    unlock_part(part);
    return ticket;
}

static bool
add_entry(struct part *part, struct entry *entry)
{
    entry->hashed = true;
    HASH_ADD_KEYPTR(hh, part->entries, entry->key, entry->key_len, entry);
    return entry->hashed;
}

/* Oldest first; what was used meanwhile gets another round. */
static void
make_room(struct cache *cache, struct part *part, size_t size)
{
    while (part->entries != NULL && part->size + size > cache->part_limit) {
        struct entry *oldest = part->entries;
        if (!oldest->used) {
            remove_entry(cache, part, oldest);
            continue;
        }
        oldest->used = false;
        HASH_DEL(part->entries, oldest);
        if (!add_entry(part, oldest)) {
            part->size -= oldest->size;
            cache->type.unref(oldest->value);
            free(oldest);
        }
    }
}

static void
insert(struct cache *cache, struct part *part, struct span key, void *value,
    size_t size)
{
    struct entry *old = find(part, key);
    if (old != NULL)
        remove_entry(cache, part, old);
    make_room(cache, part, size);
    struct entry *entry = calloc(1, sizeof(*entry) + key.len);
    if (entry == NULL)
        return;
    memcpy(entry->key, key.ptr, key.len);
    entry->key_len = key.len;
    entry->size = size;
    entry->value = value;
    if (!add_entry(part, entry)) {
        free(entry);
        return;
    }
    (void)cache->type.ref(value);
    part->size += size;
}

void
cache_put(struct cache *cache, struct span key, void *value, size_t size,
    uint64_t ticket)
{
    struct part *part = lock_part(cache, key);
    if (part->ticket == ticket && size <= cache->part_limit)
        insert(cache, part, key, value, size);
    unlock_part(part);
}

void
cache_drop(struct cache *cache, struct span key)
{
    struct part *part = lock_part(cache, key);
    struct entry *entry = find(part, key);
    part->ticket++;
    if (entry != NULL)
        remove_entry(cache, part, entry);
    unlock_part(part);
}

void
cache_drop_all(struct cache *cache)
{
    for (size_t i = 0; i < PARTS; i++) {
        struct part *part = &cache->parts[i];
        (void)pthread_mutex_lock(&part->lock);
        empty_part(cache, part);
        unlock_part(part);
    }
}
