/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KIND_LOAD_IMAGE_H
#define KIND_LOAD_IMAGE_H

#include "engine/engine.h"

/* Gives an image that the engine has to a node's containerd. One that the
 * engine does not have is left for the node to fetch. */
MUST_USE enum status kind_load_image(const struct engine *engine,
    const char *image, const char *node, struct buf *problem);

#endif
