/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real kube-apiserver on loopback, without kubelet and controllers, the way
 * envtest runs it. It keeps its port, token and certificate when it is ended
 * and run again. One thread uses a handle.
 */
#ifndef CLUSTER_APISERVER_H
#define CLUSTER_APISERVER_H

#include "base/buf.h"
#include "process/process.h"
#include "process/workspace.h"

struct apiserver;

struct apiserver_options {
    const char *program;
    const char *etcd_endpoint;
    const struct workspace *workspace; /* borrowed; outlives the apiserver */
    const char *encryption_config;     /* a file; NULL: none */
    bool reload;                       /* that file is looked at each minute */
    bool kms_v1;                       /* --feature-gates=KMSv1=true */
    const char *ready_path;            /* NULL: "/readyz" */
    const char *etcd_prefix;           /* NULL: "/registry" */
    const char *name; /* of its files in the workspace; NULL: kube-apiserver */
};

/*
 * Starts it and waits until ready_path answers 200. STATUS_DENIED when
 * kube-apiserver itself refused to run: *problem then ends in its own words
 * (the err of its "command failed"). Other failures append one line, too.
 */
MUST_USE enum status apiserver_start(const struct apiserver_options *options,
    struct apiserver **out, struct buf *problem);

/* The same without the wait: it may never come to serve. */
MUST_USE enum status apiserver_launch(const struct apiserver_options *options,
    struct apiserver **out, struct buf *problem);

/* Waits until it is ready. Failures as apiserver_start has them. */
MUST_USE enum status apiserver_await(
    struct apiserver *apiserver, struct buf *problem);

/*
 * Ends the process and keeps the handle: with SIGTERM first, which lets its
 * callers finish, or with SIGKILL. Harmless when it has ended already.
 */
void apiserver_stop(struct apiserver *apiserver);
void apiserver_kill(struct apiserver *apiserver);

/* Runs it again after its end, with a log that goes on; waits for nothing. */
MUST_USE enum status apiserver_relaunch(
    struct apiserver *apiserver, struct buf *problem);

/* Its process, for signals (SIGSTOP, SIGCONT) and a look at its id; borrowed;
 * NULL between its end and the next relaunch. */
struct process *apiserver_process(struct apiserver *apiserver);

/* Path of its log; borrowed. */
const char *apiserver_log(const struct apiserver *apiserver);

/* How to talk to a kube-apiserver; borrows. */
struct kube_server {
    const char *url;
    const char *ca_file;
    const char *token;     /* of a member of system:masters; or else */
    const char *cert_file; /* PEM client certificate of one, */
    const char *key_file;  /* and its key */
};
const struct kube_server *apiserver_server(const struct apiserver *apiserver);

/* Stops it. NULL is fine. */
void apiserver_free(struct apiserver *apiserver);

#endif
