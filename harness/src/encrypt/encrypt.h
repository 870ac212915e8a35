/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encryption at rest on a kind cluster that is there already, and back. Both
 * may be broken off at any moment and called again: what is done already is
 * found to be done. Nothing of them breaks kube-apiserver: one that does not
 * come back gets its files from before. One line in *problem on failure.
 */
#ifndef ENCRYPT_ENCRYPT_H
#define ENCRYPT_ENCRYPT_H

#include "encrypt/existing.h"
#include "kind/plan.h"

/*
 * Emulator and plugin as static pods, kube-apiserver reading an
 * EncryptionConfiguration on one control plane after another, and all Secrets
 * rewritten: STATUS_OK once etcd holds every one of them encrypted.
 * STATUS_EXISTS where the cluster is encrypted in another way.
 */
MUST_USE enum status encrypt_cluster(
    struct existing *e, enum kind_kms kms, struct buf *problem);

/*
 * All Secrets rewritten in plain, then kube-apiserver without the
 * configuration, then all that encrypt_cluster added removed, the KMS key too.
 * STATUS_CORRUPT, with nothing changed, where a Secret cannot be read.
 */
MUST_USE enum status decrypt_cluster(struct existing *e, struct buf *problem);

/* Appends an EncryptionConfiguration that can read what the plugin sealed, and
 * writes in plain. */
MUST_USE enum status encrypt_identity_first(
    enum kind_kms kms, struct buf *configuration);

/* Appends "k8s:enc:kms:v2:kmslab:", what our provider stores under. */
MUST_USE enum status encrypt_prefix(enum kind_kms kms, struct buf *prefix);

/* STATUS_EXISTS where a provider that is not ours sealed a Secret: our
 * configuration could not read it. */
MUST_USE enum status encrypt_refuse_others(
    const struct secret_tally *tally, enum kind_kms kms, struct buf *problem);

/* kube-apiserver of control plane i; borrows. */
struct apiserver_change encrypt_change_of(const struct existing *e, size_t i);

#endif
