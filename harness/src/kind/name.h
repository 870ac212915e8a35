/* SPDX-License-Identifier: Apache-2.0 */
/* What a kind cluster may be called. */
#ifndef KIND_NAME_H
#define KIND_NAME_H

#include "base/buf.h"

/* NAME-control-plane16 must fit into the 63 bytes of a host name. */
enum { KIND_NAME_MAX = 47 };

/*
 * kind's own rule (small letters, digits, "." and "-"), and what hosts and
 * folders need besides: a letter or digit at either end, KIND_NAME_MAX bytes.
 */
bool kind_name_is_valid(struct span name);

/* STATUS_INVALID, with a line in *problem, for another. */
MUST_USE enum status kind_name_check(const char *name, struct buf *problem);

/* Appends the name that kind gives to node `index` (from 0) of a role:
 * "NAME-control-plane", "NAME-control-plane2", … */
MUST_USE enum status kind_name_node(
    const char *name, const char *role, size_t index, struct buf *out);

#endif
