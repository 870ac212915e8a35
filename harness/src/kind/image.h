/* SPDX-License-Identifier: Apache-2.0 */
/* The node image: which one it is, that it is here, and what is in it. */
#ifndef KIND_IMAGE_H
#define KIND_IMAGE_H

#include "engine/engine.h"
#include "kind/plan.h"

/*
 * Appends the name of the node image: `given`, else KMSLAB_KIND_IMAGE or
 * KIND_NODE_IMAGE, else the default that is in the program of kind at `kind`.
 */
MUST_USE enum status kind_image_choose(
    const char *given, const char *kind, struct buf *name, struct buf *problem);

/* Finds kind's default in the bytes of its program; false: none. Borrows. */
bool kind_image_default(struct span program, struct span *name);

/*
 * The engine has it, or fetches it; it is of the engine's architecture.
 * STATUS_NOT_FOUND where it cannot be had, STATUS_UNSUPPORTED for another
 * architecture.
 */
MUST_USE enum status kind_image_ensure(
    const struct engine *engine, const char *image, struct buf *problem);

/* Whether the engine has it. */
bool kind_image_is_here(const struct engine *engine, const char *image);

/* Looks into it. STATUS_INVALID for one that is no kind node image. */
MUST_USE enum status kind_image_look(const struct engine *engine,
    const char *image, struct kind_image_facts *out, struct buf *problem);

/*
 * Reads what that look printed: kind's version file (one line) and
 * containerd's configuration. STATUS_INVALID where either is none.
 */
MUST_USE enum status kind_image_read(
    struct span text, struct kind_image_facts *out);

#endif
