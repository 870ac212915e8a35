/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_writer.h"

#include "base/log.h"
#include "store/record_cache.h"
#include "store/sqlite_apply.h"
#include "store/sqlite_db.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    GROUP_BATCHES = 128,           /* in one transaction, at most */
    GROUP_BYTES = 4 * 1024 * 1024, /* and so many bytes, unless one batch */
    WRITER_CACHE_KIB = 1024,
    CHECKPOINT_FRAMES = 1000,
    /* Versions are reserved in the file so many at a time: else each
     * transaction would have to write a counter. */
    VERSIONS_RESERVED = 1 << 20,
};

struct sqlite_writer {
    struct sqlite_db db; /* the thread's alone, once it runs */
    uint64_t version;    /* last given out */
    uint64_t reserved;   /* as the file has it */
    int wal_frames;
    struct cache *records;
    struct batch_watcher watcher;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct batch_queue queue;
    bool stopping;
};

struct group {
    struct batch *batches[GROUP_BATCHES];
    size_t count;
};

static enum status
reserve_versions(struct sqlite_writer *writer)
{
    if (writer->version <= writer->reserved)
        return STATUS_OK;
    uint64_t reserved = writer->version + VERSIONS_RESERVED;
    (void)sqlite3_bind_int64(sqlite_db_get(&writer->db, SQLITE_DB_SET_COUNTER),
        1, (int64_t)reserved);
    enum status st = sqlite_db_run(&writer->db, SQLITE_DB_SET_COUNTER);
    if (st == STATUS_OK)
        writer->reserved = reserved;
    return st;
}

static void
roll_back(struct sqlite_writer *writer)
{
    /* Where SQLite has done so itself, there is nothing left to do. */
    if (sqlite3_get_autocommit(writer->db.handle) == 0 &&
        sqlite_db_run(&writer->db, SQLITE_DB_ROLLBACK) != STATUS_OK)
        log_message(LOG_ERROR, "store: a transaction was not rolled back");
}

static enum status
run_transaction(
    struct sqlite_writer *writer, struct batch **batches, size_t count)
{
    enum status st = sqlite_db_run(&writer->db, SQLITE_DB_BEGIN);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = sqlite_apply_batch(&writer->db, batches[i], &writer->version);
    if (st == STATUS_OK)
        st = reserve_versions(writer);
    if (st == STATUS_OK)
        st = sqlite_db_run(&writer->db, SQLITE_DB_COMMIT);
    return st;
}

/* One transaction: all batches that do not conflict, or (false) none. */
static bool
attempt(struct sqlite_writer *writer, struct batch **batches, size_t count)
{
    uint64_t version = writer->version, reserved = writer->reserved;
    enum status st = run_transaction(writer, batches, count);
    if (st == STATUS_OK)
        return true;
    log_event(LOG_WARN, "store: a transaction failed",
        log_text("reason", status_text(st)),
        log_number("commits", (int64_t)count));
    roll_back(writer);
    writer->version = version;
    writer->reserved = reserved;
    for (size_t i = 0; i < count; i++)
        batches[i]->status = st;
    return false;
}

static void
update_records(struct cache *records, const struct batch *batch)
{
    if (batch->status != STATUS_OK)
        return;
    if (batch->is_clear)
        cache_drop_all(records);
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_change *change = &batch->changes[i];
        if (change->action == STORE_PUT)
            record_cache_replace(
                records, change->path, batch->version, change->value);
        else if (change->action == STORE_DELETE)
            cache_drop(records, change->path);
    }
}

/*
 * Should the transaction fail, each batch gets its own, so that one that does
 * not fit on the disk does not fail those that do.
 */
static void
run_group(struct sqlite_writer *writer, struct group *group)
{
    bool together = attempt(writer, group->batches, group->count);
    for (size_t i = 0; !together && group->count > 1 && i < group->count; i++)
        (void)attempt(writer, &group->batches[i], 1);
    for (size_t i = 0; i < group->count; i++)
        update_records(writer->records, group->batches[i]);
    for (size_t i = 0; i < group->count; i++)
        batch_finish(group->batches[i], &writer->watcher);
}

static int
count_frames(void *context, sqlite3 *handle, const char *name, int frames)
{
    struct sqlite_writer *writer = context;
    (void)handle;
    (void)name;
    writer->wal_frames = frames;
    return SQLITE_OK;
}

/* After the answers are out. What fails here is done by a later one. */
static void
checkpoint(struct sqlite_writer *writer)
{
    if (writer->wal_frames < CHECKPOINT_FRAMES)
        return;
    writer->wal_frames = 0;
    int code = sqlite3_wal_checkpoint_v2(
        writer->db.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code != SQLITE_OK)
        log_event(LOG_WARN, "store: checkpoint failed",
            log_text("reason", sqlite3_errstr(code)));
}

/* Blocks until there is something to do; false: stop. */
static bool
next_group(struct sqlite_writer *writer, struct group *group)
{
    size_t bytes = 0;
    group->count = 0;
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->queue.first == NULL && !writer->stopping)
        (void)pthread_cond_wait(&writer->changed, &writer->lock);
    while (writer->queue.first != NULL && group->count < GROUP_BATCHES &&
           (group->count == 0 ||
               bytes + writer->queue.first->size <= GROUP_BYTES)) {
        bytes += writer->queue.first->size;
        group->batches[group->count++] = batch_pop(&writer->queue);
    }
    (void)pthread_mutex_unlock(&writer->lock);
    return group->count > 0;
}

static void *
run(void *context)
{
    struct sqlite_writer *writer = context;
    struct group group;
    while (next_group(writer, &group)) {
        run_group(writer, &group);
        checkpoint(writer);
    }
    return NULL;
}

static enum status
open_file(struct sqlite_writer *writer, const char *path)
{
    int64_t counter = 0;
    enum status st = sqlite_db_open(path, WRITER_CACHE_KIB, &writer->db);
    if (st == STATUS_OK)
        st = sqlite_db_number(&writer->db, SQLITE_DB_COUNTER, -1, &counter);
    if (st == STATUS_OK && counter < 0)
        st = STATUS_CORRUPT;
    if (st != STATUS_OK)
        return st;
    (void)sqlite3_wal_hook(writer->db.handle, count_frames, writer);
    writer->version = writer->reserved = (uint64_t)counter;
    return STATUS_OK;
}

enum status
sqlite_writer_new(
    const char *path, struct cache *records, struct sqlite_writer **out)
{
    struct sqlite_writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL)
        return STATUS_NO_MEMORY;
    writer->records = records;
    (void)pthread_mutex_init(&writer->lock, NULL);
    (void)pthread_cond_init(&writer->changed, NULL);
    enum status st = open_file(writer, path);
    if (st == STATUS_OK &&
        pthread_create(&writer->thread, NULL, run, writer) != 0)
        st = STATUS_NO_MEMORY;
    if (st == STATUS_OK)
        *out = writer;
    else
        sqlite_writer_free(writer);
    return st;
}

void
sqlite_writer_push(struct sqlite_writer *writer, struct batch *batch)
{
    (void)pthread_mutex_lock(&writer->lock);
    batch_push(&writer->queue, batch);
    (void)pthread_cond_signal(&writer->changed);
    (void)pthread_mutex_unlock(&writer->lock);
}

void
sqlite_writer_watch(
    struct sqlite_writer *writer, const struct batch_watcher *watcher)
{
    writer->watcher = *watcher;
}

void
sqlite_writer_stop(struct sqlite_writer *writer)
{
    if (writer == NULL)
        return;
    (void)pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    (void)pthread_cond_signal(&writer->changed);
    (void)pthread_mutex_unlock(&writer->lock);
    (void)pthread_join(writer->thread, NULL);
}

void
sqlite_writer_free(struct sqlite_writer *writer)
{
    if (writer == NULL)
        return;
    sqlite_db_close(&writer->db);
    (void)pthread_cond_destroy(&writer->changed);
    (void)pthread_mutex_destroy(&writer->lock);
    free(writer);
}
