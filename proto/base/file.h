/* SPDX-License-Identifier: Apache-2.0 */
/* Whole small files, read and replaced. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

/*
 * Appends the file's bytes to *out. STATUS_TOO_LARGE above `limit` bytes,
 * STATUS_IRREGULAR for what could keep its reader waiting: anything that is no
 * regular file, but for /dev/null, which people name where they want an empty
 * one, and a pipe that is open already (/dev/fd/N, a shell's <(COMMAND)). errno
 * tells more after a status that came from the system.
 */
MUST_USE enum status file_read(const char *path, size_t limit, struct buf *out);

/* The same of an open descriptor of any kind, to its end: standard input. */
MUST_USE enum status file_read_stream(int fd, size_t limit, struct buf *out);

/*
 * Replaces the file by a temporary beside it, fsync and rename, so that a
 * reader or a crash sees the old or the new bytes and nothing between.
 */
MUST_USE enum status file_replace(
    const char *path, unsigned mode, struct span bytes);

/*
 * Makes the file's entry in its folder durable: after creating, linking or
 * renaming it, when losing the name in a power cut would matter.
 */
MUST_USE enum status file_sync_entry(const char *path);

#endif
