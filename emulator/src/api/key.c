/* SPDX-License-Identifier: Apache-2.0 */
#include "api/key.h"

#include "aws/arn.h"
#include "aws/key_reference.h"

#include <stdlib.h>

static void
tag_reset(struct key_tag *tag)
{
    buf_reset(&tag->key);
    buf_reset(&tag->value);
}

void
key_reset(struct key *key)
{
    buf_reset(&key->replica_regions);
    buf_reset(&key->description);
    buf_reset(&key->policy);
    for (size_t i = 0; i < key->tag_count; i++)
        tag_reset(&key->tags[i]);
    free(key->tags);
    free(key->materials);
    *key = (struct key){ 0 };
}

enum status
key_set_name(
    struct key *key, struct span account, struct span region, struct span id)
{
    if (!arn_is_account(account) || !access_is_region(region) ||
        !key_reference_is_key_id(id) || id.len > KEY_ID_LEN)
        return STATUS_INVALID;
    struct buf arn = { 0 };
    enum status status = arn_append_key(region, account, id, &arn);
    if (status == STATUS_OK && arn.len >= KEY_ARN_MAX)
        status = STATUS_INVALID;
    if (status == STATUS_OK) {
        span_to_text(account, key->account);
        span_to_text(region, key->region);
        span_to_text(id, key->id);
        span_to_text(buf_span(&arn), key->arn);
    }
    buf_reset(&arn);
    return status;
}

bool
key_is_multi_region(const struct key *key)
{
    return key->primary_region[0] != '\0';
}

bool
key_is_replica(const struct key *key)
{
    return key_is_multi_region(key) &&
           strcmp(key->primary_region, key->region) != 0;
}

/* Room for one more; the first material is there from then on. */
static enum status
grow_materials(struct key *key)
{
    size_t count = key->material_count;
    struct key_material *grown = calloc(count + 2, sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        grown[i] = key->materials[i];
    free(key->materials);
    key->materials = grown;
    if (count == 0) {
        grown[0].since_ms = key->created_ms;
        memcpy(grown[0].id, key->material_id, sizeof(grown[0].id));
        key->material_count = 1;
    }
    return STATUS_OK;
}

enum status
key_material_add(struct key *key, const char *material_id,
    enum key_material_cause cause, int64_t now_ms)
{
    enum status status = grow_materials(key);
    if (status != STATUS_OK)
        return status;
    struct key_material *added = &key->materials[key->material_count++];
    *added = (struct key_material){ .since_ms = now_ms, .cause = cause };
    memcpy(added->id, material_id, sizeof(added->id));
    memcpy(key->material_id, material_id, sizeof(key->material_id));
    return STATUS_OK;
}

bool
key_has_material(const struct key *key, const char *material_id)
{
    for (size_t i = 0; i < key->material_count; i++)
        if (strcmp(key->materials[i].id, material_id) == 0)
            return true;
    return strcmp(key->material_id, material_id) == 0;
}

struct key_name
key_names(const struct key *key)
{
    return (struct key_name){
        .account = span_text(key->account),
        .region = span_text(key->region),
        .key_id = span_text(key->id),
    };
}

struct store_key
key_record(const struct key *key)
{
    return (struct store_key){
        .account = span_text(key->account),
        .region = span_text(key->region),
        .kind = SPAN_LITERAL(KEY_KIND),
        .id = span_text(key->id),
    };
}

const char *
key_state_text(enum key_state state)
{
    static const char *const texts[] = {
        [KEY_STATE_ENABLED] = "Enabled",
        [KEY_STATE_DISABLED] = "Disabled",
        [KEY_STATE_PENDING_DELETION] = "PendingDeletion",
    };
    return texts[state];
}

bool
key_is_gone(const struct key *key, int64_t now_ms)
{
    return key->state == KEY_STATE_PENDING_DELETION &&
           now_ms >= key->deletion_ms;
}

/* The place of a tag, or where it would stand. */
static size_t
tag_place(const struct key *key, struct span name, bool *found)
{
    size_t i = 0;
    int order = -1;
    while (i < key->tag_count) {
        order = span_compare(buf_span(&key->tags[i].key), name);
        if (order >= 0)
            break;
        i++;
    }
    *found = i < key->tag_count && order == 0;
    return i;
}

enum status
key_tag_put(struct key *key, struct span name, struct span value)
{
    bool found;
    size_t place = tag_place(key, name, &found);
    if (found)
        return buf_set(&key->tags[place].value, value);
    if (key->tag_count >= LIMITS_TAGS_MAX)
        return STATUS_TOO_LARGE;
    if (key->tags == NULL)
        key->tags = calloc(LIMITS_TAGS_MAX, sizeof(*key->tags));
    if (key->tags == NULL)
        return STATUS_NO_MEMORY;
    struct key_tag tag = { 0 };
    enum status status = buf_set(&tag.key, name);
    if (status == STATUS_OK)
        status = buf_set(&tag.value, value);
    if (status != STATUS_OK) {
        tag_reset(&tag);
        return status;
    }
    memmove(&key->tags[place + 1], &key->tags[place],
        (key->tag_count - place) * sizeof(*key->tags));
    key->tags[place] = tag;
    key->tag_count++;
    return STATUS_OK;
}

void
key_tag_remove(struct key *key, struct span name)
{
    bool found;
    size_t place = tag_place(key, name, &found);
    if (!found)
        return;
    tag_reset(&key->tags[place]);
    key->tag_count--;
    memmove(&key->tags[place], &key->tags[place + 1],
        (key->tag_count - place) * sizeof(*key->tags));
}
