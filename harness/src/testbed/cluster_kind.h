/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTBED_CLUSTER_KIND_H
#define TESTBED_CLUSTER_KIND_H

#include "testbed/cluster.h"
#include "testbed/kind_site.h"

/* Borrowed; all outlive the cluster. */
struct cluster_kind_options {
    struct kind_site *site;
    size_t server;      /* whose node, from 0 */
    const char *socket; /* of its plugin, in the folder of the site */
    bool kms_v1;
    int64_t timeout_ms;
};

/*
 * A kube-apiserver in its node of a kind cluster, ended and without Secrets of
 * earlier runs: start brings it up with the run's own configuration. Its time
 * is real time.
 */
MUST_USE enum status cluster_kind_new(
    const struct cluster_kind_options *options, struct cluster *out,
    struct buf *problem);

#endif
