/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM under one key. OpenSSL contexts with the key set up are kept
 * and reused: a new one costs twice the encryption of a data key. Any number
 * of threads may use one struct aead at the same time.
 */
#ifndef KEYS_AEAD_H
#define KEYS_AEAD_H

#include "base/span.h"
#include "base/status.h"

enum {
    AEAD_KEY_LEN = 32,
    AEAD_NONCE_LEN = 12,
    AEAD_TAG_LEN = 16,
};

struct aead;

/* `key`: AEAD_KEY_LEN bytes, copied. */
MUST_USE enum status aead_new(const uint8_t *key, struct aead **out);
/* Wipes. NULL is fine. */
void aead_free(struct aead *aead);

/* What goes along with a text: all authenticated, none encrypted. */
struct aead_extra {
    const uint8_t *nonce;      /* AEAD_NONCE_LEN bytes, never twice for a key */
    struct span first, second; /* taken one after the other */
};

/* Writes text.len bytes to `out` and the tag to `tag`. */
MUST_USE enum status aead_encrypt(struct aead *aead,
    const struct aead_extra *extra, struct span text, uint8_t *out,
    uint8_t *tag);

/*
 * Writes text.len bytes to `out`, which on STATUS_AUTHENTIC the caller wipes.
 */
MUST_USE enum status aead_decrypt(struct aead *aead,
    const struct aead_extra *extra, struct span text, const uint8_t *tag,
    uint8_t *out);

#endif
