/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a cluster does what it is for, by what etcd holds. */
#ifndef NODE_PROOF_H
#define NODE_PROOF_H

#include "engine/engine.h"

struct kind_proof {
    struct buf prefix; /* "k8s:enc:kms:v2:kmslab:" */
    size_t stored;     /* bytes of the whole value in etcd */
};
void kind_proof_reset(struct kind_proof *proof);

/*
 * Writes a Secret with a random value through the kube-apiserver of this
 * control plane, reads its bytes from the node's etcd, and deletes it.
 * STATUS_AUTHENTIC where etcd holds it as it was written, or sealed by another
 * provider than ours; what was seen is then in *out as well.
 */
MUST_USE enum status kind_proof_make(const struct engine *engine,
    const char *node, const char *kms, struct kind_proof *out,
    struct buf *problem);

/* The prefix that kube-apiserver puts before a sealed value, up to its sixth
 * colon; empty where there is none. Borrows. */
struct span kind_proof_prefix(struct span stored);

#endif
