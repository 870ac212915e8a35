/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 (RFC 4648, standard alphabet, padded) and lower-case hexadecimal.
 * Base64 is constant in time for its length: it carries keys.
 */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/buf.h"

/* Appends. */
MUST_USE enum status base64_encode(struct span bytes, struct buf *out);

/*
 * Appends the decoded bytes. STATUS_INVALID for anything but whole groups of
 * four with proper padding and zero spare bits; white space is not skipped.
 */
MUST_USE enum status base64_decode(struct span text, struct buf *out);

/* Bytes of text that `len` bytes become. */
static inline size_t
base64_encoded_len(size_t len)
{
    return (len + 2) / 3 * 4;
}

/* Appends two digits a byte. */
MUST_USE enum status hex_encode(struct span bytes, struct buf *out);

/* Appends; upper case is read too. STATUS_INVALID for other text. */
MUST_USE enum status hex_decode(struct span text, struct buf *out);

#endif
