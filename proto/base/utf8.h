/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/span.h"

/*
 * Decodes the character at the start of text. Returns its length in bytes, or
 * 0 where no valid UTF-8 (RFC 3629: no surrogates, no overlong forms) stands.
 */
size_t utf8_decode(struct span text, uint32_t *character);

bool utf8_valid(struct span text);

/* The start of a valid text, max bytes at most, that ends with a character. */
struct span utf8_first(struct span text, size_t max);

#endif
