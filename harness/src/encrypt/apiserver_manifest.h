/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube-apiserver's static pod manifest, as kubeadm writes it, with and without
 * what encryption at rest needs of it: flags, two mounts, two volumes, and a
 * mark (an annotation) whose change makes kubelet start the pod anew. Pure
 * functions from text to text: all other lines stay as they are, byte for
 * byte, and the structure of the result is checked before it is handed out.
 */
#ifndef ENCRYPT_APISERVER_MANIFEST_H
#define ENCRYPT_APISERVER_MANIFEST_H

#include "base/buf.h"

#define APISERVER_MANIFEST_PATH "/etc/kubernetes/manifests/kube-apiserver.yaml"
#define APISERVER_CONFIG_FLAG "--encryption-provider-config="
#define APISERVER_RELOAD_FLAG                                                  \
    "--encryption-provider-config-automatic-reload=true"
#define APISERVER_V1_GATE "--feature-gates=KMSv1=true"

/* Borrowed. */
struct apiserver_encryption {
    const char *config;        /* path of the EncryptionConfiguration */
    const char *config_folder; /* that is mounted for it */
    const char *socket_folder; /* of the plugin */
    bool kms_v1;               /* --feature-gates=KMSv1=true */
    const char *mark;          /* changes where the pod is to start anew */
};

/* What a manifest says of encryption. */
struct apiserver_facts {
    struct buf config; /* of --encryption-provider-config; empty: none */
    struct buf mark;   /* empty: none */
};
void apiserver_facts_reset(struct apiserver_facts *facts);

/* The annotation of the mark; the mirror pod in the API has it, too. */
extern const char apiserver_manifest_mark[];

/* STATUS_UNSUPPORTED, with a line in *problem, where the text is no manifest
 * of kube-apiserver. Replaces *facts. */
MUST_USE enum status apiserver_manifest_read(
    struct span text, struct apiserver_facts *facts, struct buf *problem);

/*
 * Appends the manifest with what is wanted; what an earlier call added is
 * replaced. STATUS_EXISTS where it has another --encryption-provider-config;
 * STATUS_UNSUPPORTED where it is not written as kubeadm writes it.
 */
MUST_USE enum status apiserver_manifest_add(struct span text,
    const struct apiserver_encryption *wanted, struct buf *out,
    struct buf *problem);

/* Appends the manifest without what apiserver_manifest_add added, which is
 * recognised by the paths in `added` (its mark does not count). */
MUST_USE enum status apiserver_manifest_remove(struct span text,
    const struct apiserver_encryption *added, struct buf *out,
    struct buf *problem);

#endif
