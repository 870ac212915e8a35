/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_readers.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    READERS = 2,
    READER_CACHE_KIB = 512,
};

struct sqlite_readers {
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct sqlite_db db[READERS];
    struct sqlite_db *idle[READERS];
    size_t idle_count;
};

enum status
sqlite_readers_new(const char *path, struct sqlite_readers **out)
{
    enum status st = STATUS_OK;
    struct sqlite_readers *readers = calloc(1, sizeof(*readers));
    if (readers == NULL)
        return STATUS_NO_MEMORY;
    (void)pthread_mutex_init(&readers->lock, NULL);
    (void)pthread_cond_init(&readers->given, NULL);
    for (size_t i = 0; i < READERS && st == STATUS_OK; i++) {
        st = sqlite_db_open(path, READER_CACHE_KIB, &readers->db[i]);
        if (st == STATUS_OK)
            readers->idle[readers->idle_count++] = &readers->db[i];
    }
    if (st == STATUS_OK)
        *out = readers;
    else
        sqlite_readers_free(readers);
    return st;
}

void
sqlite_readers_free(struct sqlite_readers *readers)
{
    if (readers == NULL)
        return;
    for (size_t i = 0; i < READERS; i++)
        sqlite_db_close(&readers->db[i]);
    (void)pthread_cond_destroy(&readers->given);
    (void)pthread_mutex_destroy(&readers->lock);
    free(readers);
}

struct sqlite_db *
sqlite_readers_take(struct sqlite_readers *readers)
{
    (void)pthread_mutex_lock(&readers->lock);
    while (readers->idle_count == 0)
        (void)pthread_cond_wait(&readers->given, &readers->lock);
    struct sqlite_db *db = readers->idle[--readers->idle_count];
    (void)pthread_mutex_unlock(&readers->lock);
    return db;
}

void
sqlite_readers_give(struct sqlite_readers *readers, struct sqlite_db *db)
{
    (void)pthread_mutex_lock(&readers->lock);
    readers->idle[readers->idle_count++] = db;
    (void)pthread_cond_signal(&readers->given);
    (void)pthread_mutex_unlock(&readers->lock);
}
