/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A few read-only uses of the SQLite file at a time, beside the writer: WAL
 * readers wait for nobody, and see what was committed when they began.
 */
#ifndef STORE_SQLITE_READERS_H
#define STORE_SQLITE_READERS_H

#include "store/sqlite_db.h"

struct sqlite_readers;

/* Opens its connections to a file that sqlite_db_open has seen before. */
MUST_USE enum status sqlite_readers_new(
    const char *path, struct sqlite_readers **out);
/* NULL is fine. */
void sqlite_readers_free(struct sqlite_readers *readers);

/* Borrows a connection, waiting for a free one; give it back soon. */
struct sqlite_db *sqlite_readers_take(struct sqlite_readers *readers);
void sqlite_readers_give(struct sqlite_readers *readers, struct sqlite_db *db);

#endif
