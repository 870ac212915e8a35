/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kind cluster as one run finds it: the record of kmslab, how its apiservers
 * are reached with the certificate of its kubeconfig, and a folder for the
 * plugin's sockets that this machine and the nodes share, which is removed
 * with the site. The plugin runs here and not in the cluster. Used by one
 * thread. (The container engine is kept out of here: a run has a struct engine
 * of its own.)
 */
#ifndef TESTBED_KIND_SITE_H
#define TESTBED_KIND_SITE_H

#include "process/workspace.h"

struct kind_site;

/* On failure a line in *problem; STATUS_UNSUPPORTED where the cluster is not
 * one that runs can use, or has fewer apiservers than wanted. The workspace
 * keeps the certificates. */
MUST_USE enum status kind_site_open(const char *cluster, size_t apiservers,
    const struct workspace *workspace, struct kind_site **out,
    struct buf *problem);
void kind_site_free(struct kind_site *site);

/* Folder of this machine for the sockets; borrowed. */
const char *kind_site_sockets(const struct kind_site *site);

/* What the cluster consists of; borrowed. Empty: not known. */
struct kind_site_facts {
    struct span version, sha256, etcd; /* kube-apiserver's, and etcd's */
    struct span image;                 /* of the nodes */
};
struct kind_site_facts kind_site_look(const struct kind_site *site);

/* Writes the log of the first node's apiserver as "kube-apiserver.log" into the
 * workspace, where a run looks for logs. */
void kind_site_write_log(
    struct kind_site *site, const struct workspace *workspace);

#endif
