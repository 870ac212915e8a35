/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine that keeps everything in memory. A commit is carried out by the
 * calling thread; outcomes are queued in the order of the commits, and one
 * thread at a time delivers them, so watchers see that order and a done
 * function may commit again without recursion.
 */
#include "store/batch.h"
#include "store/engine.h"
#include "store/index.h"
#include "store/path.h"
#include "store/wait.h"

#include <pthread.h>
#include <stdlib.h>

struct memory {
    struct store store;
    pthread_rwlock_t lock; /* guards index and version */
    struct index index;
    uint64_t version;
    pthread_mutex_t outbox_lock; /* taken inside `lock` */
    pthread_cond_t outbox_idle;
    struct batch_queue outbox;
    bool delivering;
    struct batch_watcher watcher;
};

static struct memory *
memory_of(struct store *store)
{
    return (struct memory *)store;
}

static void
deliver(struct memory *memory)
{
    struct batch *batch;
    (void)pthread_mutex_lock(&memory->outbox_lock);
    if (memory->delivering) {
        (void)pthread_mutex_unlock(&memory->outbox_lock);
        return;
    }
    memory->delivering = true;
    while ((batch = batch_pop(&memory->outbox)) != NULL) {
        (void)pthread_mutex_unlock(&memory->outbox_lock);
        batch_finish(batch, &memory->watcher);
        (void)pthread_mutex_lock(&memory->outbox_lock);
    }
    memory->delivering = false;
    (void)pthread_cond_broadcast(&memory->outbox_idle);
    (void)pthread_mutex_unlock(&memory->outbox_lock);
}

static void
post(struct memory *memory, struct batch *batch)
{
    (void)pthread_mutex_lock(&memory->outbox_lock);
    batch_push(&memory->outbox, batch);
    (void)pthread_mutex_unlock(&memory->outbox_lock);
}

static uint64_t
version_of(struct memory *memory, struct span path)
{
    const struct index_record *record = index_find(&memory->index, path);
    return record == NULL ? 0 : record->version;
}

static enum status
check_versions(struct memory *memory, const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (version_of(memory, batch->changes[i].path) !=
            batch->changes[i].expected_version)
            return STATUS_CONFLICT;
    return STATUS_OK;
}

/* Makes the records first: with them at hand, applying cannot fail. */
static enum status
make_records(struct memory *memory, const struct batch *batch,
    struct index_record *records[STORE_BATCH_MAX])
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < batch->count && st == STATUS_OK; i++)
        if (batch->changes[i].action == STORE_PUT)
            st = index_record_new(&memory->index, batch->changes[i].path,
                batch->changes[i].value, &records[i]);
    return st;
}

static void
apply(struct memory *memory, struct batch *batch,
    struct index_record *records[STORE_BATCH_MAX])
{
    batch->version = ++memory->version;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->changes[i].action == STORE_DELETE)
            index_remove(&memory->index, batch->changes[i].path);
        if (records[i] == NULL)
            continue;
        records[i]->version = batch->version;
        index_put(&memory->index, records[i]);
        records[i] = NULL;
    }
}

static void
carry_out(struct memory *memory, struct batch *batch)
{
    struct index_record *records[STORE_BATCH_MAX] = { NULL };
    batch->status = check_versions(memory, batch);
    if (batch->status == STATUS_OK)
        batch->status = make_records(memory, batch, records);
    if (batch->status == STATUS_OK)
        apply(memory, batch, records);
    for (size_t i = 0; i < batch->count; i++)
        index_record_free(records[i]);
}

static void
memory_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context)
{
    struct memory *memory = memory_of(store);
    struct batch *batch = NULL;
    enum status st = batch_new(changes, count, done, context, &batch);
    if (st != STATUS_OK) {
        done(context, st);
        return;
    }
    (void)pthread_rwlock_wrlock(&memory->lock);
    carry_out(memory, batch);
    post(memory, batch);
    (void)pthread_rwlock_unlock(&memory->lock);
    deliver(memory);
}

/* What was committed is visible at once. */
static void
memory_barrier(struct store *store, store_done_fn *done, void *context)
{
    (void)store;
    done(context, STATUS_OK);
}

static void
memory_watch(struct store *store, store_watch_fn *watch, void *context)
{
    memory_of(store)->watcher = (struct batch_watcher){ watch, context };
}

static enum status
memory_get(
    struct store *store, const struct store_key *key, struct store_record *out)
{
    struct memory *memory = memory_of(store);
    struct buf path = { 0 };
    uint64_t version = 0;
    enum status st = path_append(key, &path);
    if (st != STATUS_OK)
        return st;
    (void)pthread_rwlock_rdlock(&memory->lock);
    const struct index_record *record =
        index_find(&memory->index, buf_span(&path));
    if (record != NULL) {
        st = buf_set(&out->value, record->value);
        version = record->version;
    } else {
        buf_clear(&out->value);
    }
    if (st == STATUS_OK)
        out->version = version;
    (void)pthread_rwlock_unlock(&memory->lock);
    buf_reset(&path);
    return st;
}

static enum status
memory_range(struct store *store, const struct store_key *key,
    struct span after, size_t limit, store_visit_fn *visit, void *context)
{
    struct memory *memory = memory_of(store);
    struct buf from = { 0 };
    enum status st = path_append_region(key, &from);
    size_t prefix_len = from.len;
    if (st == STATUS_OK)
        st = buf_append(&from, after);
    if (st != STATUS_OK)
        goto out;
    struct span prefix = span_first(buf_span(&from), prefix_len);
    (void)pthread_rwlock_rdlock(&memory->lock);
    const struct index_record *at = index_seek(&memory->index, buf_span(&from));
    if (at != NULL && span_equal(at->path, buf_span(&from)))
        at = at->next[0];
    for (; at != NULL && limit > 0 && span_starts_with(at->path, prefix);
         at = at->next[0], limit--)
        if (!visit(context, span_skip(at->path, prefix_len), at->version,
                at->value))
            break;
    (void)pthread_rwlock_unlock(&memory->lock);
out:
    buf_reset(&from);
    return st;
}

static enum status
memory_scan(struct store *store, struct span kind, store_visit_key_fn *visit,
    void *context)
{
    struct memory *memory = memory_of(store);
    (void)pthread_rwlock_rdlock(&memory->lock);
    for (const struct index_record *at = memory->index.heads[0]; at != NULL;
         at = at->next[0]) {
        struct store_key key = path_parse(at->path);
        if (span_equal(key.kind, kind) &&
            !visit(context, &key, at->version, at->value))
            break;
    }
    (void)pthread_rwlock_unlock(&memory->lock);
    return STATUS_OK;
}

static void
remove_account(struct memory *memory, struct span account)
{
    struct index_record *at = memory->index.heads[0];
    while (at != NULL) {
        struct index_record *next = at->next[0];
        struct span owner = path_parse(at->path).account;
        if (owner.len > 0 && (account.len == 0 || span_equal(owner, account)))
            index_remove(&memory->index, at->path);
        at = next;
    }
}

static enum status
memory_clear(struct store *store, struct span account)
{
    struct memory *memory = memory_of(store);
    struct batch *batch = NULL;
    struct wait wait;
    wait_init(&wait);
    enum status st = batch_new_clear(account, wait_done, &wait, &batch);
    if (st == STATUS_OK) {
        (void)pthread_rwlock_wrlock(&memory->lock);
        remove_account(memory, account);
        post(memory, batch);
        (void)pthread_rwlock_unlock(&memory->lock);
        deliver(memory);
    } else {
        wait_done(&wait, st);
    }
    return wait_finish(&wait);
}

static void
memory_free(struct store *store)
{
    struct memory *memory = memory_of(store);
    (void)pthread_mutex_lock(&memory->outbox_lock);
    while (memory->delivering)
        (void)pthread_cond_wait(&memory->outbox_idle, &memory->outbox_lock);
    (void)pthread_mutex_unlock(&memory->outbox_lock);
    index_reset(&memory->index);
    (void)pthread_cond_destroy(&memory->outbox_idle);
    (void)pthread_mutex_destroy(&memory->outbox_lock);
    (void)pthread_rwlock_destroy(&memory->lock);
    free(memory);
}

static const struct store_engine engine = {
    .get = memory_get,
    .range = memory_range,
    .scan = memory_scan,
    .commit = memory_commit,
    .barrier = memory_barrier,
    .watch = memory_watch,
    .clear = memory_clear,
    .free = memory_free,
};

enum status
store_memory_new(struct store **out)
{
    struct memory *memory = calloc(1, sizeof(*memory));
    if (memory == NULL)
        return STATUS_NO_MEMORY;
    memory->store.engine = &engine;
    (void)pthread_rwlock_init(&memory->lock, NULL);
    (void)pthread_mutex_init(&memory->outbox_lock, NULL);
    (void)pthread_cond_init(&memory->outbox_idle, NULL);
    *out = &memory->store;
    return STATUS_OK;
}
