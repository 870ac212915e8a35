/* SPDX-License-Identifier: Apache-2.0 */
/* Why a cluster does not come up, from what its nodes say. */
#ifndef KIND_EXPLAIN_H
#define KIND_EXPLAIN_H

#include "engine/engine.h"
#include "kind/record.h"

/* Appends what kind gave up for (from its stderr), and what the plugin or
 * kubelet of a node say where they are the cause. */
void kind_explain(const struct engine *engine, const struct kind_record *record,
    struct span errors, struct buf *problem);

/* Appends what the static pods of ours in a node wrote last. */
void kind_explain_pods(
    const struct engine *engine, const char *node, struct buf *problem);

/* One look at the health of a node's plugin: OK where it is healthy, else a
 * reason is appended to *words. STATUS_DENIED: that reason is its own. */
MUST_USE enum status kind_explain_health(
    const struct engine *engine, const char *node, struct buf *words);

#endif
