/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that is full. Two ways: a small file system of its own for a folder,
 * which is filled (needs root), and a limit on the size of files for a process
 * that runs (needs its user). For a log alone there is a third that needs
 * nothing: the file /dev/full.
 */
#ifndef HAVOC_DISK_H
#define HAVOC_DISK_H

#include "base/buf.h"

#include <sys/types.h>

struct disk;

/*
 * Puts a file system of so many bytes, in memory, over a folder, which seems
 * empty from then on. STATUS_UNSUPPORTED where this user may not mount.
 */
MUST_USE enum status disk_mount(
    const char *folder, uint64_t bytes, struct disk **out, struct buf *problem);

/* Not a byte is left on it. */
MUST_USE enum status disk_fill(struct disk *disk);

/* What filled it is gone. */
void disk_relieve(struct disk *disk);

/* Relieves and unmounts, what is on it is lost; frees. Who has files open
 * there keeps them. NULL is fine. */
void disk_free(struct disk *disk);

/* The largest file that a process may write. */
struct disk_limit {
    pid_t pid;
    uint64_t before; /* the limit that it had */
};

/*
 * From now on no file that it writes grows over so many bytes: its writes fail
 * with EFBIG. One that does not ignore SIGXFSZ is ended by it; programs of
 * this project and those in Go ignore it. STATUS_UNSUPPORTED where the process
 * is another user's, STATUS_NOT_FOUND where it is gone.
 */
MUST_USE enum status disk_limit_begin(
    pid_t pid, uint64_t bytes, struct disk_limit *out, struct buf *problem);

/* Harmless where the process has ended. */
void disk_limit_end(const struct disk_limit *limit);

#endif
