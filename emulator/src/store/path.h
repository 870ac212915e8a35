/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key of the store as one string of bytes: account, kind, Region and id
 * with a NUL between. Parts hold no NUL, so paths sort as their parts do, and
 * what belongs together (an account, its records of a kind, those of a
 * Region) stands together.
 */
#ifndef STORE_PATH_H
#define STORE_PATH_H

#include "store/store.h"

MUST_USE enum status path_append(const struct store_key *key, struct buf *out);

/* The start of all paths of an account, also of one kind, of one Region. */
MUST_USE enum status path_append_account(struct span account, struct buf *out);
MUST_USE enum status path_append_kind(
    struct span account, struct span kind, struct buf *out);
MUST_USE enum status path_append_region(
    const struct store_key *key, struct buf *out);

/*
 * Appends the first path after all that begin with `prefix`, which one of the
 * functions above made.
 */
MUST_USE enum status path_append_end(struct span prefix, struct buf *out);

/* The parts of a path that path_append made; borrowed from it. */
struct store_key path_parse(struct span path);

#endif
