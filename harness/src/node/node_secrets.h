/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in the etcd of a control plane node for the Secrets. */
#ifndef NODE_NODE_SECRETS_H
#define NODE_NODE_SECRETS_H

#include "engine/engine.h"
#include "node/secret_tally.h"

/*
 * Counts all Secrets in pages, by etcdctl in the node. Replaces *tally. On
 * failure one line in *problem.
 */
MUST_USE enum status node_secrets_count(const struct engine *engine,
    const char *node, struct secret_tally *tally, struct buf *problem);

/*
 * Adds what one answer of `etcdctl get FROM TO -w json` lists to the tally;
 * *next gets the key to go on with, and is empty where that was all.
 */
MUST_USE enum status node_secrets_page(
    struct span printed, struct secret_tally *tally, struct buf *next);

#endif
