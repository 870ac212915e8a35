/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of resources in an EncryptionConfiguration: "secrets" (of the core
 * group), "deployments.apps", and the wildcards "*.", "*.apps" and "*.*".
 */
#ifndef K8S_GROUP_RESOURCE_H
#define K8S_GROUP_RESOURCE_H

#include "base/buf.h"

struct group_resource {
    struct span resource; /* up to the first dot */
    struct span group;    /* after it; empty: the core group */
};

/* Borrows. */
struct group_resource group_resource_of(struct span text);

bool group_resource_equal(struct group_resource a, struct group_resource b);

/* "*" as the resource. */
bool group_resource_is_wildcard(struct group_resource name);

/* "*.*" */
bool group_resource_is_all(struct group_resource name);

/* Appends the one spelling of a name: "secrets." is "secrets", but the
 * wildcard of the core group keeps its dot. */
MUST_USE enum status group_resource_append(
    struct group_resource name, struct buf *out);

#endif
