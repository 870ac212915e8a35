/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets through the REST API of a kube-apiserver. Every failure appends one
 * line to *problem; where the apiserver itself answered with an error, that
 * line ends in its message and the status is STATUS_DENIED (or NOT_FOUND).
 */
#ifndef CLUSTER_KUBE_CLIENT_H
#define CLUSTER_KUBE_CLIENT_H

#include "cluster/apiserver.h"

/* A Secret of namespace "default" with one key in its data. */
struct kube_secret {
    const char *name;
    const char *key;
    struct span value;
};

MUST_USE enum status kube_secret_create(const struct kube_server *server,
    const struct kube_secret *secret, struct buf *problem);

/* Appends the value of data[key]. */
MUST_USE enum status kube_secret_read(const struct kube_server *server,
    const char *name, const char *key, struct buf *value, struct buf *problem);

/* GET and PUT back unchanged: what `kubectl get … | kubectl replace -f -`
 * does. *rewritten tells whether its resourceVersion changed. */
MUST_USE enum status kube_secret_replace(const struct kube_server *server,
    const char *name, bool *rewritten, struct buf *problem);

/* Lists the Secrets of the namespace; *count of them could be read. */
MUST_USE enum status kube_secret_count(
    const struct kube_server *server, size_t *count, struct buf *problem);

#endif
