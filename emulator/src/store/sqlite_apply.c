/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_apply.h"

#include "store/path.h"

static enum status
version_of(struct sqlite_db *db, struct span path, uint64_t *out)
{
    int64_t version = 0;
    sqlite_db_bind(sqlite_db_get(db, SQLITE_DB_VERSION_OF), 1, path);
    enum status st = sqlite_db_number(db, SQLITE_DB_VERSION_OF, 0, &version);
    if (st == STATUS_OK)
        *out = (uint64_t)version;
    return st;
}

static enum status
check_versions(struct sqlite_db *db, const struct batch *batch, bool *same)
{
    *same = true;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < batch->count && st == STATUS_OK && *same; i++) {
        uint64_t version = 0;
        st = version_of(db, batch->changes[i].path, &version);
        *same = version == batch->changes[i].expected_version;
    }
    return st;
}

static enum status
put(struct sqlite_db *db, const struct batch_change *change, uint64_t version)
{
    sqlite3_stmt *statement = sqlite_db_get(db, SQLITE_DB_PUT);
    sqlite_db_bind(statement, 1, change->path);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)version);
    sqlite_db_bind(statement, 3, change->value);
    return sqlite_db_run(db, SQLITE_DB_PUT);
}

static enum status delete (
    struct sqlite_db *db, const struct batch_change *change) {
    sqlite_db_bind(sqlite_db_get(db, SQLITE_DB_DELETE), 1, change->path);
    return sqlite_db_run(db, SQLITE_DB_DELETE);
}

static enum status
apply_change(
    struct sqlite_db *db, const struct batch_change *change, uint64_t version)
{
    switch (change->action) {
    case STORE_PUT:
        return put(db, change, version);
    case STORE_DELETE:
        return delete (db, change);
    case STORE_CHECK:
        return STATUS_OK;
    }
    return STATUS_INTERNAL;
}

static enum status
clear_account(struct sqlite_db *db, struct span account)
{
    sqlite3_stmt *statement = sqlite_db_get(db, SQLITE_DB_CLEAR);
    struct buf from = { 0 }, to = { 0 };
    enum status st = path_append_account(account, &from);
    if (st == STATUS_OK)
        st = path_append_end(buf_span(&from), &to);
    if (st == STATUS_OK) {
        sqlite_db_bind(statement, 1, buf_span(&from));
        sqlite_db_bind(statement, 2, buf_span(&to));
        st = sqlite_db_run(db, SQLITE_DB_CLEAR);
    }
    buf_reset(&from);
    buf_reset(&to);
    return st;
}

static enum status
clear(struct sqlite_db *db, const struct batch *batch)
{
    if (batch->cleared.len > 0)
        return clear_account(db, batch->cleared);
    return sqlite_db_run(db, SQLITE_DB_CLEAR_ALL);
}

enum status
sqlite_apply_batch(struct sqlite_db *db, struct batch *batch, uint64_t *version)
{
    bool same = true;
    batch->status = STATUS_OK;
    if (batch->is_clear)
        return clear(db, batch);
    enum status st = check_versions(db, batch, &same);
    if (st != STATUS_OK)
        return st;
    if (!same) {
        batch->status = STATUS_CONFLICT;
        return STATUS_OK;
    }
    batch->version = ++*version;
    for (size_t i = 0; i < batch->count && st == STATUS_OK; i++)
        st = apply_change(db, &batch->changes[i], batch->version);
    return st;
}
