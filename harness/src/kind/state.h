/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where kmslab keeps what it must find again in another run:
 * $KMSLAB_STATE, else kmslab in $XDG_STATE_HOME, else ~/.local/state/kmslab.
 */
#ifndef KIND_STATE_H
#define KIND_STATE_H

#include "base/buf.h"

/* Appends STATE/kind. STATUS_UNAVAILABLE, with a line in *problem, where no
 * variable names a folder. */
MUST_USE enum status kind_state_root(struct buf *path, struct buf *problem);

/* Appends STATE/kind/NAME, the folder of a cluster. */
MUST_USE enum status kind_state_folder(
    const char *name, struct buf *path, struct buf *problem);

/* Appends STATE/kind/NAME/FILE. */
MUST_USE enum status kind_state_file(
    const char *name, const char *file, struct buf *path, struct buf *problem);

/* Makes the folder and those above it, 0700; one that is there is kept. */
MUST_USE enum status kind_state_make_folder(
    const char *path, struct buf *problem);

/* Makes the folder of a cluster that is not there: of two who want it, one
 * gets it, the other STATUS_EXISTS. */
MUST_USE enum status kind_state_claim(const char *path, struct buf *problem);

/* Removes a file or folder and all in it; none is no failure. Links are
 * removed and not followed. */
MUST_USE enum status kind_state_remove(const char *path, struct buf *problem);

#endif
