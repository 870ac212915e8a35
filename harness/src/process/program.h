/* SPDX-License-Identifier: Apache-2.0 */
/* Where the other programs of this project are. */
#ifndef PROCESS_PROGRAM_H
#define PROCESS_PROGRAM_H

#include "base/buf.h"

/*
 * Writes the path of program `name` to *path, which is empty before: beside
 * the kmslab that runs, else as PATH has it. STATUS_NOT_FOUND where neither
 * has one; *path is then empty still.
 */
MUST_USE enum status program_find(const char *name, struct buf *path);

#endif
