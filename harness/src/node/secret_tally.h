/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the Secrets of a cluster are stored: how many under which prefix, and
 * their names. Filled from etcd's values, of which nothing is kept. Plain
 * value that owns its text; used by one thread.
 */
#ifndef NODE_SECRET_TALLY_H
#define NODE_SECRET_TALLY_H

#include "base/buf.h"

#define SECRET_TALLY_PREFIX "/registry/secrets/"

enum { SECRET_TALLY_ROWS = 16 };

struct secret_tally {
    struct {
        struct buf prefix; /* "k8s:enc:kms:v2:kmslab:"; empty: in plain */
        size_t count;
    } rows[SECRET_TALLY_ROWS];
    size_t row_count;
    struct buf *names; /* "NAMESPACE/NAME" of each, in etcd's order */
    size_t count, capacity;
};
void secret_tally_reset(struct secret_tally *tally);

/* Counts one value; the key begins with SECRET_TALLY_PREFIX. STATUS_TOO_LARGE
 * above SECRET_TALLY_ROWS different prefixes. */
MUST_USE enum status secret_tally_add(
    struct secret_tally *tally, struct span key, struct span value);

/* How many are stored under this prefix; "": in plain. */
size_t secret_tally_under(const struct secret_tally *tally, const char *prefix);

/* Appends "12 Secrets: 11 under k8s:enc:kms:v2:kmslab:, 1 in plain". */
void secret_tally_say(const struct secret_tally *tally, struct buf *words);

#endif
