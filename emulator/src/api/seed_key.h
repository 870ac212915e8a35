/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a seed file's keys. For seed_read.c. */
#ifndef API_SEED_KEY_H
#define API_SEED_KEY_H

#include "api/seed.h"
#include "api/seed_entry.h"

/* A rotation changes two records in each Region, in one commit. */
enum { SEED_REPLICAS_MAX = 24 };

/* In how many Regions an entry has its key; 1 for what is no proper entry. */
size_t seed_key_regions(const struct json *node);

/*
 * Reads the key as it is in the Region of that index into an empty *key, which
 * holds what was read also on failure. STATUS_INVALID says what is wrong.
 */
MUST_USE enum status seed_key_read(
    const struct seed_entry *entry, size_t index, struct seed_key *key);

void seed_key_reset(struct seed_key *key);

#endif
