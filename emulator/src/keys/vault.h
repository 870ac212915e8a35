/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key material at rest and at hand: sealed records in the store, and a
 * bounded cache of material ready for use. Material is written in the same
 * batch as the record of its key, so the vault makes the change and its user
 * commits it. Thread-safe.
 */
#ifndef KEYS_VAULT_H
#define KEYS_VAULT_H

#include "base/random.h"
#include "keys/material.h"
#include "store/store.h"

/* The kind of the records; their id is KEY_ID "/" MATERIAL_ID. */
#define VAULT_KIND "material"

struct vault;

/*
 * Whether the store was ever used with a root key: then a missing root key
 * file must not be made anew.
 */
MUST_USE enum status vault_initialised(struct store *store, bool *answer);

/*
 * Borrows `store`; copies `root_key` (ROOT_KEY_LEN bytes). A new store is
 * marked with the root key; STATUS_AUTHENTIC where the store's mark was made
 * with another. At most `cached` materials stay at hand. Blocks: start-up.
 */
MUST_USE enum status vault_new(struct store *store, struct span root_key,
    struct random random, size_t cached, struct vault **out);
void vault_free(struct vault *vault);

/* New material, sealed, on its way into the store. Empty: `{ 0 }`. */
struct vault_entry {
    char material_id[MATERIAL_ID_LEN + 1];
    struct buf record_id, sealed;
};
void vault_entry_reset(struct vault_entry *entry);

/* Makes material from random bytes; *entry must be empty. */
MUST_USE enum status vault_generate(struct vault *vault,
    const struct key_name *name, struct vault_entry *entry);

/* The same with the caller's 32 bytes: seeds, imports. */
MUST_USE enum status vault_import(struct vault *vault,
    const struct key_name *name, struct span key, struct vault_entry *entry);

/*
 * The change that puts the material into the store, where it must not exist
 * yet. Borrows from the entry and from the name's spans.
 */
struct store_change vault_entry_change(
    const struct vault_entry *entry, const struct key_name *name);

/*
 * Appends the id of a material's record: its key in the store is
 * (account, region, VAULT_KIND, id). For deleting it with its key.
 */
MUST_USE enum status vault_record_id(
    struct span key_id, struct span material_id, struct buf *out);

/*
 * Gives a reference to the material, from the cache or the store.
 * STATUS_NOT_FOUND where the store has none, STATUS_CORRUPT where its record
 * does not open, STATUS_VERSION where a newer program sealed it.
 */
MUST_USE enum status vault_get(struct vault *vault, const struct key_name *name,
    struct span material_id, struct material **out);

/*
 * For the store's watcher: drops and wipes what is cached of a changed or
 * cleared record; other kinds are ignored.
 */
void vault_forget(struct vault *vault, const struct store_key *key);

#endif
