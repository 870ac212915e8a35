/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A KMS key as the store keeps it (all but its material), and an alias. A
 * plain value: whoever fills one in owns it and resets it.
 */
#ifndef API_KEY_H
#define API_KEY_H

#include "access/access.h"
#include "aws/limits.h"
#include "keys/material.h"
#include "store/store.h"

/* Kinds of records. */
#define KEY_KIND "key"
#define KEY_KIND_ALIAS "alias"

enum { KEY_ARN_MAX = 160 };

enum key_state {
    KEY_STATE_ENABLED,
    KEY_STATE_DISABLED,
    KEY_STATE_PENDING_DELETION,
};

struct key_tag {
    struct buf key, value;
};

enum key_material_cause {
    KEY_MATERIAL_FIRST,
    KEY_MATERIAL_AUTOMATIC, /* a rotation that was due */
    KEY_MATERIAL_ON_DEMAND,
};

/* Material that a key has or had; all of it still decrypts. */
struct key_material {
    char id[MATERIAL_ID_LEN + 1];
    int64_t since_ms;
    enum key_material_cause cause;
};

/* Automatic rotation. */
struct key_rotation {
    bool enabled;
    int64_t period_days;
    int64_t next_ms; /* when enabled: the next one is due */
};

struct key {
    uint64_t version; /* of the record; 0: not stored yet */
    char account[KEY_ACCOUNT_LEN + 1];
    char region[CALLER_REGION_MAX + 1];
    char id[KEY_ID_LEN + 1];
    char arn[KEY_ARN_MAX];
    enum key_state state;
    int64_t created_ms;
    int64_t deletion_ms; /* when pending deletion */
    int64_t alias_count; /* alias records that name this key */
    char material_id[MATERIAL_ID_LEN + 1]; /* the current one */
    /* Once it was rotated: all its materials, the current one last. */
    struct key_material *materials;
    size_t material_count;
    struct key_rotation rotation;
    /* Of a multi-Region key ("mrk-…"): its primary's Region, else empty; and
     * its replicas' Regions, with ',' between. The same in each Region. */
    char primary_region[CALLER_REGION_MAX + 1];
    struct buf replica_regions;
    struct buf description;
    struct buf policy;    /* empty: the default policy */
    struct key_tag *tags; /* sorted by key */
    size_t tag_count;
};
void key_reset(struct key *key);

/*
 * Sets account, Region, id and ARN of an empty key. STATUS_INVALID for parts
 * that are not of their form.
 */
MUST_USE enum status key_set_name(
    struct key *key, struct span account, struct span region, struct span id);

/* Whether it is a multi-Region key, and whether it is one's replica. */
bool key_is_multi_region(const struct key *key);
bool key_is_replica(const struct key *key);

/* Makes material the current one. */
MUST_USE enum status key_material_add(struct key *key, const char *material_id,
    enum key_material_cause cause, int64_t now_ms);
/* Whether the key has, or had, the material of that id. */
bool key_has_material(const struct key *key, const char *material_id);

/* What keys/ calls it. Borrows from the key. */
struct key_name key_names(const struct key *key);

/* Where its record is. Borrows from the key. */
struct store_key key_record(const struct key *key);

/* "Enabled", "Disabled" or "PendingDeletion". */
const char *key_state_text(enum key_state state);

/* Whether the waiting period of a deletion is over: then there is no key. */
bool key_is_gone(const struct key *key, int64_t now_ms);

/* Sets a tag, or its new value. STATUS_TOO_LARGE above LIMITS_TAGS_MAX. */
MUST_USE enum status key_tag_put(
    struct key *key, struct span name, struct span value);
/* No effect when there is no such tag. */
void key_tag_remove(struct key *key, struct span name);

/* Appends the record's value. */
MUST_USE enum status key_encode(const struct key *key, struct buf *out);

/*
 * Reads a record's value into an empty key. STATUS_VERSION for a record of a
 * newer program, STATUS_CORRUPT for what is no such record.
 */
MUST_USE enum status key_decode(const struct store_key *record,
    uint64_t version, struct span value, struct key *out);

struct key_alias {
    uint64_t version;
    char key_id[KEY_ID_LEN + 1]; /* in the alias's account and Region */
    int64_t created_ms, updated_ms;
};

MUST_USE enum status key_alias_encode(
    const struct key_alias *alias, struct buf *out);
/* As key_decode. */
MUST_USE enum status key_alias_decode(
    uint64_t version, struct span value, struct key_alias *out);

#endif
