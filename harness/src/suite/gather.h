/* SPDX-License-Identifier: Apache-2.0 */
/* The runs that a command asks for: files found, read and vetted before the
 * first of them starts, so that a mistake is told at once. */
#ifndef SUITE_GATHER_H
#define SUITE_GATHER_H

#include "process/workspace.h"
#include "suite/crew.h"

/* Borrowed. */
struct gather_options {
    const struct workspace *workspace;
    const char *scenarios; /* folder; NULL: suite_folder finds it */
    bool all;              /* of the folder; else those with these names */
    const char *const *names;
    size_t name_count;
    int64_t seed;      /* of the first repetition; the others' follow */
    int64_t repeat;    /* times */
    bool other_plugin; /* not ours */
};

/* Adds runs to *crew. Cut short by an interrupt it is done, and the interrupt
 * still pending. On failure one line in *problem, and *mistake tells
 * whether it is one of whoever wrote the command or a file. */
MUST_USE enum status gather(const struct gather_options *options,
    struct crew *crew, bool *mistake, struct buf *problem);

#endif
