/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The root key: 32 random bytes that seal all key material in the store. It
 * lives in a file of its own, as 64 hexadecimal digits and a newline, which
 * nobody but its owner may read. Whoever holds store and root key holds the
 * keys; without the root key the store's keys are lost.
 */
#ifndef KEYS_ROOT_KEY_H
#define KEYS_ROOT_KEY_H

#include "base/random.h"

enum { ROOT_KEY_LEN = 32 };

/*
 * Reads the key; where the file is missing and `create` is set, makes it
 * first (0600, durable, never over another's). On failure *problem is one
 * line for a person that names the file and what to do:
 * STATUS_NOT_FOUND   missing, and not to be made: the store holds keys that
 *                    were sealed under it (see vault_initialised)
 * STATUS_DENIED      not readable, or readable by group or others
 * STATUS_INVALID     not 64 hexadecimal digits, or not a regular file
 * STATUS_FULL, STATUS_IO, STATUS_CRYPTO  while reading or making it
 */
MUST_USE enum status root_key_load(const char *path, bool create,
    const struct random *random, struct buf *key, struct buf *problem);

#endif
