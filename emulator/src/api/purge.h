/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking away what is left of keys whose waiting period is over: the key, its
 * materials and its aliases, in one batch or in several, of which the last has
 * the key. Such keys are treated as gone from the moment their time is over;
 * this makes it so in the store.
 */
#ifndef API_PURGE_H
#define API_PURGE_H

#include "api/changeset.h"
#include "api/key.h"

/* Commits them and waits. Blocks. */
MUST_USE enum status purge_now(struct store *store, const struct key *key);

/* Commits the first batch without waiting. Where it fails, or is not all, the
 * next one to meet the key goes on. */
void purge_start(struct store *store, const struct key *key);

#endif
