/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kv.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>

enum kv_statement {
    KV_GET,
    KV_PUT,
    KV_DELETE,
    KV_RANGE,
    KV_COUNT_UP,
    KV_REVISION,
    KV_STATEMENTS,
};

static const char *const texts[KV_STATEMENTS] = {
    [KV_GET] = "SELECT value, revision FROM kv WHERE key = ?1",
    [KV_PUT] = "INSERT INTO kv (key, value, revision) VALUES (?1, ?2, ?3) "
               "ON CONFLICT (key) DO UPDATE SET value = ?2, revision = ?3",
    [KV_DELETE] = "DELETE FROM kv WHERE key = ?1",
    [KV_RANGE] = "SELECT key, value, revision FROM kv WHERE key >= ?1 "
                 "ORDER BY key",
    [KV_COUNT_UP] = "UPDATE counter SET revision = revision + 1",
    [KV_REVISION] = "SELECT revision FROM counter",
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS kv (id INTEGER PRIMARY KEY, key BLOB UNIQUE "
    "NOT NULL, value BLOB NOT NULL, revision INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK "
    "(id = 1), revision INTEGER NOT NULL);"
    "INSERT OR IGNORE INTO counter VALUES (1, 1);";

struct kv {
    sqlite3 *db;
    sqlite3_stmt *statements[KV_STATEMENTS];
};

static enum status
status_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return STATUS_OK;
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_FULL:
        return STATUS_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STATUS_BUSY;
    case SQLITE_TOOBIG:
        return STATUS_TOO_LARGE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STATUS_CORRUPT;
    }
    return STATUS_IO;
}

enum status
kv_open(const char *path, struct kv **out)
{
    struct kv *kv = calloc(1, sizeof(*kv));
    if (kv == NULL)
        return STATUS_NO_MEMORY;
    int rc = sqlite3_open(path == NULL ? ":memory:" : path, &kv->db);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(kv->db, schema, NULL, NULL, NULL);
    for (size_t i = 0; i < KV_STATEMENTS && rc == SQLITE_OK; i++)
        rc = sqlite3_prepare_v2(kv->db, texts[i], -1, &kv->statements[i], NULL);
    if (rc != SQLITE_OK) {
        kv_free(kv);
        return status_of(rc);
    }
    *out = kv;
    return STATUS_OK;
}

void
kv_free(struct kv *kv)
{
    if (kv == NULL)
        return;
    for (size_t i = 0; i < KV_STATEMENTS; i++)
        sqlite3_finalize(kv->statements[i]);
    sqlite3_close(kv->db);
    free(kv);
}

/* A statement with the key in its first place; NULL span: none. */
static sqlite3_stmt *
start(struct kv *kv, enum kv_statement which, struct span key)
{
    sqlite3_stmt *statement = kv->statements[which];
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    /* A NULL pointer would bind NULL, not the empty key. */
    if (sqlite3_bind_parameter_count(statement) > 0)
        sqlite3_bind_blob64(statement, 1,
            key.ptr == NULL ? "" : (const void *)key.ptr, key.len,
            SQLITE_STATIC);
    return statement;
}

static struct span
column(sqlite3_stmt *statement, int at)
{
    const void *bytes = sqlite3_column_blob(statement, at);
    return span_of(bytes, (size_t)sqlite3_column_bytes(statement, at));
}

enum status
kv_get(struct kv *kv, struct span key, struct buf *value, int64_t *revision)
{
    sqlite3_stmt *statement = start(kv, KV_GET, key);
    int rc = sqlite3_step(statement);
    enum status st = rc == SQLITE_DONE ? STATUS_NOT_FOUND : status_of(rc);
    if (st == STATUS_OK && value != NULL)
        st = buf_set(value, column(statement, 0));
    if (st == STATUS_OK && revision != NULL)
        *revision = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    return st;
}

int64_t
kv_revision(struct kv *kv)
{
    sqlite3_stmt *statement = start(kv, KV_REVISION, span_text(NULL));
    int64_t revision = sqlite3_step(statement) == SQLITE_ROW
                           ? sqlite3_column_int64(statement, 0)
                           : 1;
    sqlite3_reset(statement);
    return revision;
}

static enum status
step_once(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    return status_of(rc);
}

/* What a key's revision is; 0: absent. */
static enum status
present_revision(struct kv *kv, struct span key, int64_t *revision)
{
    *revision = 0;
    enum status st = kv_get(kv, key, NULL, revision);
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

/* One change under a new revision, or none. */
static enum status
change(struct kv *kv, struct span key, const struct span *value,
    int64_t expected, int64_t *revision)
{
    int64_t present, next = kv_revision(kv) + 1;
    enum status st =
        status_of(sqlite3_exec(kv->db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
    if (st != STATUS_OK)
        return st;
    st = present_revision(kv, key, &present);
    if (st == STATUS_OK && present != expected)
        st = STATUS_CONFLICT;
    if (st == STATUS_OK)
        st = step_once(start(kv, KV_COUNT_UP, span_text(NULL)));
    if (st == STATUS_OK) {
        sqlite3_stmt *statement =
            start(kv, value == NULL ? KV_DELETE : KV_PUT, key);
        if (value != NULL) {
            sqlite3_bind_blob64(statement, 2,
                value->ptr == NULL ? "" : (const void *)value->ptr, value->len,
                SQLITE_STATIC);
            sqlite3_bind_int64(statement, 3, next);
        }
        st = step_once(statement);
    }
    const char *end = st == STATUS_OK ? "COMMIT" : "ROLLBACK";
    int rc = sqlite3_exec(kv->db, end, NULL, NULL, NULL);
    if (st == STATUS_OK && rc != SQLITE_OK) {
        sqlite3_exec(kv->db, "ROLLBACK", NULL, NULL, NULL);
        st = status_of(rc);
    }
    if (st == STATUS_OK && revision != NULL)
        *revision = next;
    return st;
}

enum status
kv_put(struct kv *kv, struct span key, struct span value, int64_t expected,
    int64_t *revision)
{
    return change(kv, key, &value, expected, revision);
}

enum status
kv_delete(struct kv *kv, struct span key, int64_t expected)
{
    if (expected == 0)
        return STATUS_CONFLICT;
    return change(kv, key, NULL, expected, NULL);
}

enum status
kv_range(struct kv *kv, struct span prefix, kv_visit_fn *visit, void *context)
{
    sqlite3_stmt *statement = start(kv, KV_RANGE, prefix);
    enum status st = STATUS_OK;
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW && st == STATUS_OK) {
        struct span key = column(statement, 0);
        if (!span_starts_with(key, prefix))
            break;
        st = visit(context, key, column(statement, 1),
            sqlite3_column_int64(statement, 2));
    }
    if (st == STATUS_OK)
        st = status_of(rc);
    sqlite3_reset(statement);
    return st;
}

enum status
kv_contains(struct kv *kv, struct span needle, bool *found)
{
    sqlite3_int64 size = 0;
    size_t at;
    unsigned char *image = sqlite3_serialize(kv->db, "main", &size, 0);
    if (image == NULL)
        return STATUS_NO_MEMORY;
    *found = span_search(span_of(image, (size_t)size), needle, &at);
    sqlite3_free(image);
    return STATUS_OK;
}
