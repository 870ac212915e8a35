/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mark of the root key: a record of the whole store, sealed when the
 * first root key was used, that opens under this root key alone.
 */
#ifndef KEYS_VAULT_MARK_H
#define KEYS_VAULT_MARK_H

#include "base/random.h"
#include "store/store.h"

struct seal;

MUST_USE enum status vault_mark_exists(struct store *store, bool *answer);

/*
 * Makes the mark in a store that has none. STATUS_AUTHENTIC where the mark
 * was made under another root key. Blocks.
 */
MUST_USE enum status vault_mark_check(
    struct store *store, struct seal *seal, const struct random *random);

#endif
