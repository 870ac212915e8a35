/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kube-apiserver of one control plane node, as this machine reaches it:
 * by the port that the engine publishes, with the client certificate of the
 * node's admin.conf, which is kept in a workspace (0600) and goes away with
 * it. One thread uses it.
 */
#ifndef NODE_NODE_API_H
#define NODE_NODE_API_H

#include "cluster/kubeconfig.h"
#include "engine/engine.h"
#include "process/workspace.h"

struct node_api {
    struct kubeconfig_files files;
    struct kube_server server; /* borrows from files */
};
void node_api_reset(struct node_api *api);

/* The workspace is borrowed. Works while the apiserver is down, too. On
 * failure one line in *problem. Do not move what was opened. */
MUST_USE enum status node_api_open(const struct engine *engine,
    const char *node, const struct workspace *workspace, struct node_api *api,
    struct buf *problem);

#endif
