/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

#include <openssl/crypto.h>
#include <stdlib.h>

enum { CACHE_ENTRIES = 32, ID_PARTS = 5 };

/* What a derived key depends on, and the access key that it belongs to. The
 * secret is the last part: it alone is compared in constant time. */
struct id {
    struct span parts[ID_PARTS];
};

struct entry {
    struct buf text; /* the parts one after the other */
    size_t lens[ID_PARTS];
    uint8_t key[SIGV4_MAC_LEN];
    uint64_t used; /* when, by the cache's count; 0: empty */
};

struct sigv4_key_cache {
    struct entry entries[CACHE_ENTRIES];
    uint64_t count; /* of look-ups */
};

enum status
sigv4_key_cache_new(struct sigv4_key_cache **out)
{
    struct sigv4_key_cache *cache = calloc(1, sizeof(*cache));
    if (cache == NULL)
        return STATUS_NO_MEMORY;
    *out = cache;
    return STATUS_OK;
}

void
sigv4_key_cache_free(struct sigv4_key_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < CACHE_ENTRIES; i++)
        buf_reset(&cache->entries[i].text);
    OPENSSL_cleanse(cache, sizeof(*cache));
    free(cache);
}

static bool
entry_is_of(const struct entry *entry, const struct id *id)
{
    struct span rest = buf_span(&entry->text);
    if (entry->used == 0)
        return false;
    for (size_t i = 0; i < ID_PARTS - 1; i++) {
        if (!span_equal(span_first(rest, entry->lens[i]), id->parts[i]))
            return false;
        rest = span_skip(rest, entry->lens[i]);
    }
    return span_equal_secret(rest, id->parts[ID_PARTS - 1]);
}

static struct entry *
cache_find(struct sigv4_key_cache *cache, const struct id *id)
{
    for (size_t i = 0; i < CACHE_ENTRIES; i++)
        if (entry_is_of(&cache->entries[i], id))
            return &cache->entries[i];
    return NULL;
}

/* An empty one, else the one that was not used for the longest. */
static struct entry *
cache_oldest(struct sigv4_key_cache *cache)
{
    struct entry *oldest = &cache->entries[0];
    for (size_t i = 1; i < CACHE_ENTRIES; i++)
        if (cache->entries[i].used < oldest->used)
            oldest = &cache->entries[i];
    return oldest;
}

static enum status
cache_add(struct sigv4_key_cache *cache, const struct id *id,
    const uint8_t key[SIGV4_MAC_LEN])
{
    struct buf text = { 0 };
    for (size_t i = 0; i < ID_PARTS; i++) {
        enum status st = buf_append(&text, id->parts[i]);
        if (st != STATUS_OK) {
            buf_reset(&text);
            return st;
        }
    }
    struct entry *entry = cache_oldest(cache);
    buf_take(&entry->text, &text);
    for (size_t i = 0; i < ID_PARTS; i++)
        entry->lens[i] = id->parts[i].len;
    memcpy(entry->key, key, SIGV4_MAC_LEN);
    entry->used = cache->count;
    return STATUS_OK;
}

enum status
sigv4_key_cache_get(struct sigv4_key_cache *cache, struct span access_key_id,
    struct span secret_access_key, const struct sigv4_scope *scope,
    uint8_t key[SIGV4_MAC_LEN])
{
    if (cache == NULL)
        return sigv4_signing_key(secret_access_key, scope, key);
    const struct id id = { { access_key_id, scope->date, scope->region,
        scope->service, secret_access_key } };
    cache->count++;
    struct entry *entry = cache_find(cache, &id);
    if (entry != NULL) {
        entry->used = cache->count;
        memcpy(key, entry->key, SIGV4_MAC_LEN);
        return STATUS_OK;
    }
    uint8_t made[SIGV4_MAC_LEN];
    enum status st = sigv4_signing_key(secret_access_key, scope, made);
    if (st == STATUS_OK)
        st = cache_add(cache, &id, made);
    if (st == STATUS_OK)
        memcpy(key, made, sizeof(made));
    OPENSSL_cleanse(made, sizeof(made));
    return st;
}
