/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTBED_CLUSTER_APISERVER_H
#define TESTBED_CLUSTER_APISERVER_H

#include "process/workspace.h"
#include "testbed/cluster.h"

struct cluster_apiserver_options {
    const struct workspace *workspace; /* borrowed; outlives the cluster */
    const char *kube_apiserver;        /* paths of the programs */
    const char *etcd;
    const char *endpoint;        /* of the plugin */
    const struct cluster *first; /* one of these, whose etcd and time it has
                                  * too, and that outlives it; NULL: none */
    bool kms_v1;
    int64_t timeout_ms;
};

/* Starts an etcd, unless the first has one; kube-apiserver does not run yet.
 * Its time is real time. */
MUST_USE enum status cluster_apiserver_new(
    const struct cluster_apiserver_options *options, struct cluster *out,
    struct buf *problem);

/* Appends what the programs are: "v1.35.4", the hash of kube-apiserver,
 * "3.6.16". What cannot be told stays empty. */
void cluster_apiserver_identify(const char *kube_apiserver, const char *etcd,
    struct buf *version, struct buf *sha256, struct buf *etcd_version);

#endif
