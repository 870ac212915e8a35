/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of programs that a node starts as static pods. A static program is
 * there alone; another has its libraries and their loader in lib/ beside it, so
 * that it runs in an image without any.
 */
#ifndef KIND_BUNDLE_H
#define KIND_BUNDLE_H

#include "kind/plan.h"

struct kind_bundle {
    struct buf folder;
    /* Name of the loader in lib/; empty for a static program. */
    struct buf emulator_loader, plugin_loader;
};
void kind_bundle_reset(struct kind_bundle *bundle);

struct kind_bundle_programs {
    bool emulator;      /* kms-emulator is wanted */
    bool plugin;        /* a plugin is wanted */
    const char *others; /* path of a plugin that is not ours, or NULL */
};

/*
 * Makes the folder. Our programs are found as program_find does; where static
 * ones of the same version lie beside them (build/static) those are taken.
 * STATUS_NOT_FOUND: no such program.
 */
MUST_USE enum status kind_bundle_make(const char *folder,
    const struct kind_bundle_programs *programs, struct kind_bundle *out,
    struct buf *problem);

/*
 * The bundle that a plan wants: the folder that it names, looked at, or one
 * made as "bundle" in `folder`.
 */
MUST_USE enum status kind_bundle_of_plan(const struct kind_plan *plan,
    const char *folder, struct kind_bundle *out, struct buf *problem);

/* NULL for an empty text. Borrows. */
const char *kind_text_or_null(const struct buf *text);

/* Looks at a folder that somebody else made. */
MUST_USE enum status kind_bundle_look(const char *folder,
    const struct kind_bundle_programs *programs, struct kind_bundle *out,
    struct buf *problem);

#endif
