/* SPDX-License-Identifier: Apache-2.0 */
/* The containers and the network of a kind cluster. */
#ifndef KIND_NODES_H
#define KIND_NODES_H

#include "engine/engine.h"
#include "kind/record.h"

/* Appends the names of the cluster's containers, one a line, running or not.
 * kind labels them. */
MUST_USE enum status kind_nodes_list(const struct engine *engine,
    const char *cluster, struct buf *names, struct buf *problem);

/* Removes them and their anonymous volumes, those too that appear while it
 * does so, as the engine may still be making one. */
MUST_USE enum status kind_nodes_remove(
    const struct engine *engine, const char *cluster, struct buf *problem);

/* The network that kind attaches nodes to: KIND_EXPERIMENTAL_DOCKER_NETWORK,
 * else "kind". */
const char *kind_nodes_network(void);

MUST_USE enum status kind_nodes_network_is_there(
    const struct engine *engine, bool *there, struct buf *problem);

/* Makes it if it is not there, and appends this machine's address in it. */
MUST_USE enum status kind_nodes_network_gateway(
    const struct engine *engine, struct buf *address, struct buf *problem);

/* Removes a network; one that is gone, or that others use, is no failure. */
MUST_USE enum status kind_nodes_network_remove(
    const struct engine *engine, const char *network, struct buf *problem);

/* Appends "http://127.0.0.1:PORT", where a port of a node is published. */
MUST_USE enum status kind_nodes_url(const struct engine *engine,
    const char *node, unsigned port, struct buf *url, struct buf *problem);

/* Sets the record's URLs of an emulator in a node, for this machine: they
 * change when the node is started again. No effect for other emulators, and in
 * clusters that we did not make, where no port is published. */
MUST_USE enum status kind_nodes_find_emulator(const struct engine *engine,
    struct kind_record *record, struct buf *problem);

/* Appends the last lines of what a static pod of a node wrote; nothing where
 * it has not run. *restarts counts how often kubelet started it again. */
MUST_USE enum status kind_nodes_pod_log(const struct engine *engine,
    const char *node, const char *pod, struct buf *words, int *restarts);

#endif
