/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real kube-apiserver on loopback, without kubelet and controllers, the way
 * envtest runs it. One thread uses a handle.
 */
#ifndef CLUSTER_APISERVER_H
#define CLUSTER_APISERVER_H

#include "base/buf.h"
#include "process/workspace.h"

struct apiserver;

struct apiserver_options {
    const char *program;
    const char *etcd_endpoint;
    const struct workspace *workspace; /* borrowed; outlives the apiserver */
    const char *encryption_config;     /* a file; NULL: none */
    bool kms_v1;                       /* --feature-gates=KMSv1=true */
    const char *ready_path;            /* NULL: "/readyz" */
    const char *etcd_prefix;           /* NULL: "/registry" */
};

/*
 * Starts it and waits until ready_path answers 200. STATUS_DENIED when
 * kube-apiserver itself refused to run: *problem then ends in its own words
 * (the err of its "command failed"). Other failures append one line, too.
 */
MUST_USE enum status apiserver_start(const struct apiserver_options *options,
    struct apiserver **out, struct buf *problem);

/* How to talk to it; borrows. */
struct kube_server {
    const char *url;
    const char *ca_file;
    const char *token; /* of a member of system:masters */
};
const struct kube_server *apiserver_server(const struct apiserver *apiserver);

/* Stops it. NULL is fine. */
void apiserver_free(struct apiserver *apiserver);

#endif
