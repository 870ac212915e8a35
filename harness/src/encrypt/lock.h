/* SPDX-License-Identifier: Apache-2.0 */
/* One change of a cluster at a time, of all the runs of this user. */
#ifndef ENCRYPT_LOCK_H
#define ENCRYPT_LOCK_H

#include "base/buf.h"

struct kind_lock {
    int fd; /* -1: none */
    struct buf path;
};

/*
 * Takes the lock of the cluster `name`, without waiting: STATUS_BUSY where
 * another process has it. It goes with its owner, however that ends. One line
 * in *problem.
 */
MUST_USE enum status kind_lock_take(
    const char *name, struct kind_lock *out, struct buf *problem);

/* Gives it back. Harmless where it was not taken. */
void kind_lock_release(struct kind_lock *lock);

#endif
