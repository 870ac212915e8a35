/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands between an apiserver's objects and the bytes in etcd: a read
 * and a write, bound to the object's etcd key (the AAD of every provider that
 * authenticates). A plain value that points at its owner; whoever made it
 * says how long it lives and which threads may use it. All transformers of
 * proto/k8s may be used by several threads at once.
 */
#ifndef K8S_TRANSFORMER_H
#define K8S_TRANSFORMER_H

#include "k8s/transform_error.h"

struct transformer_operations {
    enum status (*read)(void *self, struct span etcd_key, struct span stored,
        struct buf *plain, bool *stale, struct transform_error *error);
    enum status (*write)(void *self, struct span etcd_key, struct span plain,
        struct buf *stored, struct transform_error *error);
};

struct transformer {
    const struct transformer_operations *operations;
    void *self;
};

/*
 * Appends the plaintext of `stored`. *stale tells that the apiserver would
 * rewrite the object at its next update, even if that changes nothing. On
 * failure the words are kube-apiserver's own, and the outputs are unchanged.
 */
MUST_USE static inline enum status
transformer_read(const struct transformer *t, struct span etcd_key,
    struct span stored, struct buf *plain, bool *stale,
    struct transform_error *error)
{
    return t->operations->read(t->self, etcd_key, stored, plain, stale, error);
}

/* Appends what is to be stored. On failure *stored is unchanged. */
MUST_USE static inline enum status
transformer_write(const struct transformer *t, struct span etcd_key,
    struct span plain, struct buf *stored, struct transform_error *error)
{
    return t->operations->write(t->self, etcd_key, plain, stored, error);
}

#endif
