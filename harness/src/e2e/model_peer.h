/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C model of kube-apiserver's transformer beside the real one: the same
 * provider, the same plugin, the same etcd keys.
 */
#ifndef E2E_MODEL_PEER_H
#define E2E_MODEL_PEER_H

#include "e2e/providers.h"

struct model_peer;

/* Connects to the lab's plugin. On failure one line in *problem. */
MUST_USE enum status model_peer_new(const struct lab *lab,
    enum providers_kind kind, struct model_peer **out, struct buf *problem);
void model_peer_free(struct model_peer *peer);

/* Opens what is stored for a Secret of this name and finds its value in it
 * (check_value_of). */
MUST_USE enum status model_peer_open(struct model_peer *peer, const char *name,
    struct span stored, struct buf *problem);

/* Appends what to store for a new Secret of this name with that value. */
MUST_USE enum status model_peer_seal(struct model_peer *peer, const char *name,
    struct buf *stored, struct buf *problem);

#endif
