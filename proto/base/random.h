/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Randomness is handed in. random_system is OpenSSL's generator, drawn ahead
 * into a small pool for each thread (a call costs the same whatever its size);
 * bytes leave the pool once and are wiped there. random_seeded repeats: tests
 * and seeded faults only, never keys.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/buf.h"

struct random {
    enum status (*fill)(void *context, uint8_t *bytes, size_t len);
    void *context;
};

/* STATUS_CRYPTO when no randomness can be had; bytes are then undefined. */
MUST_USE static inline enum status
random_fill(const struct random *random, uint8_t *bytes, size_t len)
{
    return random->fill(random->context, bytes, len);
}

/* Thread-safe. */
struct random random_system(void);

/* A repeatable sequence (SplitMix64). Not thread-safe. */
struct random_seeded {
    uint64_t state;
};
struct random random_seeded(struct random_seeded *seeded);

/* Appends a random UUID (RFC 9562 version 4) in its 36-character form. */
MUST_USE enum status random_uuid(const struct random *random, struct buf *out);

#endif
