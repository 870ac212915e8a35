/* SPDX-License-Identifier: Apache-2.0 */
/* Records of keys and aliases: JSON with a version, so that an operator can
 * read a store and a later program can tell what it finds. */
#include "api/key.h"

#include "base/json.h"
#include "base/json_writer.h"

#include <stdlib.h>

/* The newest version. What a record holds says which it has: older programs
 * still read the records that they could have made. */
enum { RECORD_VERSION = 2, RECORD_VERSION_FIRST = 1 };

static int
version_of(const struct key *key)
{
    return key_is_multi_region(key) || key->material_count > 0 ||
                   key->rotation.period_days > 0
               ? RECORD_VERSION
               : RECORD_VERSION_FIRST;
}

static void
write_rotation(struct json_writer *w, const struct key_rotation *rotation)
{
    json_write_key(w, "rotation");
    json_write_object_begin(w);
    json_write_key_bool(w, "enabled", rotation->enabled);
    json_write_key_int(w, "days", rotation->period_days);
    json_write_key_int(w, "next", rotation->next_ms);
    json_write_object_end(w);
}

/* [id, since, cause] for each. */
static void
write_materials(struct json_writer *w, const struct key *key)
{
    json_write_key(w, "materials");
    json_write_array_begin(w);
    for (size_t i = 0; i < key->material_count; i++) {
        json_write_array_begin(w);
        json_write_text(w, key->materials[i].id);
        json_write_int(w, key->materials[i].since_ms);
        json_write_int(w, (int64_t)key->materials[i].cause);
        json_write_array_end(w);
    }
    json_write_array_end(w);
}

/* A list of pairs: a tag's key may hold what no key of an object may (NUL). */
static void
write_tags(struct json_writer *w, const struct key *key)
{
    json_write_key(w, "tags");
    json_write_array_begin(w);
    for (size_t i = 0; i < key->tag_count; i++) {
        json_write_array_begin(w);
        json_write_string(w, buf_span(&key->tags[i].key));
        json_write_string(w, buf_span(&key->tags[i].value));
        json_write_array_end(w);
    }
    json_write_array_end(w);
}

enum status
key_encode(const struct key *key, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    json_write_key_int(&w, "v", version_of(key));
    json_write_key_text(&w, "state", key_state_text(key->state));
    json_write_key_int(&w, "created", key->created_ms);
    if (key->state == KEY_STATE_PENDING_DELETION)
        json_write_key_int(&w, "deletion", key->deletion_ms);
    json_write_key_text(&w, "material", key->material_id);
    if (key->rotation.period_days > 0)
        write_rotation(&w, &key->rotation);
    if (key->material_count > 0)
        write_materials(&w, key);
    if (key_is_multi_region(key)) {
        json_write_key_text(&w, "primary", key->primary_region);
        json_write_key_string(&w, "replicas", buf_span(&key->replica_regions));
    }
    json_write_key_int(&w, "aliases", key->alias_count);
    json_write_key_string(&w, "description", buf_span(&key->description));
    if (key->policy.len > 0)
        json_write_key_string(&w, "policy", buf_span(&key->policy));
    if (key->tag_count > 0)
        write_tags(&w, key);
    json_write_object_end(&w);
    return json_writer_end(&w);
}

/* The root of a record that this program can read. */
static enum status
open_record(struct span value, struct json_doc **doc)
{
    struct json_doc *parsed = NULL;
    enum status status = json_parse(value, &parsed, NULL);
    if (status == STATUS_INVALID)
        return STATUS_CORRUPT;
    if (status != STATUS_OK)
        return status;
    int64_t version = json_get_int(json_member(json_root(parsed), "v"));
    if (version < RECORD_VERSION_FIRST || version > RECORD_VERSION) {
        json_doc_free(parsed);
        return version > RECORD_VERSION ? STATUS_VERSION : STATUS_CORRUPT;
    }
    *doc = parsed;
    return STATUS_OK;
}

static enum status
read_state(struct span text, enum key_state *state)
{
    static const enum key_state states[] = { KEY_STATE_ENABLED,
        KEY_STATE_DISABLED, KEY_STATE_PENDING_DELETION };
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (!span_equal_text(text, key_state_text(states[i])))
            continue;
        *state = states[i];
        return STATUS_OK;
    }
    return STATUS_CORRUPT;
}

static enum status
read_tags(const struct json *tags, struct key *key)
{
    enum status status = STATUS_OK;
    if (tags != NULL && json_kind(tags) != JSON_KIND_ARRAY)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < json_count(tags) && status == STATUS_OK; i++) {
        const struct json *tag = json_at(tags, i);
        status = key_tag_put(key, json_get_string(json_at(tag, 0)),
            json_get_string(json_at(tag, 1)));
    }
    return status;
}

static enum status
read_rotation(const struct json *node, struct key_rotation *rotation)
{
    int64_t days = json_get_int(json_member(node, "days"));
    if (node == NULL)
        return STATUS_OK;
    if (days < LIMITS_ROTATION_DAYS_MIN || days > LIMITS_ROTATION_DAYS_MAX)
        return STATUS_CORRUPT;
    rotation->enabled = json_get_bool(json_member(node, "enabled"));
    rotation->period_days = days;
    rotation->next_ms = json_get_int(json_member(node, "next"));
    return STATUS_OK;
}

/* The current material is the last of them. */
static enum status
read_materials(const struct json *list, struct key *key)
{
    size_t count = json_count(list);
    if (list == NULL)
        return STATUS_OK;
    key->materials = calloc(count + 1, sizeof(*key->materials));
    if (key->materials == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct json *item = json_at(list, i);
        struct key_material *material = &key->materials[i];
        struct span id = json_get_string(json_at(item, 0));
        int64_t cause = json_get_int(json_at(item, 2));
        if (id.len != MATERIAL_ID_LEN || cause < KEY_MATERIAL_FIRST ||
            cause > KEY_MATERIAL_ON_DEMAND)
            return STATUS_CORRUPT;
        memcpy(material->id, id.ptr, id.len);
        material->since_ms = json_get_int(json_at(item, 1));
        material->cause = (enum key_material_cause)cause;
    }
    key->material_count = count;
    return STATUS_OK;
}

static enum status
read_regions(const struct json *root, struct key *key)
{
    struct span primary = json_get_string(json_member(root, "primary"));
    if (primary.len > 0 && !access_is_region(primary))
        return STATUS_CORRUPT;
    span_to_text(primary, key->primary_region);
    return buf_set(
        &key->replica_regions, json_get_string(json_member(root, "replicas")));
}

static enum status
read_key(const struct json *root, struct key *key)
{
    struct span material = json_get_string(json_member(root, "material"));
    if (material.len != MATERIAL_ID_LEN)
        return STATUS_CORRUPT;
    memcpy(key->material_id, material.ptr, material.len);
    key->created_ms = json_get_int(json_member(root, "created"));
    key->deletion_ms = json_get_int(json_member(root, "deletion"));
    key->alias_count = json_get_int(json_member(root, "aliases"));
    enum status status =
        read_state(json_get_string(json_member(root, "state")), &key->state);
    if (status == STATUS_OK)
        status = buf_set(&key->description,
            json_get_string(json_member(root, "description")));
    if (status == STATUS_OK)
        status =
            buf_set(&key->policy, json_get_string(json_member(root, "policy")));
    if (status == STATUS_OK)
        status = read_rotation(json_member(root, "rotation"), &key->rotation);
    if (status == STATUS_OK)
        status = read_materials(json_member(root, "materials"), key);
    if (status == STATUS_OK)
        status = read_regions(root, key);
    if (status == STATUS_OK)
        status = read_tags(json_member(root, "tags"), key);
    return status;
}

enum status
key_decode(const struct store_key *record, uint64_t version, struct span value,
    struct key *out)
{
    struct json_doc *doc = NULL;
    struct key key = { .version = version };
    enum status status = open_record(value, &doc);
    if (status != STATUS_OK)
        return status;
    status = key_set_name(&key, record->account, record->region, record->id);
    if (status == STATUS_INVALID)
        status = STATUS_CORRUPT;
    if (status == STATUS_OK)
        status = read_key(json_root(doc), &key);
    json_doc_free(doc);
    if (status != STATUS_OK) {
        key_reset(&key);
        return status;
    }
    *out = key;
    return STATUS_OK;
}

enum status
key_alias_encode(const struct key_alias *alias, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    json_write_key_int(&w, "v", RECORD_VERSION_FIRST);
    json_write_key_text(&w, "key", alias->key_id);
    json_write_key_int(&w, "created", alias->created_ms);
    json_write_key_int(&w, "updated", alias->updated_ms);
    json_write_object_end(&w);
    return json_writer_end(&w);
}

enum status
key_alias_decode(uint64_t version, struct span value, struct key_alias *out)
{
    struct json_doc *doc = NULL;
    struct key_alias alias = { .version = version };
    enum status status = open_record(value, &doc);
    if (status != STATUS_OK)
        return status;
    const struct json *root = json_root(doc);
    struct span id = json_get_string(json_member(root, "key"));
    if (id.len == KEY_ID_LEN) {
        memcpy(alias.key_id, id.ptr, id.len);
        alias.created_ms = json_get_int(json_member(root, "created"));
        alias.updated_ms = json_get_int(json_member(root, "updated"));
        *out = alias;
    } else {
        status = STATUS_CORRUPT;
    }
    json_doc_free(doc);
    return status;
}
