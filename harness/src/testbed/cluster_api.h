/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API calls of a cluster (scenario/cluster.h) that has a real
 * kube-apiserver. That nobody answers is an answer; an interrupt is none.
 */
#ifndef TESTBED_CLUSTER_API_H
#define TESTBED_CLUSTER_API_H

#include "cluster/kube_client.h"
#include "testbed/cluster.h"

/* Borrows. */
struct cluster_api {
    const struct kube_server *server;
    const char *name_space; /* of the Secrets */
};

MUST_USE enum status cluster_api_write(const struct cluster_api *api,
    const char *name, const char *value, struct cluster_answer *answer);
MUST_USE enum status cluster_api_read(const struct cluster_api *api,
    const char *name, struct cluster_answer *answer);
MUST_USE enum status cluster_api_rewrite(const struct cluster_api *api,
    const char *name, struct cluster_answer *answer);
MUST_USE enum status cluster_api_remove(const struct cluster_api *api,
    const char *name, struct cluster_answer *answer);
MUST_USE enum status cluster_api_list(
    const struct cluster_api *api, struct cluster_answer *answer);
MUST_USE enum status cluster_api_get(const struct cluster_api *api,
    const char *path, struct cluster_answer *answer);

/* Any other call; what was answered is left in *got. */
MUST_USE enum status cluster_api_send(const struct cluster_api *api,
    const struct kube_call *call, struct http_answer *got,
    struct cluster_answer *answer);

#endif
