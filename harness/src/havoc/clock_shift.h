/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program whose wall clock is wrong, by libfaketime (Debian's package
 * `faketime`), which stands between a program and its C library. So it must be
 * there before the program starts, and programs that ask the kernel themselves
 * cannot be moved: static ones, and those in Go (kube-apiserver). Linux's time
 * namespaces do not move the wall clock. Monotonic clocks stay right.
 */
#ifndef HAVOC_CLOCK_SHIFT_H
#define HAVOC_CLOCK_SHIFT_H

#include "process/environment.h"
#include "process/workspace.h"

struct clock_shift;

/*
 * For one start of `program` (a path): adds to *environment what moves its
 * clock later. STATUS_UNSUPPORTED, and *problem says why, where its clock
 * cannot be moved or libfaketime is not installed.
 */
MUST_USE enum status clock_shift_new(const char *program,
    const struct workspace *workspace, struct environment *environment,
    struct clock_shift **out, struct buf *problem);

/* So far from the truth, from the program's next look on. 0 heals. */
MUST_USE enum status clock_shift_set(
    struct clock_shift *shift, int64_t offset_ms);

/* Heals, and frees. NULL is fine. */
void clock_shift_free(struct clock_shift *shift);

#endif
