/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_read.h"

#include "store/path.h"

enum status
sqlite_read_get(
    struct sqlite_db *db, struct span path, struct store_record *out)
{
    sqlite3_stmt *statement = sqlite_db_get(db, SQLITE_DB_GET);
    sqlite_db_bind(statement, 1, path);
    int code = sqlite3_step(statement);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW) {
        st = buf_set(&out->value, sqlite_db_column(statement, 1));
        if (st == STATUS_OK)
            out->version = (uint64_t)sqlite3_column_int64(statement, 0);
    } else if (code == SQLITE_DONE) {
        buf_clear(&out->value);
        out->version = 0;
    } else {
        st = sqlite_db_status(db, code);
    }
    (void)sqlite3_reset(statement);
    return st;
}

/* What a walk calls for each row; false stops it. */
typedef bool row_fn(
    void *context, struct span path, uint64_t version, struct span value);

/* Rows after `from`, before `to`. *going is false once a visitor stopped. */
static enum status
walk(struct sqlite_db *db, struct span from, struct span to, size_t limit,
    row_fn *row, void *context, bool *going)
{
    sqlite3_stmt *statement = sqlite_db_get(db, SQLITE_DB_RANGE);
    int code;
    sqlite_db_bind(statement, 1, from);
    sqlite_db_bind(statement, 2, to);
    (void)sqlite3_bind_int64(
        statement, 3, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW && *going)
        *going = row(context, sqlite_db_column(statement, 0),
            (uint64_t)sqlite3_column_int64(statement, 1),
            sqlite_db_column(statement, 2));
    (void)sqlite3_reset(statement);
    return code == SQLITE_ROW ? STATUS_OK : sqlite_db_status(db, code);
}

struct range {
    store_visit_fn *visit;
    void *context;
};

static bool
visit_id(void *context, struct span path, uint64_t version, struct span value)
{
    const struct range *range = context;
    return range->visit(range->context, path_parse(path).id, version, value);
}

enum status
sqlite_read_range(struct sqlite_db *db, const struct store_key *key,
    struct span after, size_t limit, store_visit_fn *visit, void *context)
{
    struct range range = { visit, context };
    struct buf from = { 0 }, to = { 0 };
    bool going = true;
    enum status st = path_append_region(key, &from);
    if (st == STATUS_OK)
        st = path_append_end(buf_span(&from), &to);
    if (st == STATUS_OK)
        st = buf_append(&from, after);
    if (st == STATUS_OK)
        st = walk(db, buf_span(&from), buf_span(&to), limit, visit_id, &range,
            &going);
    buf_reset(&from);
    buf_reset(&to);
    return st;
}

struct scan {
    store_visit_key_fn *visit;
    void *context;
    struct span kind;
    bool going;
};

static bool
visit_key(void *context, struct span path, uint64_t version, struct span value)
{
    const struct scan *scan = context;
    struct store_key key = path_parse(path);
    return scan->visit(scan->context, &key, version, value);
}

static enum status
scan_account(struct sqlite_db *db, struct span account, struct scan *scan)
{
    struct buf from = { 0 }, to = { 0 };
    enum status st = path_append_kind(account, scan->kind, &from);
    if (st == STATUS_OK)
        st = path_append_end(buf_span(&from), &to);
    if (st == STATUS_OK)
        st = walk(db, buf_span(&from), buf_span(&to), SIZE_MAX, visit_key, scan,
            &scan->going);
    buf_reset(&from);
    buf_reset(&to);
    return st;
}

/* Sets *account to that of the first record at `from` or after it. */
static enum status
next_account(
    struct sqlite_db *db, struct span from, struct buf *account, bool *found)
{
    sqlite3_stmt *statement = sqlite_db_get(db, SQLITE_DB_FIRST_FROM);
    sqlite_db_bind(statement, 1, from);
    int code = sqlite3_step(statement);
    enum status st =
        code == SQLITE_ROW
            ? buf_set(
                  account, path_parse(sqlite_db_column(statement, 0)).account)
            : sqlite_db_status(db, code);
    *found = code == SQLITE_ROW;
    (void)sqlite3_reset(statement);
    return st;
}

/* From account to account by the index: records of other kinds are skipped,
 * not read. */
enum status
sqlite_read_scan(struct sqlite_db *db, struct span kind,
    store_visit_key_fn *visit, void *context)
{
    struct scan scan = { visit, context, kind, true };
    struct buf account = { 0 }, prefix = { 0 }, from = { 0 };
    bool found = false;
    enum status st = next_account(db, buf_span(&from), &account, &found);
    while (st == STATUS_OK && found && scan.going) {
        buf_clear(&prefix);
        buf_clear(&from);
        st = scan_account(db, buf_span(&account), &scan);
        if (st == STATUS_OK)
            st = path_append_account(buf_span(&account), &prefix);
        if (st == STATUS_OK)
            st = path_append_end(buf_span(&prefix), &from);
        if (st == STATUS_OK)
            st = next_account(db, buf_span(&from), &account, &found);
    }
    buf_reset(&account);
    buf_reset(&prefix);
    buf_reset(&from);
    return st;
}
