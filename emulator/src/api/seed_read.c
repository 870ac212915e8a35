/* SPDX-License-Identifier: Apache-2.0 */
#include "api/seed.h"

#include "api/seed_key.h"
#include "aws/arn.h"

#include <stdlib.h>

void
seed_free(struct seed *seed)
{
    if (seed == NULL)
        return;
    for (size_t i = 0; i < seed->key_count; i++)
        seed_key_reset(&seed->keys[i]);
    for (size_t i = 0; i < seed->access_key_count; i++) {
        buf_reset(&seed->access_keys[i].id);
        buf_reset(&seed->access_keys[i].secret);
        buf_reset(&seed->access_keys[i].account);
    }
    free(seed->keys);
    free(seed->access_keys);
    free(seed);
}

static enum status
read_access_key(const struct seed_entry *entry, struct seed_access_key *key)
{
    static const char *const members[] = { "accessKeyId", "secretAccessKey",
        "account" };
    struct span id, secret, account;
    enum status status = seed_entry_check(entry, members, ARRAY_LEN(members));
    if (status == STATUS_OK)
        status = seed_entry_text(entry, "accessKeyId", NULL, &id);
    if (status == STATUS_OK)
        status = seed_entry_text(entry, "secretAccessKey", NULL, &secret);
    if (status == STATUS_OK)
        status = seed_entry_text(
            entry, "account", entry->standard->account, &account);
    if (status != STATUS_OK)
        return status;
    if (id.len == 0 || id.len > REGISTRY_KEY_ID_MAX)
        return seed_entry_wrong(
            entry, "accessKeyId", "must have 1 to 128 bytes");
    if (secret.len == 0 || secret.len > REGISTRY_SECRET_MAX)
        return seed_entry_wrong(
            entry, "secretAccessKey", "must have 1 to 128 bytes");
    if (!arn_is_account(account))
        return seed_entry_wrong(entry, "account", "must be 12 digits");
    status = buf_set(&key->id, id);
    if (status == STATUS_OK)
        status = buf_set(&key->secret, secret);
    if (status == STATUS_OK)
        status = buf_set(&key->account, account);
    return status;
}

static bool
same_place(const struct key *a, const struct key *b)
{
    return strcmp(a->account, b->account) == 0 &&
           strcmp(a->region, b->region) == 0;
}

/* What two keys of a file may not share. */
static enum status
check_clash(const struct seed_entry *entry, const struct seed_key *a,
    const struct seed_key *b)
{
    if (!same_place(&a->key, &b->key))
        return STATUS_OK;
    if (a != b && strcmp(a->key.id, b->key.id) == 0)
        return seed_entry_wrong(entry, "id", "stands in this file twice");
    for (size_t i = 0; i < a->alias_count; i++)
        for (size_t j = 0; j < b->alias_count; j++)
            if ((a != b || i != j) &&
                span_equal(buf_span(&a->aliases[i]), buf_span(&b->aliases[j])))
                return seed_entry_wrong(entry, "aliases", "one stands twice");
    return STATUS_OK;
}

/* At least as many keys as the entries of a list make. */
static size_t
count_keys(const struct json *list)
{
    size_t count = 0;
    for (size_t i = 0; i < json_count(list); i++)
        count += seed_key_regions(json_at(list, i));
    return count;
}

/* An entry is a key in each of its Regions. */
static enum status
read_key(const struct seed_entry *entry, struct seed *seed)
{
    size_t regions = seed_key_regions(entry->node);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < regions && status == STATUS_OK; i++) {
        struct seed_key *key = &seed->keys[seed->key_count++];
        status = seed_key_read(entry, i, key);
        for (size_t j = 0; j < seed->key_count && status == STATUS_OK; j++)
            status = check_clash(entry, key, &seed->keys[j]);
    }
    return status;
}

static enum status
read_keys(struct seed_entry *entry, const struct json *list, struct seed *seed)
{
    enum status status = STATUS_OK;
    seed->keys = calloc(count_keys(list) + 1, sizeof(*seed->keys));
    if (seed->keys == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < json_count(list) && status == STATUS_OK; i++) {
        entry->index = i;
        entry->node = json_at(list, i);
        status = read_key(entry, seed);
    }
    return status;
}

static enum status
read_access_keys(
    struct seed_entry *entry, const struct json *list, struct seed *seed)
{
    enum status status = STATUS_OK;
    seed->access_keys =
        calloc(json_count(list) + 1, sizeof(*seed->access_keys));
    if (seed->access_keys == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < json_count(list) && status == STATUS_OK; i++) {
        struct seed_access_key *key =
            &seed->access_keys[seed->access_key_count++];
        entry->index = i;
        entry->node = json_at(list, i);
        status = read_access_key(entry, key);
        for (size_t j = 0; j < i && status == STATUS_OK; j++)
            if (span_equal(
                    buf_span(&key->id), buf_span(&seed->access_keys[j].id)))
                status = seed_entry_wrong(
                    entry, "accessKeyId", "stands in this file twice");
    }
    return status;
}

static enum status
check_list(const char *name, const struct json *list, struct buf *problem)
{
    if (list != NULL && json_kind(list) != JSON_KIND_ARRAY) {
        buf_say(problem, "%s: must be a list", name);
        return STATUS_INVALID;
    }
    if (json_count(list) > SEED_ENTRIES_MAX) {
        buf_say(problem, "%s: at most %d entries", name, SEED_ENTRIES_MAX);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status
read_root(const struct json *root, const struct caller *standard,
    struct seed *seed, struct buf *problem)
{
    struct seed_entry entry = { .standard = standard, .problem = problem };
    const struct json *keys = json_member(root, "keys");
    const struct json *access_keys = json_member(root, "accessKeys");
    if (json_kind(root) != JSON_KIND_OBJECT) {
        buf_say(problem, "must be an object with \"keys\" or \"accessKeys\"");
        return STATUS_INVALID;
    }
    for (void *it = json_first(root); it != NULL; it = json_next(root, it))
        if (json_iterator_value(it) != keys &&
            json_iterator_value(it) != access_keys)
            return seed_entry_unknown(json_iterator_key(it), problem);
    enum status status = check_list("keys", keys, problem);
    if (status == STATUS_OK)
        status = check_list("accessKeys", access_keys, problem);
    entry.list = "keys";
    if (status == STATUS_OK)
        status = read_keys(&entry, keys, seed);
    entry.list = "accessKeys";
    if (status == STATUS_OK)
        status = read_access_keys(&entry, access_keys, seed);
    return status;
}

enum status
seed_read(struct span json, const struct caller *standard, struct seed **out,
    struct buf *problem)
{
    struct json_doc *doc = NULL;
    int line = 0;
    if (json.len > SEED_FILE_MAX)
        return STATUS_TOO_LARGE;
    enum status status = json_parse_strict(json, &doc, &line);
    if (status == STATUS_INVALID || status == STATUS_EXISTS) {
        buf_say(problem, "line %d: %s", line,
            status == STATUS_EXISTS ? "a field stands twice"
                                    : "this is not JSON");
        return STATUS_INVALID;
    }
    if (status != STATUS_OK)
        return status;
    struct seed *seed = calloc(1, sizeof(*seed));
    status = seed == NULL ? STATUS_NO_MEMORY
                          : read_root(json_root(doc), standard, seed, problem);
    json_doc_free(doc);
    if (status != STATUS_OK) {
        seed_free(seed);
        return status;
    }
    *out = seed;
    return STATUS_OK;
}
