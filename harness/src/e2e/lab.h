/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one e2e scenario runs on: an emulator with one KMS key, a plugin, an
 * etcd, and a kube-apiserver that is started again with each configuration.
 * All of it lives in a workspace and goes away with the lab.
 */
#ifndef E2E_LAB_H
#define E2E_LAB_H

#include "cluster/apiserver.h"
#include "http/etcd.h"

struct lab;

struct lab_programs {
    const char *apiserver; /* paths */
    const char *etcd;
};

/* Starts emulator, plugin and etcd. On failure one line in *problem. */
MUST_USE enum status lab_new(
    const struct lab_programs *programs, struct lab **out, struct buf *problem);
void lab_free(struct lab *lab);

/*
 * (Re)starts kube-apiserver. `providers` is the list under "providers:" of
 * one rule for secrets, indented by two ("  - identity: {}\n"); NULL: started
 * without an EncryptionConfiguration.
 */
MUST_USE enum status lab_restart(
    struct lab *lab, const char *providers, struct buf *problem);

/* KMSv1=true from the next restart on. */
void lab_allow_kms_v1(struct lab *lab);

/* Borrow. lab_kube is NULL before the first lab_restart. */
const struct kube_server *lab_kube(const struct lab *lab);
const struct etcd_server *lab_etcd(const struct lab *lab);
const char *lab_plugin_endpoint(const struct lab *lab); /* unix:///… */
const char *lab_key_arn(const struct lab *lab);
const struct workspace *lab_workspace(const struct lab *lab);

#endif
