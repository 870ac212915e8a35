/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing under the root key: AES-256-GCM over bytes for the store, bound to
 * the names they are stored under, so that records cannot be swapped.
 * Immutable once made; any thread may use it.
 *
 * A sealed record: 0x01 (format), 12 bytes nonce, ciphertext, 16 bytes tag.
 */
#ifndef KEYS_SEAL_H
#define KEYS_SEAL_H

#include "base/random.h"

enum {
    SEAL_OVERHEAD = 29,
    SEAL_NAMES_MAX = 8,
};

struct seal;

/* `root_key`: ROOT_KEY_LEN bytes, copied. */
MUST_USE enum status seal_new(struct span root_key, struct seal **out);
/* The same under a key that follows from the root key and a purpose: for what
 * is not key material, and made more often. */
MUST_USE enum status seal_new_for(
    struct span root_key, const char *purpose, struct seal **out);
void seal_free(struct seal *seal);

/*
 * Appends the sealed record of `bytes`. names[0] says what it is, the others
 * where it belongs; STATUS_TOO_LARGE above SEAL_NAMES_MAX of them.
 */
MUST_USE enum status seal_close(struct seal *seal, const struct random *random,
    const struct span *names, size_t count, struct span bytes, struct buf *out);

/*
 * Appends the bytes of a sealed record. STATUS_VERSION for a format of a
 * newer program, STATUS_CORRUPT for bytes that are no sealed record,
 * STATUS_AUTHENTIC where root key, names or bytes are not those it was
 * sealed with.
 */
MUST_USE enum status seal_open(struct seal *seal, const struct span *names,
    size_t count, struct span record, struct buf *out);

#endif
