/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one thread that writes to SQLite. Whatever waits when it is free goes
 * into one transaction, so that a hundred commits share one wait for the
 * disk; each keeps its own checks and its own outcome.
 */
#ifndef STORE_SQLITE_WRITER_H
#define STORE_SQLITE_WRITER_H

#include "store/batch.h"
#include "store/cache.h"

struct sqlite_writer;

/*
 * Opens the file at `path` (see sqlite_db_open) and starts the thread.
 * `records`, borrowed, is kept in step with every commit.
 */
MUST_USE enum status sqlite_writer_new(
    const char *path, struct cache *records, struct sqlite_writer **out);

/* Takes the batch. */
void sqlite_writer_push(struct sqlite_writer *writer, struct batch *batch);

/* Before the first push. */
void sqlite_writer_watch(
    struct sqlite_writer *writer, const struct batch_watcher *watcher);

/*
 * Finishes what was pushed, also by done functions meanwhile, and ends the
 * thread. Once, before the free; NULL is fine.
 */
void sqlite_writer_stop(struct sqlite_writer *writer);
void sqlite_writer_free(struct sqlite_writer *writer);

#endif
