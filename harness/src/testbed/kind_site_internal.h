/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a kind site, for cluster_kind.c. */
#ifndef TESTBED_KIND_SITE_INTERNAL_H
#define TESTBED_KIND_SITE_INTERNAL_H

#include "cluster/kubeconfig.h"
#include "node/node_apiserver.h"
#include "testbed/kind_site.h"

/* Our Secrets live there, so that nobody else's are touched. */
#define KIND_SITE_NAMESPACE "kmslab-run"
/* In etcd. */
#define KIND_SITE_KEYS "/registry/secrets/" KIND_SITE_NAMESPACE "/"
#define KIND_SITE_PODS "/registry/pods/" KIND_SITE_NAMESPACE "/"

struct kind_site {
    struct kind_record record;
    struct engine engine; /* borrows the record */
    struct buf sockets;   /* folder on this machine */
    struct buf inside;    /* the same as nodes see it */
    struct kubeconfig_files api;
    struct node_programs programs;
    struct buf log; /* of the first apiserver's pods, one after another */
    size_t part;    /* where that of the last one begins */
};

/* The record of a cluster on which a scenario can run. On failure a line. */
MUST_USE enum status kind_site_record(
    const char *cluster, struct kind_record *out, struct buf *problem);

/* The container of an apiserver's node, from 0; borrowed. */
const char *kind_site_node(const struct kind_site *site, size_t server);

/* Appends "https://127.0.0.1:PORT" of that node's own apiserver: a balancer
 * before several of them would answer for another. */
MUST_USE enum status kind_site_url(const struct kind_site *site, size_t server,
    struct buf *url, struct buf *problem);

/* Ends a node's apiserver and removes Secrets and pods of earlier runs: past
 * it, for it may have lost the key to them. */
MUST_USE enum status kind_site_clean(
    const struct engine *engine, const char *node, struct buf *problem);

/* Takes what is new in the log of the first apiserver's pod, which kubelet
 * removes some time after its end. */
void kind_site_take_log(struct kind_site *site);

/* Takes what the programs of the first node are; they run then. */
void kind_site_identify(struct kind_site *site);

#endif
