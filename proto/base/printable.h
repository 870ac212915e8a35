/* SPDX-License-Identifier: Apache-2.0 */
/* Text of others on a terminal. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include "base/buf.h"

/*
 * Appends the text in one line: what would steer a terminal, or turn the
 * direction of text, becomes '?' (control characters, Unicode's directional
 * ones, bytes that are not UTF-8); a newline or tab becomes a space.
 */
MUST_USE enum status printable_append(struct span text, struct buf *out);

#endif
