/* SPDX-License-Identifier: Apache-2.0 */
/* Making a cluster from a plan, and removing all of it. */
#ifndef KIND_CREATE_H
#define KIND_CREATE_H

#include "kind/plan.h"

/* Who wants to be told what is being done; one sentence without a newline.
 * `say` may be NULL. */
struct kind_progress {
    void (*say)(void *context, const char *line);
    void *context;
};

void kind_progress_say(const struct kind_progress *progress, const char *format,
    ...) PRINTF_LIKE(2, 3);

/*
 * Makes the cluster: its folder and record first, then what the record names.
 * On success *record is what was saved (ready). On failure, by an interrupt
 * (STATUS_CANCELLED) too, everything made is removed again and one line in
 * *problem says why. STATUS_EXISTS: the name is taken.
 */
MUST_USE enum status kind_create(const struct kind_plan *plan,
    struct kind_record *record, const struct kind_progress *progress,
    struct buf *problem);

/*
 * Removes nodes, network, host emulator and files of a cluster that
 * kind_create made, wherever that was broken off; the files alone where the
 * owner is unknown. What is gone already is no failure. STATUS_DENIED for a
 * cluster that was there before us, unless the engine knows it no more. Runs to
 * its end, interrupts or not. The record is removed last, so a failure can be
 * tried again.
 */
MUST_USE enum status kind_destroy(const struct kind_record *record,
    const struct kind_progress *progress, struct buf *problem);

#endif
