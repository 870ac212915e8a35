/* SPDX-License-Identifier: Apache-2.0 */
#include "api/seed.h"

#include "api/changeset.h"
#include "api/purge.h"

/* How often a key is tried while others change the same records: far more than
 * it takes, so that a damaged store does not hang the start. */
enum { TRIES_MAX = 64 };

/* The key of that id that lives; version 0 where there is none. What is left
 * of one whose time is over is taken away first. */
static enum status
find_living(
    const struct parts *parts, const struct store_key *record, struct key *out)
{
    struct store_record found = { 0 };
    enum status status = store_get(parts->store, record, &found);
    if (status == STATUS_OK && found.version != 0)
        status = key_decode(record, found.version, buf_span(&found.value), out);
    store_record_reset(&found);
    if (status != STATUS_OK || out->version == 0 ||
        !key_is_gone(out, resource_clock_ms(parts->clock, record->account)))
        return status;
    status = purge_now(parts->store, out);
    key_reset(out);
    return status;
}

static struct store_key
record_of(const struct key *key, const char *kind, struct span id)
{
    struct store_key record = key_record(key);
    record.kind = span_text(kind);
    record.id = id;
    return record;
}

static enum status
check_alias(const struct parts *parts, const struct key *key, struct span alias,
    struct buf *problem)
{
    struct store_record found = { 0 };
    struct key_alias present = { 0 };
    struct key target = { 0 };
    struct store_key record = record_of(key, KEY_KIND_ALIAS, alias);
    enum status status = store_get(parts->store, &record, &found);
    if (status == STATUS_OK && found.version != 0)
        status =
            key_alias_decode(found.version, buf_span(&found.value), &present);
    if (status == STATUS_OK && present.version != 0) {
        record = record_of(key, KEY_KIND, span_text(present.key_id));
        status = find_living(parts, &record, &target);
    }
    if (status == STATUS_OK && target.version != 0) {
        buf_say(problem, "%s: %.*s is an alias of %s already", key->arn,
            SPAN_ARG(alias), target.arn);
        status = STATUS_EXISTS;
    }
    store_record_reset(&found);
    key_reset(&target);
    return status;
}

/* Whether the key is to be added, or why the file cannot be right. */
static enum status
check_key(const struct parts *parts, const struct seed_key *wanted,
    const char *material_id, bool *missing, struct buf *problem)
{
    struct key present = { 0 };
    struct store_key record = key_record(&wanted->key);
    enum status status = find_living(parts, &record, &present);
    if (status != STATUS_OK)
        goto out;
    *missing = present.version == 0;
    if (!*missing && wanted->material.len > 0 &&
        !key_has_material(&present, material_id)) {
        buf_say(problem, "%s: the store holds this key with other material",
            present.arn);
        status = STATUS_EXISTS;
    }
    for (size_t i = 0;
         *missing && status == STATUS_OK && i < wanted->alias_count; i++)
        status = check_alias(
            parts, &wanted->key, buf_span(&wanted->aliases[i]), problem);
out:
    key_reset(&present);
    return status;
}

/* Puts key, material and aliases into one set. */
static void
collect(const struct seed_key *wanted, struct vault_entry *entry,
    int64_t now_ms, struct changeset *changes)
{
    struct buf value = { 0 };
    struct key key = wanted->key; /* borrows what wanted owns */
    struct key_name names = key_names(&key);
    struct store_change material = vault_entry_change(entry, &names);
    struct store_key record = key_record(&key);
    struct key_alias alias = { .created_ms = now_ms, .updated_ms = now_ms };
    memcpy(key.material_id, entry->material_id, sizeof(key.material_id));
    memcpy(alias.key_id, key.id, sizeof(alias.key_id));
    key.created_ms = now_ms;
    changeset_fail(changes, key_encode(&key, &value));
    changeset_put(changes, &record, 0, &value);
    changeset_put(
        changes, &material.key, material.expected_version, &entry->sealed);
    for (size_t i = 0; i < wanted->alias_count; i++) {
        record = record_of(
            &wanted->key, KEY_KIND_ALIAS, buf_span(&wanted->aliases[i]));
        changeset_fail(changes, key_alias_encode(&alias, &value));
        changeset_put(changes, &record, 0, &value);
    }
    buf_reset(&value);
}

static enum status
commit(const struct parts *parts, const struct changeset *changes)
{
    const struct store_change *list;
    enum status status = changeset_list(changes, &list);
    if (status == STATUS_OK)
        status = store_commit_wait(parts->store, list, changes->count);
    return status;
}

/* One attempt at a key; with `add` unset it is only checked. */
static enum status
try_key(const struct parts *parts, const struct seed_key *wanted, bool add,
    struct buf *problem)
{
    struct vault_entry entry = { 0 };
    struct changeset changes = { 0 };
    struct key_name names = key_names(&wanted->key);
    bool missing = false;
    enum status status = wanted->material.len > 0
                             ? vault_import(parts->vault, &names,
                                   buf_span(&wanted->material), &entry)
                             : vault_generate(parts->vault, &names, &entry);
    if (status == STATUS_OK)
        status = check_key(parts, wanted, entry.material_id, &missing, problem);
    if (status == STATUS_OK && missing && add) {
        collect(wanted, &entry, resource_clock_ms(parts->clock, names.account),
            &changes);
        status = commit(parts, &changes);
    }
    changeset_reset(&changes);
    vault_entry_reset(&entry);
    return status;
}

static enum status
each_key(const struct parts *parts, const struct seed *seed,
    struct span account, bool add, struct buf *problem)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < seed->key_count && status == STATUS_OK; i++) {
        const struct seed_key *wanted = &seed->keys[i];
        if (account.len > 0 && !span_equal_text(account, wanted->key.account))
            continue;
        unsigned tries = 0;
        do
            status = try_key(parts, wanted, add, problem);
        while (status == STATUS_CONFLICT && ++tries < TRIES_MAX);
        if (status == STATUS_CONFLICT)
            buf_say(problem,
                "%s: records in its place keep changing, or have "
                "no key of their own",
                wanted->key.arn);
    }
    return status;
}

enum status
seed_apply(const struct parts *parts, const struct seed *seed,
    struct span account, struct buf *problem)
{
    enum status status = each_key(parts, seed, account, false, problem);
    for (size_t i = 0; i < seed->access_key_count && status == STATUS_OK; i++) {
        const struct seed_access_key *key = &seed->access_keys[i];
        status = access_register(parts->access, buf_span(&key->id),
            buf_span(&key->secret), buf_span(&key->account));
        if (status == STATUS_EXISTS)
            buf_say(problem,
                "accessKeys[%zu]: known already with another secret or "
                "account",
                i);
    }
    if (status == STATUS_OK)
        status = each_key(parts, seed, account, true, problem);
    return status;
}
