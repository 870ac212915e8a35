/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that say for themselves until when they are good: the end in
 * milliseconds, '-' and a MAC. Nothing is stored. Thread-safe.
 */
#ifndef METADATA_TOKENS_H
#define METADATA_TOKENS_H

#include "base/buf.h"

enum { TOKENS_KEY_LEN = 32 };

struct tokens {
    uint8_t key[TOKENS_KEY_LEN]; /* random for each process */
};

MUST_USE enum status tokens_init(struct tokens *tokens);

/* Appends a token for a purpose, e.g. "imds". */
MUST_USE enum status tokens_issue(const struct tokens *tokens,
    const char *purpose, int64_t expires_ms, struct buf *out);

/* Whether a text (NULL: none) is a token for that purpose that is good now. */
bool tokens_good(
    const struct tokens *tokens, const char *purpose, const char *text);

#endif
