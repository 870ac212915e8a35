/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of kind_create, for its files alone: create.c calls prepare,
 * furnish and bring_up, in this order. */
#ifndef KIND_CREATION_H
#define KIND_CREATION_H

#include "engine/engine.h"
#include "kind/bundle.h"
#include "kind/create.h"

/* What is found out on the way; the record is the caller's. */
struct creation {
    const struct kind_plan *plan;
    const struct kind_progress *progress;
    struct kind_record *record;
    struct engine engine;
    struct kind_image_facts facts;
    struct kind_bundle bundle;
    struct kind_plan named; /* the plan with its image */
    struct kind_recipe recipe;
    struct buf folder, key;
};

/* Finds out all that can be known, and fills the record. Makes nothing. */
MUST_USE enum status creation_prepare(struct creation *c, struct buf *problem);

/* Makes the files, and starts an emulator on this machine. */
MUST_USE enum status creation_furnish(struct creation *c, struct buf *problem);

/* Runs kind, and waits until the plugins answer. */
MUST_USE enum status creation_bring_up(struct creation *c, struct buf *problem);

#endif
