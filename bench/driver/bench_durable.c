/* SPDX-License-Identifier: Apache-2.0 */
/* A durable CreateKey against SQLite's own group-committed insert of as many
 * rows of the same size. */
#include "driver/bench.h"
#include "driver/floor.h"
#include "driver/load_http.h"
#include "driver/signed_request.h"

#include <sqlite3.h>
#include <stdio.h>

enum { CONNECTIONS = 32 }; /* CreateKeys under way at once: the group */

/* What CreateKey stored: rows a key, and bytes of value a row. */
struct rows {
    double a_key;
    int64_t bytes;
};

static enum status
count_rows(const char *data, uint64_t keys, struct rows *out)
{
    struct buf path = { 0 };
    sqlite3 *db = NULL;
    sqlite3_stmt *count = NULL;
    enum status st = buf_printf(&path, "%s/store.db", data);

    if (st == STATUS_OK &&
        (sqlite3_open_v2(buf_text(&path), &db, SQLITE_OPEN_READONLY, NULL) !=
                SQLITE_OK ||
            sqlite3_prepare_v2(db,
                "SELECT count(*), avg(length(value)) FROM record", -1, &count,
                NULL) != SQLITE_OK ||
            sqlite3_step(count) != SQLITE_ROW))
        st = STATUS_IO;
    if (st == STATUS_OK)
        *out = (struct rows){
            .a_key = (double)sqlite3_column_int64(count, 0) / (double)keys,
            .bytes = sqlite3_column_int64(count, 1),
        };
    (void)sqlite3_finalize(count);
    (void)sqlite3_close(db);
    buf_reset(&path);
    return st;
}

static enum status
create_keys(
    struct bench *bench, const char *data, uint64_t keys, struct measure *out)
{
    struct emulator *emulator = NULL;
    struct kms_account account;
    struct buf request = { 0 };
    enum status st = bench_start_emulator(bench, data, &emulator, &account);

    if (st == STATUS_OK)
        st = signed_request_make(
            &account, "CreateKey", SPAN_LITERAL("{}"), &request);
    if (st == STATUS_OK) {
        struct load_http load = {
            .request = buf_span(&request),
            .connections = CONNECTIONS,
            .requests = keys,
            .server = process_id(emulator_process(emulator)),
        };
        st = load_http_port(account.endpoint, &load.port);
        if (st == STATUS_OK)
            st = load_http_run(&load, out, bench->problem);
    }
    emulator_free(emulator);
    buf_reset(&request);
    return st;
}

/* Runs floor_sqlite and reads the two figures it prints. */
static enum status
run_floor(struct bench *bench, uint64_t keys, const struct rows *rows,
    struct measure *out)
{
    struct process *floor = NULL;
    struct buf file = { 0 }, line = { 0 };
    char groups[24], group[24], a_key[24], bytes[24];
    enum status st = workspace_file(bench->workspace, "floor.db", &file);

    (void)snprintf(groups, sizeof(groups), "%llu",
        (unsigned long long)(keys / CONNECTIONS));
    (void)snprintf(group, sizeof(group), "%d", CONNECTIONS);
    (void)snprintf(a_key, sizeof(a_key), "%.0f", rows->a_key);
    (void)snprintf(bytes, sizeof(bytes), "%lld", (long long)rows->bytes);
    const char *const arguments[] = { buf_text(&file), groups, group, a_key,
        bytes, NULL };
    if (st == STATUS_OK)
        st = floor_start("floor_sqlite", arguments, &floor, &line);
    out->answers = keys / CONNECTIONS * CONNECTIONS;
    if (st == STATUS_OK &&
        sscanf(buf_text(&line), "%lf %lf", &out->seconds, &out->cpu) != 2)
        st = STATUS_INVALID;
    process_free(floor);
    buf_reset(&file);
    buf_reset(&line);
    return st;
}

enum status
bench_durable(struct bench *bench)
{
    struct buf data = { 0 };
    struct measure subject, floor = { 0 };
    struct rows rows;
    uint64_t keys = bench->requests / 10;
    enum status st = workspace_file(bench->workspace, "durable", &data);

    if (st == STATUS_OK)
        st = create_keys(bench, buf_text(&data), keys, &subject);
    if (st == STATUS_OK)
        st = count_rows(buf_text(&data), keys, &rows);
    if (st == STATUS_OK)
        st = run_floor(bench, keys, &rows, &floor);
    if (st == STATUS_OK)
        bench_compare(
            bench, "CreateKey, durable", &subject, "SQLite insert", &floor);
    buf_reset(&data);
    return st;
}
