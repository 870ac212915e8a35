/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kube-apiserver of a control plane node: ended so that kubelet leaves it
 * so (its manifest is moved away first), and started again with a configuration
 * of ours as a new static pod, which knows nothing of kubelet's pauses after
 * crashes. The node's own manifest is kept until it is given back. On failure
 * one line in *problem.
 */
#ifndef NODE_NODE_APISERVER_H
#define NODE_NODE_APISERVER_H

#include "engine/engine.h"
#include "kind/record.h"

/*
 * Part of a shell script: waits until nothing of an ended pod is left. A static
 * pod that comes before the old one's cgroup is gone is looked at again only
 * after ten seconds and more.
 */
#define NODE_APISERVER_AWAIT_GONE                                              \
    "for log in /var/log/pods/kube-system_kube-apiserver-*; do\n"              \
    "  for try in $(seq 100); do\n"                                            \
    "    [ -n \"$(find /sys/fs/cgroup -name \"*pod${log##*_}*\" -print "       \
    "-quit 2>/dev/null)\" ] || break\n"                                        \
    "    sleep 0.1\n"                                                          \
    "  done\n"                                                                 \
    "done\n"

/* SIGKILL, or SIGTERM first, which it has eight seconds to follow. Returns
 * once it has ended; harmless where it does not run. */
MUST_USE enum status node_apiserver_stop(const struct engine *engine,
    const char *node, bool kill, struct buf *problem);

/* Lets kubelet start one that was stopped, with the EncryptionConfiguration at
 * this path of the node, which the manifest mounts; waits for nothing. */
MUST_USE enum status node_apiserver_start(const struct engine *engine,
    const char *node, const char *config, struct buf *problem);

/* It starts anew as it was before the first stop, and is live again. */
MUST_USE enum status node_apiserver_restore(
    const struct engine *engine, const char *node, struct buf *problem);

/* Its process id in the node; 0: it does not run. */
MUST_USE enum status node_apiserver_process(const struct engine *engine,
    const char *node, int64_t *pid, struct buf *problem);

/* What the node's programs are; what cannot be told stays empty. Appends. */
struct node_programs {
    struct buf apiserver, sha256; /* "v1.35.4"; of the program, in hex */
    struct buf etcd;              /* "3.6.16" */
};
void node_programs_reset(struct node_programs *programs);
void node_programs_read(
    const struct engine *engine, const char *node, struct node_programs *out);

#endif
