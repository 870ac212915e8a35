/* SPDX-License-Identifier: Apache-2.0 */
/* A lock on the folder of a path, by flock: it leaves no file behind and ends
 * with the process that holds it. */
#ifndef SOCKET_FOLDER_LOCK_H
#define SOCKET_FOLDER_LOCK_H

#include "base/status.h"

/*
 * Locks the folder that holds `path`, waiting up to two seconds; *fd is then
 * the lock. STATUS_NOT_FOUND: no such folder; STATUS_BUSY: locked by another.
 */
MUST_USE enum status folder_lock_take(const char *path, int *fd);
void folder_lock_drop(int fd);

#endif
