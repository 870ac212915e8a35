/* SPDX-License-Identifier: Apache-2.0 */
#include "api/objects.h"

#include "store/cache.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { NAME_LEN_MAX = 512 };

struct object {
    atomic_uint refs;
    const struct object_kind *kind;
    void *value;
};

struct objects {
    struct store *store;
    const struct object_kind *kind;
    struct cache *cache;
};

/* What an object is found by; len 0 for a record whose name is too long to
 * be kept. */
struct name {
    uint8_t bytes[NAME_LEN_MAX];
    size_t len;
};

static bool
append(struct name *name, struct span part)
{
    if (part.len + 1 > sizeof(name->bytes) - name->len)
        return false;
    if (part.len > 0)
        memcpy(name->bytes + name->len, part.ptr, part.len);
    name->len += part.len;
    name->bytes[name->len++] = 0;
    return true;
}

static void
name_of(const struct store_key *key, struct name *name)
{
    name->len = 0;
    if (!append(name, key->account) || !append(name, key->region) ||
        !append(name, key->id))
        name->len = 0;
}

static void *
ref(void *object)
{
    (void)atomic_fetch_add(&((struct object *)object)->refs, 1);
    return object;
}

static void
unref(void *object)
{
    object_unref(object);
}

enum status
objects_new(struct store *store, const struct object_kind *kind, size_t limit,
    struct objects **out)
{
    static const struct cache_type type = { ref, unref };
    struct objects *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->store = store;
    made->kind = kind;
    enum status status = cache_new(&type, limit, &made->cache);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

void
objects_free(struct objects *objects)
{
    if (objects == NULL)
        return;
    cache_free(objects->cache);
    free(objects);
}

void
object_unref(struct object *object)
{
    if (object == NULL || atomic_fetch_sub(&object->refs, 1) != 1)
        return;
    object->kind->free(object->value);
    free(object);
}

const void *
object_value(const struct object *object)
{
    return object->value;
}

static enum status
parse(const struct object_kind *kind, const struct store_key *key,
    const struct store_record *record, struct object **out)
{
    struct object *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->kind = kind;
    atomic_init(&made->refs, 1);
    enum status status = kind->parse(
        key, record->version, buf_span(&record->value), &made->value);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

/* From the store; NULL where no record is. */
static enum status
load(struct objects *objects, const struct store_key *key, struct object **out)
{
    struct store_record record = { 0 };
    struct store_key full = *key;
    struct object *made = NULL;
    full.kind = span_text(objects->kind->kind);
    enum status status = store_get(objects->store, &full, &record);
    if (status == STATUS_OK && record.version != 0)
        status = parse(objects->kind, &full, &record, &made);
    store_record_reset(&record);
    if (status == STATUS_OK)
        *out = made;
    return status;
}

enum status
objects_get(
    struct objects *objects, const struct store_key *key, struct object **out)
{
    struct name name;
    name_of(key, &name);
    if (name.len == 0)
        return load(objects, key, out);
    struct span found_by = span_of(name.bytes, name.len);
    struct object *object = cache_get(objects->cache, found_by);
    if (object != NULL) {
        *out = object;
        return STATUS_OK;
    }
    uint64_t ticket = cache_ticket(objects->cache, found_by);
    enum status status = load(objects, key, &object);
    if (status != STATUS_OK)
        return status;
    if (object != NULL)
        cache_put(objects->cache, found_by, object, 1, ticket);
    *out = object;
    return STATUS_OK;
}

void
objects_forget(struct objects *objects, const struct store_key *key)
{
    struct name name;
    if (key->kind.len == 0) {
        cache_drop_all(objects->cache);
        return;
    }
    if (!span_equal_text(key->kind, objects->kind->kind))
        return;
    name_of(key, &name);
    if (name.len > 0)
        cache_drop(objects->cache, span_of(name.bytes, name.len));
}
