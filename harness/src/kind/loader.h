/* SPDX-License-Identifier: Apache-2.0 */
/* What a program needs to run where none of its libraries are. */
#ifndef KIND_LOADER_H
#define KIND_LOADER_H

#include "base/buf.h"

/*
 * Appends the path of the loader that an ELF program names; nothing for a
 * static one. STATUS_INVALID for what is no 64-bit ELF program of this
 * machine's byte order.
 */
MUST_USE enum status kind_loader_of(const char *program, struct buf *loader);

/*
 * Calls `visit` for each library in what `LOADER --list PROGRAM` prints:
 * "\tlibc.so.6 => /lib/libc.so.6 (0x…)". Lines without a file are passed over;
 * "libx.so => not found" is STATUS_NOT_FOUND.
 */
typedef enum status kind_loader_visit_fn(
    void *context, struct span name, struct span path);
MUST_USE enum status kind_loader_each(
    struct span text, kind_loader_visit_fn *visit, void *context);

#endif
