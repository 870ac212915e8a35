/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor under a durable CreateKey: SQLite itself, the store's schema and
 * settings, one writer that commits a group of rows at a time.
 * floor_sqlite FILE GROUPS GROUP_KEYS ROWS_A_KEY ROW_BYTES prints the seconds
 * that the inserts took, and their CPU time in seconds.
 */
#include "base/clock.h"
#include "base/num.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct plan {
    int64_t groups, group_keys, rows_a_key, row_bytes;
};

static bool
run(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool
insert_row(
    sqlite3_stmt *insert, int64_t number, const uint8_t *value, int64_t bytes)
{
    char key[128];
    int len = snprintf(key, sizeof(key),
        "111122223333-us-east-1-key-1234abcd-12ab-34cd-56ef-%012lld",
        (long long)number);
    bool ok =
        sqlite3_bind_blob(insert, 1, key, len, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_bind_int64(insert, 2, number) == SQLITE_OK &&
        sqlite3_bind_blob(insert, 3, value, (int)bytes, SQLITE_STATIC) ==
            SQLITE_OK &&
        sqlite3_step(insert) == SQLITE_DONE;
    (void)sqlite3_reset(insert);
    return ok;
}

static bool
insert_groups(sqlite3 *db, const struct plan *plan, const uint8_t *value)
{
    sqlite3_stmt *insert = NULL;
    int64_t number = 0;
    bool ok = sqlite3_prepare_v2(db, "INSERT INTO record VALUES (?, ?, ?)", -1,
                  &insert, NULL) == SQLITE_OK;

    for (int64_t g = 0; g < plan->groups && ok; g++) {
        ok = run(db, "BEGIN IMMEDIATE");
        for (int64_t i = 0; i < plan->group_keys * plan->rows_a_key && ok; i++)
            ok = insert_row(insert, ++number, value, plan->row_bytes);
        ok = ok && run(db, "COMMIT");
    }
    (void)sqlite3_finalize(insert);
    return ok;
}

static bool
read_plan(char **argv, struct plan *plan)
{
    int64_t *const fields[] = { &plan->groups, &plan->group_keys,
        &plan->rows_a_key, &plan->row_bytes };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (num_parse(span_text(argv[2 + i]), 1, 1000000, fields[i]) !=
            STATUS_OK)
            return false;
    }
    return true;
}

int
main(int argc, char **argv)
{
    struct plan plan;
    struct clock monotonic = clock_monotonic();
    sqlite3 *db = NULL;

    if (argc != 6 || !read_plan(argv, &plan) ||
        sqlite3_open(argv[1], &db) != SQLITE_OK) {
        fputs("floor_sqlite: FILE GROUPS GROUP_KEYS ROWS_A_KEY ROW_BYTES\n",
            stderr);
        return EXIT_FAILURE;
    }
    uint8_t *value = calloc(1, (size_t)plan.row_bytes);
    bool ok = value != NULL &&
              run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "CREATE TABLE record (key BLOB NOT NULL UNIQUE,"
                      " version INTEGER NOT NULL, value BLOB NOT NULL)");
    int64_t start_ms = clock_ms(&monotonic);
    ok = ok && insert_groups(db, &plan, value);
    printf("%.3f %.3f\n", (double)(clock_ms(&monotonic) - start_ms) / 1000,
        (double)clock() / CLOCKS_PER_SEC);
    free(value);
    (void)sqlite3_close(db);
    return ok ? 0 : EXIT_FAILURE;
}
