/* SPDX-License-Identifier: Apache-2.0 */
#include "api/rotation.h"

#include <openssl/crypto.h>

enum { DAY_MS = 24 * 3600 * 1000 };

/* What a key gets in each of its Regions. */
struct change {
    struct call *call;
    const struct key_rotation *settings; /* NULL: as they are */
    bool rotate;
    uint8_t material[MATERIAL_KEY_LEN];
    enum key_material_cause cause;
    int64_t date_ms;
};

static enum status
add_material(struct change *change, struct key *key)
{
    struct call *call = change->call;
    struct vault_entry entry = { 0 };
    struct key_name names = key_names(key);
    enum status status = vault_import(call->parts->vault, &names,
        span_of(change->material, MATERIAL_KEY_LEN), &entry);
    if (status == STATUS_OK)
        status = key_material_add(
            key, entry.material_id, change->cause, change->date_ms);
    if (status == STATUS_OK) {
        struct store_change put = vault_entry_change(&entry, &names);
        changeset_put(
            &call->changes, &put.key, put.expected_version, &entry.sealed);
    }
    vault_entry_reset(&entry);
    return status;
}

/* The key as the store has it in a Region; version 0 where there is none. */
static enum status
read_there(struct call *call, const struct key *key, struct span region,
    struct key *out)
{
    struct store_record found = { 0 };
    struct store_key record = key_record(key);
    record.region = region;
    enum status status = store_get(call->parts->store, &record, &found);
    if (status == STATUS_OK && found.version != 0)
        status =
            key_decode(&record, found.version, buf_span(&found.value), out);
    store_record_reset(&found);
    return status;
}

/* STATUS_CONFLICT where the key was changed since the call read it: what was
 * decided then may no longer be so. */
static enum status
change_there(struct change *change, const struct key *key, struct span region)
{
    struct key there = { 0 };
    enum status status = read_there(change->call, key, region, &there);
    if (status == STATUS_OK && span_equal_text(region, key->region) &&
        there.version != key->version)
        status = STATUS_CONFLICT;
    if (status == STATUS_OK && there.version != 0) {
        if (change->settings != NULL)
            there.rotation = *change->settings;
        if (change->rotate)
            status = add_material(change, &there);
        if (status == STATUS_OK)
            call_put_key(change->call, &there);
    }
    key_reset(&there);
    return status;
}

static enum kms_error
change_everywhere(struct change *change, const struct key *key)
{
    struct span rest = buf_span(&key->replica_regions);
    enum status status = STATUS_OK;
    if (!key_is_multi_region(key))
        status = change_there(change, key, span_text(key->region));
    else
        status = change_there(change, key, span_text(key->primary_region));
    while (rest.len > 0 && status == STATUS_OK) {
        struct span region = rest, after = { NULL, 0 };
        (void)span_cut(rest, ',', &region, &after);
        status = change_there(change, key, region);
        rest = after;
    }
    if (status != STATUS_CONFLICT)
        return call_status(change->call, status);
    struct store_key record = key_record(key);
    objects_forget(change->call->parts->keys, &record);
    return call_stale(change->call);
}

static enum kms_error
rotate(struct change *change, const struct key *key)
{
    change->rotate = true;
    enum kms_error error = call_status(
        change->call, random_fill(&change->call->parts->random,
                          change->material, sizeof(change->material)));
    if (error == KMS_ERROR_NONE)
        error = change_everywhere(change, key);
    OPENSSL_cleanse(change->material, sizeof(change->material));
    return error;
}

enum kms_error
rotation_collect(struct call *call, const struct key *key,
    enum key_material_cause cause, int64_t date_ms)
{
    struct change change = { .call = call, .cause = cause, .date_ms = date_ms };
    return rotate(&change, key);
}

enum kms_error
rotation_set(struct call *call, const struct key *key,
    const struct key_rotation *settings)
{
    struct change change = { .call = call, .settings = settings };
    return change_everywhere(&change, key);
}

/* A multi-Region key rotates as its primary says. */
static enum status
primary_rotates(struct call *call, const struct key *key, bool *answer)
{
    struct key primary = { 0 };
    *answer = key->state == KEY_STATE_ENABLED;
    if (!key_is_replica(key))
        return STATUS_OK;
    enum status status =
        read_there(call, key, span_text(key->primary_region), &primary);
    if (status == STATUS_OK)
        *answer = primary.version != 0 && primary.state == KEY_STATE_ENABLED;
    key_reset(&primary);
    return status;
}

enum kms_error
rotation_catch_up(struct call *call)
{
    const struct key *key = call->key.key;
    struct key_rotation settings = key->rotation;
    struct change change = {
        .call = call, .settings = &settings, .cause = KEY_MATERIAL_AUTOMATIC
    };
    bool rotates = false;
    if (!settings.enabled || call->now_ms < settings.next_ms)
        return KMS_ERROR_NONE;
    enum kms_error error =
        call_status(call, primary_rotates(call, key, &rotates));
    if (error != KMS_ERROR_NONE || !rotates)
        return error;
    int64_t period_ms = settings.period_days * DAY_MS;
    int64_t missed = (call->now_ms - settings.next_ms) / period_ms;
    change.date_ms = settings.next_ms + missed * period_ms;
    settings.next_ms = change.date_ms + period_ms;
    call->due = true;
    return rotate(&change, key);
}
