/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a cluster, written into a folder that nodes mount from. */
#ifndef KIND_FILES_H
#define KIND_FILES_H

#include "kind/plan.h"

#define KIND_FILES_SEED "seed/seed.json"

/* Writes the seed into `folder` (0600): the key, with new random material. */
MUST_USE enum status kind_files_seed(
    const char *key, const char *folder, struct buf *problem);

/*
 * Writes kind.yaml, enc/encryption.yaml and manifests/…yaml into `folder`,
 * which is there. recipe->folder is how kind.yaml names it. One line in
 * *problem on failure.
 */
MUST_USE enum status kind_files_write(
    const struct kind_recipe *recipe, const char *folder, struct buf *problem);

/* Appends them all, each after a line that names it: what `kind config` prints.
 * No seed: it is a secret, and made anew each time. */
MUST_USE enum status kind_files_print(
    const struct kind_recipe *recipe, struct buf *out);

/* Appends a random id for a key. */
MUST_USE enum status kind_files_new_key(struct buf *key);

#endif
