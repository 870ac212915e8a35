/* SPDX-License-Identifier: Apache-2.0 */
/* A cluster that other commands look into by its name. */
#ifndef NODE_KNOWN_H
#define NODE_KNOWN_H

#include "engine/engine.h"
#include "kind/record.h"

struct kind_known {
    struct kind_record record;
    struct engine engine; /* borrows the record */
};
void kind_known_reset(struct kind_known *known);

/* The words NAME and WHAT of a command, either of which may be left out: a
 * single word that names a program (`is_what`) is WHAT. */
void kind_known_words(bool is_what, const char **name, const char **what);

/* STATUS_NOT_FOUND where kmslab has no record of it. Each failure appends one
 * line to *problem. Do not move what was opened. */
MUST_USE enum status kind_known_open(
    const char *name, struct kind_known *out, struct buf *problem);

/* One of its control planes, by the name of its container; NULL is the first.
 * NULL, with a line in *problem, where it has none of that name. Borrows. */
const char *kind_known_node(
    const struct kind_known *known, const char *node, struct buf *problem);

/* Appends the URL of the emulator's admin listener. STATUS_NOT_FOUND where the
 * cluster has none. */
MUST_USE enum status kind_known_admin(
    const char *name, struct buf *url, struct buf *problem);

/* Appends what etcd holds for a Secret "NAMESPACE/NAME", asked of one control
 * plane after another; *key gets its key. */
MUST_USE enum status kind_known_stored(const char *name, const char *secret,
    struct buf *key, struct buf *value, struct buf *problem);

#endif
