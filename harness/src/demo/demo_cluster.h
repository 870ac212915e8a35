/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cluster of the demo: the model of one kube-apiserver over an embedded
 * store, which encrypts Secrets with the plugin at one endpoint, and the few
 * things the demo does with it. Secrets are in namespace "default", with one
 * item, "password".
 */
#ifndef DEMO_DEMO_CLUSTER_H
#define DEMO_DEMO_CLUSTER_H

#include "model/model.h"
#include "process/workspace.h"

struct demo_cluster;

/* Opens the store in the workspace; nothing is asked of the plugin yet. */
MUST_USE enum status demo_cluster_new(const struct workspace *workspace,
    const char *plugin_endpoint, struct demo_cluster **out,
    struct buf *problem);
void demo_cluster_free(struct demo_cluster *cluster);

/* Appends what its EncryptionConfiguration says: "secrets: kms …". */
MUST_USE enum status demo_cluster_describe(
    const struct demo_cluster *cluster, struct buf *out);

/* (Re)starts the apiserver: seeds and unwrapped keys are forgotten. */
MUST_USE enum status demo_cluster_start(
    struct demo_cluster *cluster, struct buf *problem);

/*
 * Creates or replaces Secret `name`; *answer is what the API answered. Only
 * failures of the model itself are a status.
 */
MUST_USE enum status demo_cluster_write(struct demo_cluster *cluster,
    const char *name, const char *password, struct model_answer *answer);

/* *password is what the Secret read holds; empty when it was not read. */
MUST_USE enum status demo_cluster_read(struct demo_cluster *cluster,
    const char *name, struct buf *password, struct model_answer *answer);

/* Writes what was read, unchanged, as `kubectl replace` would. */
MUST_USE enum status demo_cluster_rewrite(struct demo_cluster *cluster,
    const char *name, struct model_answer *answer);

MUST_USE enum status demo_cluster_is_stale(
    struct demo_cluster *cluster, const char *name, bool *stale);

/* The etcd key of the Secret, and the raw bytes under it; both appended. */
MUST_USE enum status demo_cluster_stored(struct demo_cluster *cluster,
    const char *name, struct buf *key, struct buf *value);

/* What the apiserver seals with at present. */
MUST_USE enum status demo_cluster_look(
    struct demo_cluster *cluster, struct kms_v2_view *view);

/* Borrow. */
struct model *demo_cluster_model(struct demo_cluster *cluster);
struct kv *demo_cluster_kv(struct demo_cluster *cluster);

#endif
