/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The etcd of a control plane node, through etcdctl: the node's own where its
 * image carries one, else the one in etcd's container (by crictl). Each call
 * runs a program in the node; on failure one line in *problem.
 */
#ifndef NODE_NODE_ETCD_H
#define NODE_NODE_ETCD_H

#include "base/json.h"
#include "engine/engine.h"

/* Appends what `etcdctl ARGUMENTS…` (ends in NULL) prints. */
MUST_USE enum status node_etcd_run(const struct engine *engine,
    const char *node, const char *const *arguments, struct buf *printed,
    struct buf *problem);

/* Parses what `etcdctl get -w json` prints, without its header.
 * STATUS_INVALID for other text. */
MUST_USE enum status node_etcd_parse(
    struct span printed, struct json_doc **doc);

/* Appends the bytes of a key. STATUS_NOT_FOUND where there is no such key, or
 * no such node. */
MUST_USE enum status node_etcd_get(const struct engine *engine,
    const char *node, const char *key, struct buf *value, struct buf *problem);

/* Replaces what stands there. */
MUST_USE enum status node_etcd_put(const struct engine *engine,
    const char *node, const char *key, struct span value, struct buf *problem);

/* All keys with this prefix go. */
MUST_USE enum status node_etcd_delete_all(const struct engine *engine,
    const char *node, const char *prefix, struct buf *problem);

/* Appends the first value of what `etcdctl get -w json` prints.
 * STATUS_NOT_FOUND where it found nothing, STATUS_INVALID for other text. */
MUST_USE enum status node_etcd_value(struct span printed, struct buf *value);

#endif
