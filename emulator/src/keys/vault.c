/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/vault.h"

#include "keys/root_key.h"
#include "keys/seal.h"
#include "keys/vault_mark.h"
#include "store/cache.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* What sealed material is bound to: all that names its record. */
struct binding {
    struct span names[5];
};

static struct binding
bind(const struct key_name *name, struct span id)
{
    return (struct binding){ { SPAN_LITERAL("key material"), name->account,
        name->region, name->key_id, id } };
}

struct vault {
    struct store *store;
    struct seal *seal;
    struct random random;
    struct cache *cache;
};

static void *
ref(void *material)
{
    return material_ref(material);
}

static void
unref(void *material)
{
    material_unref(material);
}

static const struct cache_type cache_type = { ref, unref };

enum status
vault_initialised(struct store *store, bool *answer)
{
    return vault_mark_exists(store, answer);
}

enum status
vault_new(struct store *store, struct span root_key, struct random random,
    size_t cached, struct vault **out)
{
    struct vault *vault = calloc(1, sizeof(*vault));
    if (vault == NULL)
        return STATUS_NO_MEMORY;
    vault->store = store;
    vault->random = random;
    enum status st = seal_new(root_key, &vault->seal);
    if (st == STATUS_OK)
        st = cache_new(&cache_type, cached, &vault->cache);
    if (st == STATUS_OK)
        st = vault_mark_check(store, vault->seal, &vault->random);
    if (st == STATUS_OK)
        *out = vault;
    else
        vault_free(vault);
    return st;
}

void
vault_free(struct vault *vault)
{
    if (vault == NULL)
        return;
    cache_free(vault->cache);
    seal_free(vault->seal);
    free(vault);
}

void
vault_entry_reset(struct vault_entry *entry)
{
    buf_reset(&entry->record_id);
    buf_reset(&entry->sealed);
    *entry = (struct vault_entry){ 0 };
}

enum status
vault_record_id(struct span key_id, struct span material_id, struct buf *out)
{
    return buf_printf(
        out, "%.*s/%.*s", SPAN_ARG(key_id), SPAN_ARG(material_id));
}

static enum status
fill_entry(struct vault *vault, const struct key_name *name, struct span key,
    const struct material *material, struct vault_entry *entry)
{
    struct span id = span_text(material_id(material));
    struct binding binding = bind(name, id);
    memcpy(entry->material_id, id.ptr, MATERIAL_ID_LEN + 1);
    enum status st = vault_record_id(name->key_id, id, &entry->record_id);
    if (st == STATUS_OK)
        st = seal_close(vault->seal, &vault->random, binding.names,
            ARRAY_LEN(binding.names), key, &entry->sealed);
    if (st != STATUS_OK)
        vault_entry_reset(entry);
    return st;
}

enum status
vault_import(struct vault *vault, const struct key_name *name, struct span key,
    struct vault_entry *entry)
{
    struct material *material = NULL;
    enum status st = material_new(name, key, &material);
    if (st == STATUS_OK)
        st = fill_entry(vault, name, key, material, entry);
    material_unref(material);
    return st;
}

enum status
vault_generate(
    struct vault *vault, const struct key_name *name, struct vault_entry *entry)
{
    uint8_t key[MATERIAL_KEY_LEN];
    enum status st = random_fill(&vault->random, key, sizeof(key));
    if (st == STATUS_OK)
        st = vault_import(vault, name, span_of(key, sizeof(key)), entry);
    OPENSSL_cleanse(key, sizeof(key));
    return st;
}

static struct store_key
record_key(const struct key_name *name, const struct buf *record_id)
{
    return (struct store_key){
        .account = name->account,
        .region = name->region,
        .kind = SPAN_LITERAL(VAULT_KIND),
        .id = buf_span(record_id),
    };
}

struct store_change
vault_entry_change(const struct vault_entry *entry, const struct key_name *name)
{
    return (struct store_change){
        .key = record_key(name, &entry->record_id),
        .action = STORE_PUT,
        .value = buf_span(&entry->sealed),
    };
}

/* Unseals; whatever is wrong with the record, the store is damaged. */
static enum status
open_record(struct vault *vault, const struct key_name *name, struct span id,
    struct span sealed, struct material **out)
{
    struct buf key = { 0 };
    struct material *material = NULL;
    struct binding binding = bind(name, id);
    enum status st = seal_open(
        vault->seal, binding.names, ARRAY_LEN(binding.names), sealed, &key);
    if (st == STATUS_OK)
        st = material_new(name, buf_span(&key), &material);
    if (st == STATUS_OK && !span_equal_text(id, material_id(material)))
        st = STATUS_CORRUPT;
    if (st == STATUS_OK)
        *out = material;
    else
        material_unref(material);
    buf_reset(&key);
    return st == STATUS_AUTHENTIC || st == STATUS_INVALID ? STATUS_CORRUPT : st;
}

static enum status
load(struct vault *vault, const struct key_name *name, struct span id,
    struct material **out)
{
    struct store_record record = { 0 };
    struct buf record_id = { 0 };
    enum status st = vault_record_id(name->key_id, id, &record_id);
    if (st == STATUS_OK) {
        struct store_key key = record_key(name, &record_id);
        st = store_get(vault->store, &key, &record);
    }
    if (st == STATUS_OK && record.version == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK)
        st = open_record(vault, name, id, buf_span(&record.value), out);
    buf_reset(&record_id);
    store_record_reset(&record);
    return st;
}

/* The parts of fixed length first, so no two names look the same. */
struct cache_key {
    size_t len;
    uint8_t
        bytes[KEY_ACCOUNT_LEN + KEY_ID_LEN + MATERIAL_ID_LEN + KEY_REGION_MAX];
};

static void
cache_key_add(struct cache_key *key, struct span part)
{
    memcpy(key->bytes + key->len, part.ptr, part.len);
    key->len += part.len;
}

/* False where no material can have this name. */
static bool
cache_key_make(
    const struct key_name *name, struct span id, struct cache_key *key)
{
    key->len = 0;
    if (!material_name_valid(name) || id.len != MATERIAL_ID_LEN)
        return false;
    cache_key_add(key, name->account);
    cache_key_add(key, name->key_id);
    cache_key_add(key, id);
    cache_key_add(key, name->region);
    return true;
}

enum status
vault_get(struct vault *vault, const struct key_name *name,
    struct span material_id, struct material **out)
{
    struct cache_key made;
    if (!cache_key_make(name, material_id, &made))
        return STATUS_NOT_FOUND;
    struct span key = span_of(made.bytes, made.len);
    struct material *material = cache_get(vault->cache, key);
    if (material == NULL) {
        uint64_t ticket = cache_ticket(vault->cache, key);
        enum status st = load(vault, name, material_id, &material);
        if (st != STATUS_OK)
            return st;
        cache_put(vault->cache, key, material, 1, ticket);
    }
    *out = material;
    return STATUS_OK;
}

void
vault_forget(struct vault *vault, const struct store_key *key)
{
    struct cache_key made;
    struct key_name name = { .account = key->account, .region = key->region };
    struct span id;
    if (key->kind.len == 0)
        cache_drop_all(vault->cache);
    if (!span_equal_text(key->kind, VAULT_KIND) ||
        !span_cut(key->id, '/', &name.key_id, &id) ||
        !cache_key_make(&name, id, &made))
        return;
    cache_drop(vault->cache, span_of(made.bytes, made.len));
}
