/* SPDX-License-Identifier: Apache-2.0 */
/* Where encryption leaves something in kube-apiserver's manifest; for the
 * apiserver_manifest*.c files alone. */
#ifndef ENCRYPT_MANIFEST_PLACES_H
#define ENCRYPT_MANIFEST_PLACES_H

#include "k8s/yaml_tree.h"

enum place { COMMAND, MOUNTS, VOLUMES, ANNOTATIONS, PLACES };

struct manifest {
    struct span text; /* borrowed */
    struct yaml_tree *tree;
    const struct yaml_node *at[PLACES]; /* none of them is empty */
};

/* STATUS_UNSUPPORTED, with a line in *problem, where it is no manifest as
 * kubeadm writes it. */
MUST_USE enum status manifest_parse(
    struct span text, struct manifest *m, struct buf *problem);
void manifest_reset(struct manifest *m);

/* Says that the manifest `why`, and what to do; STATUS_UNSUPPORTED. */
MUST_USE enum status manifest_refuse(struct buf *problem, const char *why);

/* `text` differs from `before` in nothing but what stands in the places, each
 * of which has as many entries more as `more` says. */
MUST_USE enum status manifest_check(const struct manifest *before,
    struct span text, const int more[PLACES], struct buf *problem);

#endif
