/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real etcd of our own, on loopback, with its data in the workspace. It
 * does not sync to disk: its life is one run. One thread uses a handle.
 */
#ifndef CLUSTER_ETCD_PROCESS_H
#define CLUSTER_ETCD_PROCESS_H

#include "http/etcd.h"
#include "process/workspace.h"

struct etcd_process;

/*
 * Starts the program and waits until it answers. `name` names its folder in
 * the workspace: a new name is a new, empty etcd. On failure one line for a
 * person is appended to *problem. The workspace is borrowed.
 */
MUST_USE enum status etcd_process_start(const char *program,
    const struct workspace *workspace, const char *name,
    struct etcd_process **out, struct buf *problem);

/* Borrows. */
const struct etcd_server *etcd_process_server(const struct etcd_process *etcd);

/* Stops it. NULL is fine. */
void etcd_process_free(struct etcd_process *etcd);

#endif
