/* SPDX-License-Identifier: Apache-2.0 */
#include "api/purge.h"

#include "base/log.h"
#include "keys/vault.h"

struct search {
    const struct key *key;
    struct store_key record; /* account, Region and kind of aliases */
    struct changeset *changes;
};

/* Room for the key itself is kept: it goes last. */
static bool
has_room(const struct changeset *changes)
{
    return changes->status == STATUS_OK && changes->count < STORE_BATCH_MAX - 1;
}

static bool
collect_alias(
    void *context, struct span id, uint64_t version, struct span value)
{
    struct search *search = context;
    struct key_alias alias;
    if (!has_room(search->changes))
        return false;
    if (key_alias_decode(version, value, &alias) == STATUS_OK &&
        span_equal_text(span_text(alias.key_id), search->key->id)) {
        struct store_key record = search->record;
        record.id = id;
        changeset_delete(search->changes, &record, version);
    }
    return search->changes->status == STATUS_OK;
}

static enum status
collect_material(struct store *store, const struct key *key,
    const char *material_id, struct changeset *changes)
{
    struct buf id = { 0 };
    struct store_record found = { 0 };
    struct store_key record = key_record(key);
    record.kind = SPAN_LITERAL(VAULT_KIND);
    enum status status =
        vault_record_id(span_text(key->id), span_text(material_id), &id);
    record.id = buf_span(&id);
    if (status == STATUS_OK)
        status = store_get(store, &record, &found);
    if (status == STATUS_OK && found.version != 0)
        changeset_delete(changes, &record, found.version);
    store_record_reset(&found);
    buf_reset(&id);
    return status;
}

static enum status
collect_materials(
    struct store *store, const struct key *key, struct changeset *changes)
{
    enum status status = STATUS_OK;
    if (key->material_count == 0)
        return collect_material(store, key, key->material_id, changes);
    for (size_t i = 0;
         i < key->material_count && status == STATUS_OK && has_room(changes);
         i++)
        status = collect_material(store, key, key->materials[i].id, changes);
    return status;
}

/* As much as fits one commit. True: that is all there is, the key with it. */
static bool
collect(struct store *store, const struct key *key, struct changeset *changes)
{
    struct search search = {
        .key = key, .record = key_record(key), .changes = changes
    };
    struct store_key record = search.record;
    search.record.kind = SPAN_LITERAL(KEY_KIND_ALIAS);
    enum status status = collect_materials(store, key, changes);
    if (status == STATUS_OK)
        status = store_range(store, &search.record, (struct span){ NULL, 0 },
            SIZE_MAX, collect_alias, &search);
    bool whole = has_room(changes);
    if (whole)
        changeset_delete(changes, &record, key->version);
    changeset_fail(changes, status);
    return whole;
}

enum status
purge_now(struct store *store, const struct key *key)
{
    enum status status = STATUS_OK;
    for (bool whole = false; !whole && status == STATUS_OK;) {
        struct changeset changes = { 0 };
        const struct store_change *list;
        whole = collect(store, key, &changes);
        status = changeset_list(&changes, &list);
        if (status == STATUS_OK)
            status = store_commit_wait(store, list, changes.count);
        changeset_reset(&changes);
    }
    return status;
}

static void
purged(void *context, enum status status)
{
    (void)context;
    if (status != STATUS_OK && status != STATUS_CONFLICT)
        log_event(LOG_WARN, "deleted key not purged yet",
            log_text("cause", status_text(status)));
}

void
purge_start(struct store *store, const struct key *key)
{
    struct changeset changes = { 0 };
    const struct store_change *list;
    (void)collect(store, key, &changes);
    enum status status = changeset_list(&changes, &list);
    if (status == STATUS_OK)
        store_commit(store, list, changes.count, purged, NULL);
    else
        purged(NULL, status);
    changeset_reset(&changes);
}
