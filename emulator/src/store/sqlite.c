/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine that keeps records in an SQLite file: one writer thread, a few
 * readers beside it, and hot records in memory. A folder holds the file
 * (store.db and its WAL) and a lock, so that one process has it open.
 */
#define _DEFAULT_SOURCE /* flock */

#include "base/file.h"
#include "store/batch.h"
#include "store/engine.h"
#include "store/path.h"
#include "store/record_cache.h"
#include "store/sqlite_read.h"
#include "store/sqlite_readers.h"
#include "store/sqlite_writer.h"
#include "store/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORDS_KEPT_BYTES = 2 * 1024 * 1024 };

struct sqlite {
    struct store store;
    int lock_fd;
    struct cache *records;
    struct sqlite_writer *writer;
    struct sqlite_readers *readers;
};

static struct sqlite *
sqlite_of(struct store *store)
{
    return (struct sqlite *)store;
}

/* ---- reading ---- */

static enum status
read_file(struct sqlite *sqlite, struct span path, struct store_record *out)
{
    uint64_t ticket = cache_ticket(sqlite->records, path);
    struct sqlite_db *db = sqlite_readers_take(sqlite->readers);
    enum status st = sqlite_read_get(db, path, out);
    sqlite_readers_give(sqlite->readers, db);
    if (st == STATUS_OK && out->version != 0)
        record_cache_put(
            sqlite->records, path, out->version, buf_span(&out->value), ticket);
    return st;
}

static enum status
sqlite_get(
    struct store *store, const struct store_key *key, struct store_record *out)
{
    struct sqlite *sqlite = sqlite_of(store);
    struct buf path = { 0 };
    enum status st = path_append(key, &path);
    if (st == STATUS_OK)
        st = record_cache_get(sqlite->records, buf_span(&path), out);
    if (st == STATUS_NOT_FOUND)
        st = read_file(sqlite, buf_span(&path), out);
    buf_reset(&path);
    return st;
}

static enum status
sqlite_range(struct store *store, const struct store_key *key,
    struct span after, size_t limit, store_visit_fn *visit, void *context)
{
    struct sqlite *sqlite = sqlite_of(store);
    struct sqlite_db *db = sqlite_readers_take(sqlite->readers);
    enum status st = sqlite_read_range(db, key, after, limit, visit, context);
    sqlite_readers_give(sqlite->readers, db);
    return st;
}

static enum status
sqlite_scan(struct store *store, struct span kind, store_visit_key_fn *visit,
    void *context)
{
    struct sqlite *sqlite = sqlite_of(store);
    struct sqlite_db *db = sqlite_readers_take(sqlite->readers);
    enum status st = sqlite_read_scan(db, kind, visit, context);
    sqlite_readers_give(sqlite->readers, db);
    return st;
}

/* ---- writing ---- */

static void
sqlite_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context)
{
    struct batch *batch = NULL;
    enum status st = batch_new(changes, count, done, context, &batch);
    if (st == STATUS_OK)
        sqlite_writer_push(sqlite_of(store)->writer, batch);
    else
        done(context, st);
}

/* A batch of nothing: its turn comes when all before it are done. */
static void
sqlite_barrier(struct store *store, store_done_fn *done, void *context)
{
    sqlite_commit(store, NULL, 0, done, context);
}

static void
sqlite_watch(struct store *store, store_watch_fn *watch, void *context)
{
    struct batch_watcher watcher = { watch, context };
    sqlite_writer_watch(sqlite_of(store)->writer, &watcher);
}

static enum status
sqlite_clear(struct store *store, struct span account)
{
    struct batch *batch = NULL;
    struct wait wait;
    wait_init(&wait);
    enum status st = batch_new_clear(account, wait_done, &wait, &batch);
    if (st == STATUS_OK)
        sqlite_writer_push(sqlite_of(store)->writer, batch);
    else
        wait_done(&wait, st);
    return wait_finish(&wait);
}

/* ---- opening and closing ---- */

static void
sqlite_free(struct store *store)
{
    struct sqlite *sqlite = sqlite_of(store);
    /* Its done functions may still read. */
    sqlite_writer_stop(sqlite->writer);
    sqlite_readers_free(sqlite->readers);
    /* Closing the last connection moves the WAL into the file. */
    sqlite_writer_free(sqlite->writer);
    cache_free(sqlite->records);
    if (sqlite->lock_fd >= 0)
        (void)close(sqlite->lock_fd);
    free(sqlite);
}

static const struct store_engine engine = {
    .get = sqlite_get,
    .range = sqlite_range,
    .scan = sqlite_scan,
    .commit = sqlite_commit,
    .barrier = sqlite_barrier,
    .watch = sqlite_watch,
    .clear = sqlite_clear,
    .free = sqlite_free,
};

static enum status
make_folder(const char *folder)
{
    if (mkdir(folder, S_IRWXU) == 0)
        return file_sync_entry(folder);
    return errno == EEXIST ? STATUS_OK : status_from_errno(errno);
}

static enum status
lock_folder(const char *folder, int *out)
{
    struct buf path = { 0 };
    int fd = -1;
    enum status st = buf_printf(&path, "%s/lock", folder);
    if (st == STATUS_OK) {
        fd = open(
            buf_text(&path), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (fd < 0)
            st = status_from_errno(errno);
        else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
            st = errno == EWOULDBLOCK ? STATUS_BUSY : status_from_errno(errno);
    }
    if (st == STATUS_OK)
        *out = fd;
    else if (fd >= 0)
        (void)close(fd);
    buf_reset(&path);
    return st;
}

static enum status
open_parts(struct sqlite *sqlite, const char *folder)
{
    struct buf path = { 0 };
    enum status st = make_folder(folder);
    if (st == STATUS_OK)
        st = lock_folder(folder, &sqlite->lock_fd);
    if (st == STATUS_OK)
        st = buf_printf(&path, "%s/store.db", folder);
    if (st == STATUS_OK)
        st = sqlite_db_create(buf_text(&path));
    if (st == STATUS_OK)
        st = record_cache_new(RECORDS_KEPT_BYTES, &sqlite->records);
    if (st == STATUS_OK)
        st = sqlite_writer_new(
            buf_text(&path), sqlite->records, &sqlite->writer);
    if (st == STATUS_OK)
        st = sqlite_readers_new(buf_text(&path), &sqlite->readers);
    buf_reset(&path);
    return st;
}

enum status
store_sqlite_new(const char *folder, struct store **out)
{
    struct sqlite *sqlite = calloc(1, sizeof(*sqlite));
    if (sqlite == NULL)
        return STATUS_NO_MEMORY;
    sqlite->store.engine = &engine;
    sqlite->lock_fd = -1;
    enum status st = open_parts(sqlite, folder);
    if (st == STATUS_OK)
        *out = &sqlite->store;
    else
        sqlite_free(&sqlite->store);
    return st;
}
