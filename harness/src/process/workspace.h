/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A temporary folder (0700, under $TMPDIR or /tmp) that goes away with its
 * owner. workspace_free removes it; should kmslab end without that, by SIGKILL
 * too, a guard process made beside the folder notices and removes it.
 */
#ifndef PROCESS_WORKSPACE_H
#define PROCESS_WORKSPACE_H

#include "base/buf.h"

struct workspace;

/* Call before any thread is made: it forks the guard. errno tells more. */
MUST_USE enum status workspace_new(struct workspace **out);

/* The same, with one line for a person appended to *problem on failure. */
MUST_USE enum status workspace_open(
    struct workspace **out, struct buf *problem);

/* Borrows. Short enough for unix sockets to be made in it. */
const char *workspace_path(const struct workspace *workspace);

/* Appends PATH/name. */
MUST_USE enum status workspace_file(
    const struct workspace *workspace, const char *name, struct buf *path);

/* Removes the folder and all in it. What writes there must have ended. */
void workspace_free(struct workspace *workspace);

#endif
