/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to the SQLite file, with its prepared statements. Used by
 * one thread at a time.
 *
 *   record (key BLOB UNIQUE, version, value)   key: see store/path.h
 *   counter (version)   all versions up to it may have been given out
 *
 * A rowid table on purpose: WITHOUT ROWID spills rows of this size to
 * overflow pages and takes three times the space and time.
 */
#ifndef STORE_SQLITE_DB_H
#define STORE_SQLITE_DB_H

#include "base/buf.h"

#include <sqlite3.h>

#define SQLITE_DB_STATEMENTS(X)                                                \
    X(BEGIN, "BEGIN IMMEDIATE")                                                \
    X(COMMIT, "COMMIT")                                                        \
    X(ROLLBACK, "ROLLBACK")                                                    \
    X(VERSION_OF, "SELECT version FROM record WHERE key = ?1")                 \
    X(GET, "SELECT version, value FROM record WHERE key = ?1")                 \
    X(PUT, "INSERT INTO record (key, version, value) VALUES (?1, ?2, ?3) "     \
           "ON CONFLICT (key) DO UPDATE SET version = ?2, value = ?3")         \
    X(DELETE, "DELETE FROM record WHERE key = ?1")                             \
    X(CLEAR, "DELETE FROM record WHERE key >= ?1 AND key < ?2")                \
    X(CLEAR_ALL, "DELETE FROM record WHERE key >= x'01'")                      \
    X(RANGE, "SELECT key, version, value FROM record "                         \
             "WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3")              \
    X(FIRST_FROM,                                                              \
        "SELECT key FROM record WHERE key >= ?1 ORDER BY key LIMIT 1")         \
    X(COUNTER, "SELECT version FROM counter")                                  \
    X(SET_COUNTER, "UPDATE counter SET version = ?1")

enum sqlite_db_statement {
#define SQLITE_DB_NAME(name, text) SQLITE_DB_##name,
    SQLITE_DB_STATEMENTS(SQLITE_DB_NAME)
#undef SQLITE_DB_NAME
        SQLITE_DB_COUNT
};

struct sqlite_db {
    sqlite3 *handle;
    sqlite3_stmt *statements[SQLITE_DB_COUNT];
};

/*
 * Makes the file at `path` (0600, durable, whole or not at all) with empty
 * tables, if there is none. STATUS_FULL, STATUS_IO, STATUS_DENIED.
 */
MUST_USE enum status sqlite_db_create(const char *path);

/*
 * Opens the file at `path`, which exists. `cache_kib` bounds SQLite's page
 * cache. STATUS_VERSION, STATUS_CORRUPT, STATUS_FULL, STATUS_IO, STATUS_DENIED,
 * STATUS_NO_MEMORY.
 */
MUST_USE enum status sqlite_db_open(
    const char *path, int cache_kib, struct sqlite_db *out);
void sqlite_db_close(struct sqlite_db *db);

/* What SQLite's result code means here. */
enum status sqlite_db_status(const struct sqlite_db *db, int code);

/* The statement, for binding; after use reset it (sqlite3_reset). */
static inline sqlite3_stmt *
sqlite_db_get(struct sqlite_db *db, enum sqlite_db_statement which)
{
    return db->statements[which];
}

/* Binds a span as a blob, also an empty one; borrowed until the reset. */
void sqlite_db_bind(sqlite3_stmt *statement, int index, struct span bytes);

/* The blob of a column; borrowed until the next step. */
struct span sqlite_db_column(sqlite3_stmt *statement, int index);

/* Runs a statement that gives no rows, with what is bound; resets it. */
MUST_USE enum status sqlite_db_run(
    struct sqlite_db *db, enum sqlite_db_statement which);

/*
 * Runs a statement that gives one number; resets it. `none` where there is
 * no row.
 */
MUST_USE enum status sqlite_db_number(struct sqlite_db *db,
    enum sqlite_db_statement which, int64_t none, int64_t *out);

#endif
