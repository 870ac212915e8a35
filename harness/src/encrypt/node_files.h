/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a control plane node that kubelet and kube-apiserver read, and a
 * copy of both to go back to. On failure one line in *problem.
 */
#ifndef ENCRYPT_NODE_FILES_H
#define ENCRYPT_NODE_FILES_H

#include "engine/engine.h"

#define NODE_FILES_OWN "/etc/kmslab"
#define NODE_FILES_BACKUP NODE_FILES_OWN "/backup"

/* Appends what a file of the node holds; a file that is not there is empty. */
MUST_USE enum status node_files_read(const struct engine *engine,
    const char *node, const char *path, struct buf *text, struct buf *problem);

/* Appends the time of its last change, to the nanosecond. */
MUST_USE enum status node_files_changed(const struct engine *engine,
    const char *node, const char *path, struct buf *time, struct buf *problem);

/*
 * Replaces a static pod's manifest, of this name, in one step: kubelet reads
 * every file of its folder, half-written ones, too.
 */
MUST_USE enum status node_files_put_pod(const struct engine *engine,
    const char *node, const char *name, struct span manifest,
    struct buf *problem);

/* Ends a static pod by taking its manifest away; none is no failure. */
MUST_USE enum status node_files_remove_pod(const struct engine *engine,
    const char *node, const char *name, struct buf *problem);

/*
 * Gives kube-apiserver another manifest: ends it (it has eight seconds to
 * follow SIGTERM), and lets kubelet start the new one. All in one script of
 * the node, which goes on when we end; waits for nothing more.
 */
MUST_USE enum status node_files_put_apiserver(const struct engine *engine,
    const char *node, struct span manifest, struct buf *problem);

/* Keeps kube-apiserver's manifest and the EncryptionConfiguration as they are
 * now; puts them back, which starts it anew. */
MUST_USE enum status node_files_save(
    const struct engine *engine, const char *node, struct buf *problem);
MUST_USE enum status node_files_restore(
    const struct engine *engine, const char *node, struct buf *problem);

/* Where the node went down between the old manifest and the new one, it has
 * none: the one that was kept is put back. */
MUST_USE enum status node_files_mend(
    const struct engine *engine, const char *node, struct buf *problem);

/* Runs a shell script in the node, with $1 and $2; NULL: none. */
MUST_USE enum status node_files_run(const struct engine *engine,
    const char *node, const char *script, const char *first, const char *second,
    struct buf *output, struct buf *problem);

#endif
