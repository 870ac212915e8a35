/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a kube-apiserver in a kind cluster, for cluster_kind*.c. */
#ifndef TESTBED_CLUSTER_KIND_INTERNAL_H
#define TESTBED_CLUSTER_KIND_INTERNAL_H

#include "base/clock.h"
#include "testbed/cluster_api.h"
#include "testbed/cluster_kind.h"
#include "testbed/kind_site_internal.h"

struct cluster_kind {
    struct cluster_kind_options options;
    const char *node;
    struct buf configuration; /* path in the node */
    struct buf url;
    struct kube_server server;
    struct clock clock;
    int64_t started_ms;
    int64_t pid; /* in the node; 0: it was ended */
    bool has_namespace;
};

const struct engine *cluster_kind_engine(const struct cluster_kind *k);
struct cluster_api cluster_kind_api(const struct cluster_kind *k);

/* Writes the run's EncryptionConfiguration into the node. */
MUST_USE enum status cluster_kind_configure(
    struct cluster_kind *k, struct buf *problem);

/* Of the table. */
MUST_USE enum status cluster_kind_start(void *context, struct buf *problem);

#endif
