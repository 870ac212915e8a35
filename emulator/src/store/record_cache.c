/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record_cache.h"

#include <stdatomic.h>
#include <stdlib.h>

/* What an entry costs beside its value: itself, its path, its places. */
enum { ENTRY_OVERHEAD = 320 };

struct kept {
    atomic_uint references;
    uint64_t version;
    size_t len;
    uint8_t value[];
};

static void *
kept_ref(void *value)
{
    struct kept *kept = value;
    atomic_fetch_add(&kept->references, 1);
    return kept;
}

static void
kept_unref(void *value)
{
    struct kept *kept = value;
    if (atomic_fetch_sub(&kept->references, 1) == 1)
        free(kept);
}

enum status
record_cache_new(size_t bytes, struct cache **out)
{
    static const struct cache_type type = { kept_ref, kept_unref };
    return cache_new(&type, bytes, out);
}

enum status
record_cache_get(
    struct cache *cache, struct span path, struct store_record *out)
{
    struct kept *kept = cache_get(cache, path);
    if (kept == NULL)
        return STATUS_NOT_FOUND;
    enum status st = buf_set(&out->value, span_of(kept->value, kept->len));
    if (st == STATUS_OK)
        out->version = kept->version;
    kept_unref(kept);
    return st;
}

void
record_cache_put(struct cache *cache, struct span path, uint64_t version,
    struct span value, uint64_t ticket)
{
    struct kept *kept = malloc(sizeof(*kept) + value.len);
    if (kept == NULL)
        return;
    atomic_init(&kept->references, 1);
    kept->version = version;
    kept->len = value.len;
    if (value.len > 0)
        memcpy(kept->value, value.ptr, value.len);
    cache_put(cache, path, kept, value.len + ENTRY_OVERHEAD, ticket);
    kept_unref(kept);
}

void
record_cache_replace(
    struct cache *cache, struct span path, uint64_t version, struct span value)
{
    cache_drop(cache, path);
    record_cache_put(cache, path, version, value, cache_ticket(cache, path));
}
