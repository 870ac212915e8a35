/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encryption context as bytes: equal for equal maps, different for
 * different ones. Pairs are sorted by key and every part carries its length,
 * so {"a":"bc"} is not {"ab":"c"}.
 */
#ifndef KEYS_CONTEXT_H
#define KEYS_CONTEXT_H

#include "base/buf.h"

struct context_pair {
    struct span key, value; /* borrowed */
};

/*
 * Sorts `pairs` in place and appends their canonical form: nothing for no
 * pairs (no context and {} are the same), else their number and each part
 * after its length. STATUS_EXISTS for a key that stands twice.
 */
MUST_USE enum status context_canonical(
    struct context_pair *pairs, size_t count, struct buf *out);

#endif
