/* SPDX-License-Identifier: Apache-2.0 */
/* The programs of bench/ that others are measured against. */
#ifndef DRIVER_FLOOR_H
#define DRIVER_FLOOR_H

#include "process/process.h"

enum { FLOOR_ARGUMENTS_MAX = 6 };

/*
 * Starts the program, which lies beside kmslab-bench, with these arguments (up
 * to a NULL) and appends its first line to *line: it serves then, or tells
 * what it measured. *out is owned, also where the line does not come.
 */
MUST_USE enum status floor_start(const char *name, const char *const *arguments,
    struct process **out, struct buf *line);

#endif
