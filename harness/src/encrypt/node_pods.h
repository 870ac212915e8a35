/* SPDX-License-Identifier: Apache-2.0 */
/* The static pods that kmslab adds to a control plane node that is there
 * already, and all that they need. On failure one line in *problem. */
#ifndef ENCRYPT_NODE_PODS_H
#define ENCRYPT_NODE_PODS_H

#include "engine/engine.h"
#include "kind/plan.h"

#define NODE_PODS_EMULATOR "kmslab-emulator"
#define NODE_PODS_PLUGIN "kmslab-plugin"

enum { NODE_PODS_MS = 2 * 60 * 1000 }; /* for a pod to answer */

/* Copies the bundle and starts the emulator; its seed is there already. */
MUST_USE enum status node_pods_start_emulator(const struct engine *engine,
    const char *node, const struct kind_recipe *recipe, struct buf *problem);

/* The same for the plugin of control plane `index`. */
MUST_USE enum status node_pods_start_plugin(const struct engine *engine,
    const char *node, size_t index, const struct kind_recipe *recipe,
    struct buf *problem);

/* Waits until the pod answers with 200 in the node. STATUS_TIMEOUT after
 * patience_ms; the line then ends in what it logged. */
MUST_USE enum status node_pods_await(const struct engine *engine,
    const char *node, const char *pod, int64_t patience_ms,
    struct buf *problem);

/* Ends both pods and waits for their end, then removes every file of ours. */
MUST_USE enum status node_pods_remove(
    const struct engine *engine, const char *node, struct buf *problem);

#endif
