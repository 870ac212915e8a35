/* SPDX-License-Identifier: Apache-2.0 */
#include "api/seed_key.h"

#include "api/policy.h"
#include "aws/arn.h"
#include "aws/key_reference.h"
#include "base/encode.h"

#include <stdlib.h>

void
seed_key_reset(struct seed_key *key)
{
    key_reset(&key->key);
    buf_reset(&key->material);
    for (size_t i = 0; i < key->alias_count; i++)
        buf_reset(&key->aliases[i]);
    free(key->aliases);
}

/* ---- which key, and where --------------------------------------------- */

size_t
seed_key_regions(const struct json *node)
{
    const struct json *regions = json_member(node, "multiRegion");
    size_t count = json_count(json_member(regions, "replicas"));
    return 1 + (count > SEED_REPLICAS_MAX ? 0 : count);
}

/* Appends the Regions of the replicas to the key. */
static enum status
read_replicas(const struct seed_entry *entry, const struct json *replicas,
    struct key *key)
{
    enum status status = STATUS_OK;
    if (replicas != NULL && json_kind(replicas) != JSON_KIND_ARRAY)
        return seed_entry_wrong(
            entry, "multiRegion", "\"replicas\" must be a list of Regions");
    if (json_count(replicas) > SEED_REPLICAS_MAX)
        return seed_entry_wrong(entry, "multiRegion", "at most 24 replicas");
    for (size_t i = 0; i < json_count(replicas) && status == STATUS_OK; i++) {
        struct span region = json_get_string(json_at(replicas, i));
        if (!access_is_region(region))
            return seed_entry_wrong(
                entry, "multiRegion", "each replica is the name of a Region");
        if (i > 0)
            status = buf_append_byte(&key->replica_regions, ',');
        if (status == STATUS_OK)
            status = buf_append(&key->replica_regions, region);
    }
    return status;
}

/* {"primary": REGION, "replicas": [REGION, …]} */
static enum status
read_regions(
    const struct seed_entry *entry, const struct json *node, struct key *key)
{
    struct span primary = json_get_string(json_member(node, "primary"));
    const struct json *replicas = json_member(node, "replicas");
    size_t known = 1 + (replicas != NULL);
    if (json_kind(node) != JSON_KIND_OBJECT || json_count(node) != known ||
        !access_is_region(primary))
        return seed_entry_wrong(entry, "multiRegion",
            "must be an object of \"primary\", a Region, and \"replicas\"");
    span_to_text(primary, key->primary_region);
    return read_replicas(entry, replicas, key);
}

/* The Region in which this is the key: its index among those of the entry. */
static struct span
region_of(const struct seed_entry *entry, size_t index)
{
    const struct json *node = json_member(entry->node, "multiRegion");
    if (index == 0)
        return json_get_string(json_member(node, "primary"));
    return json_get_string(json_at(json_member(node, "replicas"), index - 1));
}

static enum status
read_place(const struct seed_entry *entry, struct span id, size_t index,
    struct key *key, struct span *region)
{
    const struct json *node = json_member(entry->node, "multiRegion");
    bool multi_region = key_reference_is_multi_region(id);
    enum status status =
        seed_entry_text(entry, "region", entry->standard->region, region);
    if (status != STATUS_OK)
        return status;
    if (!access_is_region(*region))
        return seed_entry_wrong(
            entry, "region", "must be the name of a Region");
    if (multi_region && node == NULL)
        span_to_text(*region, key->primary_region);
    if (node == NULL)
        return STATUS_OK;
    if (!multi_region)
        return seed_entry_wrong(
            entry, "multiRegion", "only for an id that begins with mrk-");
    if (json_member(entry->node, "region") != NULL)
        return seed_entry_wrong(entry, "region", "multiRegion tells it");
    status = read_regions(entry, node, key);
    *region = region_of(entry, index);
    return status;
}

static enum status
read_name(const struct seed_entry *entry, size_t index, struct key *key)
{
    struct span id, account, region;
    enum status status = seed_entry_text(entry, "id", NULL, &id);
    if (status == STATUS_OK)
        status = seed_entry_text(
            entry, "account", entry->standard->account, &account);
    if (status != STATUS_OK)
        return status;
    if (!key_reference_is_key_id(id))
        return seed_entry_wrong(
            entry, "id", "must be a UUID, or mrk- and 32 hexadecimal digits");
    if (!arn_is_account(account))
        return seed_entry_wrong(entry, "account", "must be 12 digits");
    status = read_place(entry, id, index, key, &region);
    return status == STATUS_OK ? key_set_name(key, account, region, id)
                               : status;
}

/* ---- the rest of it ----------------------------------------------------- */

static enum status
read_material(
    const struct seed_entry *entry, const struct key *key, struct buf *material)
{
    struct span text;
    enum status status = seed_entry_text(entry, "material", "", &text);
    if (status == STATUS_OK && text.len == 0 && key->replica_regions.len > 0)
        return seed_entry_wrong(
            entry, "material", "must be given for a key with replicas");
    if (status != STATUS_OK || text.len == 0)
        return status;
    status = base64_decode(text, material);
    if (status == STATUS_INVALID ||
        (status == STATUS_OK && material->len != MATERIAL_KEY_LEN))
        return seed_entry_wrong(
            entry, "material", "must be 32 bytes in base64");
    return status;
}

static enum status
read_aliases(const struct seed_entry *entry, struct seed_key *key)
{
    const struct json *list = json_member(entry->node, "aliases");
    size_t count = json_count(list);
    if (list == NULL)
        return STATUS_OK;
    if (json_kind(list) != JSON_KIND_ARRAY || count > LIMITS_ALIASES_MAX)
        return seed_entry_wrong(
            entry, "aliases", "must be a list of at most 50");
    key->aliases = calloc(count + 1, sizeof(*key->aliases));
    if (key->aliases == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        struct span alias = json_get_string(json_at(list, i));
        if (key_reference_check_alias(alias) != KEY_REFERENCE_ALIAS_GOOD)
            return seed_entry_wrong(entry, "aliases",
                "each must be \"alias/\" and a name, and not alias/aws/");
        enum status status = buf_set(&key->aliases[i], alias);
        if (status != STATUS_OK)
            return status;
        key->alias_count++;
    }
    key->key.alias_count = (int64_t)count;
    return STATUS_OK;
}

static enum status
read_tags(const struct seed_entry *entry, struct key *key)
{
    const struct json *tags = json_member(entry->node, "tags");
    if (tags != NULL && json_kind(tags) != JSON_KIND_OBJECT)
        return seed_entry_wrong(entry, "tags", "must be an object of strings");
    for (void *it = json_first(tags); it != NULL; it = json_next(tags, it)) {
        const struct json *value = json_iterator_value(it);
        struct span name = json_iterator_key(it);
        if (json_kind(value) != JSON_KIND_STRING || name.len == 0 ||
            name.len > 128 || json_get_string(value).len > 256)
            return seed_entry_wrong(entry, "tags",
                "names have 1 to 128 bytes, values are strings of 0 to 256");
        enum status status = key_tag_put(key, name, json_get_string(value));
        if (status == STATUS_TOO_LARGE)
            return seed_entry_wrong(entry, "tags", "at most 50");
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status
read_policy(const struct seed_entry *entry, struct key *key)
{
    struct span policy;
    enum policy_fault fault = POLICY_GOOD;
    enum status status = seed_entry_text(entry, "policy", "", &policy);
    if (status != STATUS_OK || policy.len == 0)
        return status;
    status = policy_check(policy, span_text(key->account), true, &fault);
    if (status == STATUS_OK && fault != POLICY_GOOD)
        return seed_entry_wrong(entry, "policy", "must be a key policy");
    return status == STATUS_OK ? buf_set(&key->policy, policy) : status;
}

static enum status
read_rest(const struct seed_entry *entry, struct key *key)
{
    enum { DESCRIPTION_MAX = 8192 }; /* CreateKey's */
    const struct json *enabled = json_member(entry->node, "enabled");
    struct span description;
    enum status status =
        seed_entry_text(entry, "description", "", &description);
    if (status != STATUS_OK)
        return status;
    if (description.len > DESCRIPTION_MAX)
        return seed_entry_wrong(
            entry, "description", "must have at most 8192 bytes");
    if (enabled != NULL && json_kind(enabled) != JSON_KIND_BOOL)
        return seed_entry_wrong(entry, "enabled", "must be true or false");
    if (enabled != NULL && !json_get_bool(enabled))
        key->state = KEY_STATE_DISABLED;
    status = buf_set(&key->description, description);
    if (status == STATUS_OK)
        status = read_tags(entry, key);
    if (status == STATUS_OK)
        status = read_policy(entry, key);
    return status;
}

enum status
seed_key_read(
    const struct seed_entry *entry, size_t index, struct seed_key *key)
{
    static const char *const members[] = { "id", "account", "region",
        "multiRegion", "aliases", "material", "description", "enabled",
        "policy", "tags" };
    enum status status = seed_entry_check(entry, members, ARRAY_LEN(members));
    if (status == STATUS_OK)
        status = read_name(entry, index, &key->key);
    if (status == STATUS_OK)
        status = read_material(entry, &key->key, &key->material);
    if (status == STATUS_OK)
        status = read_aliases(entry, key);
    if (status == STATUS_OK)
        status = read_rest(entry, &key->key);
    return status;
}
