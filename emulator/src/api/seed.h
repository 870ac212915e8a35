/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and access keys with names known in advance, from a JSON file:
 *
 * { "keys": [ { "id": UUID or mrk-…, "account": 12 digits, "region": …,
 *               "multiRegion": { "primary": …, "replicas": [ … ] },
 *               "aliases": [ "alias/…" ], "material": base64 of 32 bytes,
 *               "description": …, "enabled": true, "policy": JSON as text,
 *               "tags": { NAME: VALUE } } ],
 *   "accessKeys": [ { "accessKeyId": …, "secretAccessKey": …,
 *                     "account": 12 digits } ] }
 *
 * Only id, accessKeyId and secretAccessKey must be there. Without "material"
 * a key gets random material when it is first made. "multiRegion" stands
 * instead of "region", for an mrk- id alone: the key, its aliases and all else
 * is then there in each of these Regions, with the same material, which must
 * be given where there are replicas.
 */
#ifndef API_SEED_H
#define API_SEED_H

#include "api/key.h"
#include "api/parts.h"

enum {
    SEED_FILE_MAX = 16 * 1024 * 1024, /* bytes */
    SEED_ENTRIES_MAX = 10000,
};

struct seed_key {
    struct key key;      /* as it is to be made; without its material's id */
    struct buf material; /* empty: random */
    struct buf *aliases;
    size_t alias_count;
};

struct seed_access_key {
    struct buf id, secret, account;
};

struct seed {
    struct seed_key *keys;
    size_t key_count;
    struct seed_access_key *access_keys;
    size_t access_key_count;
};
void seed_free(struct seed *seed);

/*
 * Reads a seed file. STATUS_INVALID for anything that is not as above, also
 * for a name that stands twice; *problem then says where and what. `standard`
 * is the account and Region of entries that name none.
 */
MUST_USE enum status seed_read(struct span json, const struct caller *standard,
    struct seed **out, struct buf *problem);

/*
 * Adds what is not there yet, of one account or (empty) of all. Blocks.
 * STATUS_EXISTS, with *problem, where the store has a key of that id with
 * other material, an alias of another key, or an access key is known with
 * another secret: then nothing was added.
 */
MUST_USE enum status seed_apply(const struct parts *parts,
    const struct seed *seed, struct span account, struct buf *problem);

#endif
