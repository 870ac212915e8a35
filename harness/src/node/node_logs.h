/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NODE_NODE_LOGS_H
#define NODE_NODE_LOGS_H

#include "engine/engine.h"

/*
 * Appends what a static pod of a node wrote ("kube-apiserver",
 * "kmslab-plugin"): of the last pod of that name the last `lines` of each
 * container, the oldest first, without the time and stream that the node puts
 * before them. On failure one line in *problem.
 */
MUST_USE enum status node_logs_read(const struct engine *engine,
    const char *node, const char *pod, unsigned lines, struct buf *out,
    struct buf *problem);

#endif
