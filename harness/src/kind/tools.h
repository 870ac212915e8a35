/* SPDX-License-Identifier: Apache-2.0 */
/* kind's own program. */
#ifndef KIND_TOOLS_H
#define KIND_TOOLS_H

#include "engine/engine.h"
#include "process/environment.h"

/* Appends the path of kind: `given`, else beside kmslab or in PATH.
 * STATUS_NOT_FOUND, with what to install in *problem. */
MUST_USE enum status kind_tools_find(
    const char *given, struct buf *path, struct buf *problem);

/* The environment that makes kind use this engine. */
MUST_USE enum status kind_tools_environment(
    const struct engine *engine, struct environment *environment);

/* Follows what kind says: one step in plain words, such as "Preparing nodes";
 * the empty span for lines that are none. Borrows. */
struct span kind_tools_step(struct span line);

/* Why kind gave up, from what it wrote to stderr. Borrows. */
struct span kind_tools_error(struct span errors);

#endif
