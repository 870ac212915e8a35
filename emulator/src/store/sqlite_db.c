/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_db.h"

#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SCHEMA_VERSION = 1,
    /* Other programs must not touch the file; if one does, wait for it. */
    BUSY_MS = 5000,
};

static const char *const statement_texts[] = {
#define STATEMENT_TEXT(name, text) text,
    SQLITE_DB_STATEMENTS(STATEMENT_TEXT)
#undef STATEMENT_TEXT
};

static const char schema[] = "CREATE TABLE record (key BLOB NOT NULL UNIQUE,"
                             " version INTEGER NOT NULL, value BLOB NOT NULL);"
                             "CREATE TABLE counter (version INTEGER NOT NULL);"
                             "INSERT INTO counter VALUES (0);"
                             "PRAGMA user_version = 1;";

/* The errno of the last failure on the WAL or the file; 0 if unknown. */
static int
last_error(sqlite3 *handle)
{
    int error = 0;
    sqlite3_file *wal = NULL;
    (void)sqlite3_file_control(
        handle, NULL, SQLITE_FCNTL_JOURNAL_POINTER, (void *)&wal);
    if (wal != NULL && wal->pMethods != NULL)
        (void)wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &error);
    if (error == 0)
        (void)sqlite3_file_control(
            handle, NULL, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

/*
 * SQLite knows ENOSPC as "full"; quotas and limits on the size of files are
 * the same to its user. Only a lack of room stops the -shm file's growth.
 */
static enum status
status_of_io_error(sqlite3 *handle, int code)
{
    int error = last_error(handle);
    if (code == SQLITE_IOERR_SHMSIZE)
        return STATUS_FULL;
    return error == EFBIG || error == EDQUOT || error == ENOSPC ? STATUS_FULL
                                                                : STATUS_IO;
}

enum status
sqlite_db_status(const struct sqlite_db *db, int code)
{
    static const struct {
        int code;
        enum status status;
    } table[] = {
        { SQLITE_OK, STATUS_OK },
        { SQLITE_DONE, STATUS_OK },
        { SQLITE_NOMEM, STATUS_NO_MEMORY },
        { SQLITE_FULL, STATUS_FULL },
        { SQLITE_CORRUPT, STATUS_CORRUPT },
        { SQLITE_NOTADB, STATUS_CORRUPT },
        { SQLITE_MISMATCH, STATUS_CORRUPT },
        { SQLITE_CANTOPEN, STATUS_DENIED },
        { SQLITE_READONLY, STATUS_DENIED },
        { SQLITE_PERM, STATUS_DENIED },
        { SQLITE_BUSY, STATUS_BUSY },
        { SQLITE_LOCKED, STATUS_BUSY },
        { SQLITE_TOOBIG, STATUS_TOO_LARGE },
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].code == (code & 0xff))
            return table[i].status;
    if ((code & 0xff) == SQLITE_IOERR)
        return status_of_io_error(db->handle, code);
    return STATUS_INTERNAL;
}

static enum status
run_text(struct sqlite_db *db, const char *text)
{
    return sqlite_db_status(
        db, sqlite3_exec(db->handle, text, NULL, NULL, NULL));
}

/*
 * synchronous=FULL: a commit is on the disk when it returns. Checkpoints are
 * the writer's to run, after it has answered. secure_delete=FAST: the sealed
 * material of a deleted key is overwritten where that costs no extra write.
 */
static enum status
configure(struct sqlite_db *db, int cache_kib)
{
    struct buf text = { 0 };
    enum status st = buf_printf(&text,
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;"
        "PRAGMA wal_autocheckpoint = 0;"
        "PRAGMA secure_delete = FAST;"
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA trusted_schema = OFF;"
        "PRAGMA cache_size = -%d;",
        cache_kib);
    if (st == STATUS_OK)
        st = run_text(db, buf_text(&text));
    buf_reset(&text);
    return st;
}

static enum status
read_number(struct sqlite_db *db, const char *text, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    enum status st = sqlite_db_status(
        db, sqlite3_prepare_v2(db->handle, text, -1, &statement, NULL));
    if (st != STATUS_OK)
        return st;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        st = sqlite_db_status(db, code);
    (void)sqlite3_finalize(statement);
    return st;
}

static enum status
check_schema(struct sqlite_db *db)
{
    int64_t version = 0;
    enum status st = read_number(db, "PRAGMA user_version", &version);
    if (st != STATUS_OK)
        return st;
    if (version > SCHEMA_VERSION)
        return STATUS_VERSION;
    return version == SCHEMA_VERSION ? STATUS_OK : STATUS_CORRUPT;
}

static enum status
prepare(struct sqlite_db *db)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < SQLITE_DB_COUNT && st == STATUS_OK; i++)
        st = sqlite_db_status(
            db, sqlite3_prepare_v3(db->handle, statement_texts[i], -1,
                    SQLITE_PREPARE_PERSISTENT, &db->statements[i], NULL));
    /* Its tables are not the ones its version promises. */
    return st == STATUS_INTERNAL ? STATUS_CORRUPT : st;
}

/*
 * The bytes of a new file. Made in memory, because SQLite would wait for the
 * disk eight times on the way to an empty file in WAL mode.
 */
static enum status
serialize(struct sqlite_db *db, struct buf *out)
{
    /* Bytes 18 and 19 of an SQLite file: read and written by WAL. */
    enum { AT_WRITE_VERSION = 18, AT_READ_VERSION = 19, WAL_VERSION = 2 };
    sqlite3_int64 len = 0;
    enum status st = run_text(db, schema);
    if (st != STATUS_OK)
        return st;
    unsigned char *bytes = sqlite3_serialize(db->handle, "main", &len, 0);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    bytes[AT_WRITE_VERSION] = bytes[AT_READ_VERSION] = WAL_VERSION;
    st = buf_append(out, span_of(bytes, (size_t)len));
    sqlite3_free(bytes);
    return st;
}

enum status
sqlite_db_create(const char *path)
{
    struct sqlite_db db = { 0 };
    struct buf bytes = { 0 };
    if (access(path, F_OK) == 0)
        return STATUS_OK;
    enum status st = sqlite3_open(":memory:", &db.handle) == SQLITE_OK
                         ? serialize(&db, &bytes)
                         : STATUS_NO_MEMORY;
    if (st == STATUS_OK)
        st = file_replace(path, S_IRUSR | S_IWUSR, buf_span(&bytes));
    if (st == STATUS_TOO_LARGE) /* EFBIG: no file may grow so far here */
        st = STATUS_FULL;
    if (st == STATUS_OK)
        st = file_sync_entry(path);
    sqlite_db_close(&db);
    buf_reset(&bytes);
    return st;
}

enum status
sqlite_db_open(const char *path, int cache_kib, struct sqlite_db *out)
{
    struct sqlite_db db = { 0 };
    int code = sqlite3_open_v2(
        path, &db.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (db.handle == NULL)
        return STATUS_NO_MEMORY;
    (void)sqlite3_extended_result_codes(db.handle, 1);
    (void)sqlite3_busy_timeout(db.handle, BUSY_MS);
    enum status st = sqlite_db_status(&db, code);
    /* First: a file that is not ours stays as it is. */
    if (st == STATUS_OK)
        st = check_schema(&db);
    if (st == STATUS_OK)
        st = configure(&db, cache_kib);
    if (st == STATUS_OK)
        st = prepare(&db);
    if (st == STATUS_OK)
        *out = db;
    else
        sqlite_db_close(&db);
    return st;
}

void
sqlite_db_close(struct sqlite_db *db)
{
    for (size_t i = 0; i < SQLITE_DB_COUNT; i++)
        (void)sqlite3_finalize(db->statements[i]);
    (void)sqlite3_close(db->handle);
    *db = (struct sqlite_db){ 0 };
}

void
sqlite_db_bind(sqlite3_stmt *statement, int index, struct span bytes)
{
    /* Cannot fail: the index exists and STATIC copies nothing. A NULL
     * pointer would bind NULL instead of an empty blob. */
    (void)sqlite3_bind_blob64(statement, index,
        bytes.len == 0 ? (const void *)"" : bytes.ptr, bytes.len,
        SQLITE_STATIC);
}

struct span
sqlite_db_column(sqlite3_stmt *statement, int index)
{
    const void *bytes = sqlite3_column_blob(statement, index);
    return span_of(bytes, (size_t)sqlite3_column_bytes(statement, index));
}

enum status
sqlite_db_run(struct sqlite_db *db, enum sqlite_db_statement which)
{
    sqlite3_stmt *statement = sqlite_db_get(db, which);
    enum status st = sqlite_db_status(db, sqlite3_step(statement));
    (void)sqlite3_reset(statement);
    return st;
}

enum status
sqlite_db_number(struct sqlite_db *db, enum sqlite_db_statement which,
    int64_t none, int64_t *out)
{
    sqlite3_stmt *statement = sqlite_db_get(db, which);
    int code = sqlite3_step(statement);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else if (code == SQLITE_DONE)
        *out = none;
    else
        st = sqlite_db_status(db, code);
    (void)sqlite3_reset(statement);
    return st;
}
