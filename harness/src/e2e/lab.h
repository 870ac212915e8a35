/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one e2e scenario runs on: an emulator with one KMS key, a plugin, an
 * empty etcd, and a kube-apiserver that is started again with each
 * configuration. All end with the lab.
 */
#ifndef E2E_LAB_H
#define E2E_LAB_H

#include "cluster/apiserver.h"
#include "http/etcd.h"
#include "http/kms.h"

struct lab;

struct lab_options {
    const char *apiserver; /* paths of the programs */
    const char *etcd;
    const char *plugin; /* another plugin than ours; NULL: ours */
    const struct workspace *workspace; /* borrowed; outlives the lab */
    const char *name;                  /* of this lab, new in the workspace */
};

/* Starts emulator, plugin and etcd. On failure one line in *problem. */
MUST_USE enum status lab_new(
    const struct lab_options *options, struct lab **out, struct buf *problem);
void lab_free(struct lab *lab);

/*
 * (Re)starts kube-apiserver. `providers` is the list under "providers:" of
 * one rule for secrets, indented by two ("  - identity: {}\n"); NULL: started
 * without an EncryptionConfiguration.
 */
MUST_USE enum status lab_restart(
    struct lab *lab, const char *providers, struct buf *problem);

/*
 * Ends the plugin; starts one of this path (NULL: ours) on the same socket,
 * with the same key. Nothing else in the lab notices but by calling it.
 */
void lab_stop_plugin(struct lab *lab);
MUST_USE enum status lab_start_plugin(
    struct lab *lab, const char *program, struct buf *problem);

/*
 * The same with ours, on a key of its own behind LAB_ALIAS, whose key_id tells
 * the key behind the alias and its material, as KMS has them a second ago.
 */
#define LAB_ALIAS "alias/kmslab-e2e"
MUST_USE enum status lab_follow_key(struct lab *lab, struct buf *problem);

/* Where the lab's KMS is, and who asks; borrows. */
struct kms_account lab_account(const struct lab *lab);

/* The path that lab_options named; NULL: ours. */
const char *lab_first_plugin(const struct lab *lab);

/* KMSv1=true from the next restart on. */
void lab_allow_kms_v1(struct lab *lab);

/*
 * Tries a kube-apiserver, with nothing of the lab's but its etcd: STATUS_OK
 * when it came to serve, STATUS_DENIED when it refused, with its words at the
 * end of *words. `name` is a prefix in etcd that nobody used before.
 */
MUST_USE enum status lab_try_configuration(struct lab *lab, const char *file,
    const char *name, bool kms_v1, struct buf *words);

/* Borrow. lab_kube may only be asked after a good lab_restart. */
const struct kube_server *lab_kube(const struct lab *lab);
const struct etcd_server *lab_etcd(const struct lab *lab);
/* unix:///…, also while no plugin runs. */
const char *lab_plugin_endpoint(const struct lab *lab);
const char *lab_key_arn(const struct lab *lab);

#endif
