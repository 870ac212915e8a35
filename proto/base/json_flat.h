/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plainest of JSON without a parse tree: one object whose values are all
 * strings of printable ASCII without escapes, as KMS's good answers are. What
 * is taken means what json_parse makes of it; for all else that is to be
 * asked. Keeps no state, allocates nothing, copies nothing.
 */
#ifndef BASE_JSON_FLAT_H
#define BASE_JSON_FLAT_H

#include "base/compiler.h"
#include "base/span.h"

struct json_flat_member {
    const char *key;
    struct span value; /* borrows from the text; empty: absent or empty */
};

/*
 * Fills in the values, of a repeated key the last. False where the text is
 * not so plain, whether it is JSON or not: the values are then nothing.
 */
MUST_USE bool json_flat_read(
    struct span text, struct json_flat_member *members, size_t count);

#endif
