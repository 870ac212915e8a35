/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include "store/engine.h"
#include "store/wait.h"

void
store_record_reset(struct store_record *record)
{
    record->version = 0;
    buf_reset(&record->value);
}

static enum status
check_part(struct span part)
{
    size_t at;
    if (part.len > STORE_KEY_PART_MAX)
        return STATUS_TOO_LARGE;
    return span_find(part, 0, &at) ? STATUS_INVALID : STATUS_OK;
}

static enum status
check_parts(const struct span *parts, size_t count)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = check_part(parts[i]);
    return st;
}

static enum status
check_key(const struct store_key *key)
{
    struct span parts[] = { key->account, key->region, key->kind, key->id };
    if (key->kind.len == 0 || key->id.len == 0)
        return STATUS_INVALID;
    return check_parts(parts, ARRAY_LEN(parts));
}

static bool
same_key(const struct store_key *a, const struct store_key *b)
{
    return span_equal(a->id, b->id) && span_equal(a->kind, b->kind) &&
           span_equal(a->region, b->region) &&
           span_equal(a->account, b->account);
}

static enum status
check_change(const struct store_change *changes, size_t index)
{
    const struct store_change *change = &changes[index];
    if (change->action == STORE_PUT && change->value.len > STORE_VALUE_MAX)
        return STATUS_TOO_LARGE;
    /* A stored version is a positive 63-bit number in every engine. */
    if (change->expected_version > INT64_MAX)
        return STATUS_INVALID;
    for (size_t i = 0; i < index; i++)
        if (same_key(&changes[i].key, &change->key))
            return STATUS_INVALID;
    return check_key(&change->key);
}

static enum status
check_changes(const struct store_change *changes, size_t count)
{
    enum status st = STATUS_OK;
    if (count > STORE_BATCH_MAX)
        return STATUS_TOO_LARGE;
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = check_change(changes, i);
    return st;
}

enum status
store_get(
    struct store *store, const struct store_key *key, struct store_record *out)
{
    enum status st = check_key(key);
    return st == STATUS_OK ? store->engine->get(store, key, out) : st;
}

enum status
store_range(struct store *store, const struct store_key *key, struct span after,
    size_t limit, store_visit_fn *visit, void *context)
{
    struct span parts[] = { key->account, key->region, key->kind, after };
    enum status st = check_parts(parts, ARRAY_LEN(parts));
    if (st == STATUS_OK && key->kind.len == 0)
        st = STATUS_INVALID;
    if (st != STATUS_OK || limit == 0)
        return st;
    return store->engine->range(store, key, after, limit, visit, context);
}

enum status
store_scan(struct store *store, struct span kind, store_visit_key_fn *visit,
    void *context)
{
    enum status st = kind.len == 0 ? STATUS_INVALID : check_part(kind);
    if (st != STATUS_OK)
        return st;
    return store->engine->scan(store, kind, visit, context);
}

void
store_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context)
{
    enum status st = check_changes(changes, count);
    if (st != STATUS_OK || count == 0)
        done(context, st);
    else
        store->engine->commit(store, changes, count, done, context);
}

enum status
store_commit_wait(
    struct store *store, const struct store_change *changes, size_t count)
{
    struct wait wait;
    wait_init(&wait);
    store_commit(store, changes, count, wait_done, &wait);
    return wait_finish(&wait);
}

void
store_barrier(struct store *store, store_done_fn *done, void *context)
{
    store->engine->barrier(store, done, context);
}

void
store_watch(struct store *store, store_watch_fn *watch, void *context)
{
    store->engine->watch(store, watch, context);
}

enum status
store_clear(struct store *store, struct span account)
{
    enum status st = check_part(account);
    return st == STATUS_OK ? store->engine->clear(store, account) : st;
}

void
store_free(struct store *store)
{
    if (store != NULL)
        store->engine->free(store);
}
