/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine that makes another one behave as a distributed store may: each
 * commit is held back for a random while, so that commits overtake each
 * other, and some fail with STATUS_CONFLICT though nothing stood in the way.
 */
#include "base/monitor.h"
#include "base/random.h"
#include "store/batch.h"
#include "store/engine.h"
#include "store/path.h"

#include <stdlib.h>
#include <time.h>

enum {
    DELAY_MAX_US = 2000,
    CONFLICT_ONE_IN = 8,
};

struct chaos;

/* A commit that is held back or under way in the inner store. */
struct held {
    struct held *next;
    struct chaos *chaos;
    struct batch *batch;
    uint64_t number; /* in the order of the calls */
    int64_t due_us;
    bool refused;
};

struct barrier {
    struct barrier *next;
    uint64_t number; /* waits for lower ones */
    size_t left;
    store_done_fn *done;
    void *context;
};

struct chaos {
    struct store store;
    struct store *inner;
    pthread_t thread;
    struct monitor monitor; /* guards what follows */
    struct random_seeded seeded;
    struct held *held; /* by due time */
    struct barrier *barriers;
    uint64_t number;
    size_t live; /* held back or under way */
    bool stopping;
};

static struct chaos *
chaos_of(struct store *store)
{
    return (struct chaos *)store;
}

static int64_t
now_us(void)
{
    struct timespec now = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
draw_fate(struct chaos *chaos, struct held *held)
{
    uint8_t bytes[4] = { 0 };
    struct random random = random_seeded(&chaos->seeded);
    /* A seeded sequence does not run dry; if it did, the fate is mild. */
    if (random_fill(&random, bytes, sizeof(bytes)) != STATUS_OK)
        return;
    held->due_us = now_us() + (bytes[0] << 8 | bytes[1]) % DELAY_MAX_US;
    held->refused = bytes[2] % CONFLICT_ONE_IN == 0;
}

static void
insert_by_due(struct chaos *chaos, struct held *held)
{
    struct held **at = &chaos->held;
    while (*at != NULL && (*at)->due_us <= held->due_us)
        at = &(*at)->next;
    held->next = *at;
    *at = held;
}

/* Takes one commit off the count; gives the barriers that were waiting for
 * it alone. */
static struct barrier *
settle(struct chaos *chaos, uint64_t number)
{
    struct barrier *ready = NULL, **at = &chaos->barriers;
    monitor_lock(&chaos->monitor);
    chaos->live--;
    while (*at != NULL) {
        struct barrier *barrier = *at;
        if (number < barrier->number)
            barrier->left--;
        if (barrier->left > 0) {
            at = &barrier->next;
            continue;
        }
        *at = barrier->next;
        barrier->next = ready;
        ready = barrier;
    }
    monitor_signal(&chaos->monitor);
    monitor_unlock(&chaos->monitor);
    return ready;
}

/* A store_done_fn of the inner store, and of commits that never get there. */
static void
finish(void *context, enum status status)
{
    struct held *held = context;
    struct chaos *chaos = held->chaos;
    struct store *inner = chaos->inner;
    struct batch *batch = held->batch;
    batch->done(batch->context, status);
    struct barrier *ready = settle(chaos, held->number);
    while (ready != NULL) {
        struct barrier *next = ready->next;
        store_barrier(inner, ready->done, ready->context);
        free(ready);
        ready = next;
    }
    batch_free(batch);
    free(held);
}

static void
release(struct held *held)
{
    struct store_change changes[STORE_BATCH_MAX];
    const struct batch *batch = held->batch;
    if (held->refused) {
        finish(held, STATUS_CONFLICT);
        return;
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_change *change = &batch->changes[i];
        changes[i] = (struct store_change){ path_parse(change->path),
            change->action, change->expected_version, change->value };
    }
    store_commit(held->chaos->inner, changes, batch->count, finish, held);
}

/* Waits for the first that is due, for it to become so, or for news. */
static void
wait_for_due(struct chaos *chaos)
{
    const struct held *first = chaos->held;
    (void)monitor_wait(&chaos->monitor,
        first == NULL ? INT64_MAX : (first->due_us + 999) / 1000);
}

static void *
run(void *context)
{
    struct chaos *chaos = context;
    monitor_lock(&chaos->monitor);
    while (chaos->live > 0 || !chaos->stopping) {
        struct held *first = chaos->held;
        if (first == NULL || first->due_us > now_us()) {
            wait_for_due(chaos);
            continue;
        }
        chaos->held = first->next;
        monitor_unlock(&chaos->monitor);
        release(first);
        monitor_lock(&chaos->monitor);
    }
    monitor_unlock(&chaos->monitor);
    return NULL;
}

static void
chaos_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context)
{
    struct chaos *chaos = chaos_of(store);
    struct batch *batch = NULL;
    struct held *held = calloc(1, sizeof(*held));
    enum status st = held == NULL
                         ? STATUS_NO_MEMORY
                         : batch_new(changes, count, done, context, &batch);
    if (st != STATUS_OK) {
        free(held);
        done(context, st);
        return;
    }
    held->chaos = chaos;
    held->batch = batch;
    monitor_lock(&chaos->monitor);
    held->number = chaos->number++;
    draw_fate(chaos, held);
    insert_by_due(chaos, held);
    chaos->live++;
    monitor_signal(&chaos->monitor);
    monitor_unlock(&chaos->monitor);
}

static void
chaos_barrier(struct store *store, store_done_fn *done, void *context)
{
    struct chaos *chaos = chaos_of(store);
    struct barrier *barrier = calloc(1, sizeof(*barrier));
    if (barrier == NULL) {
        done(context, STATUS_NO_MEMORY);
        return;
    }
    monitor_lock(&chaos->monitor);
    bool waits = chaos->live > 0;
    if (waits) {
        *barrier = (struct barrier){ chaos->barriers, chaos->number,
            chaos->live, done, context };
        chaos->barriers = barrier;
    }
    monitor_unlock(&chaos->monitor);
    if (waits)
        return;
    free(barrier);
    store_barrier(chaos->inner, done, context);
}

static enum status
chaos_get(
    struct store *store, const struct store_key *key, struct store_record *out)
{
    return store_get(chaos_of(store)->inner, key, out);
}

static enum status
chaos_range(struct store *store, const struct store_key *key, struct span after,
    size_t limit, store_visit_fn *visit, void *context)
{
    return store_range(
        chaos_of(store)->inner, key, after, limit, visit, context);
}

static enum status
chaos_scan(struct store *store, struct span kind, store_visit_key_fn *visit,
    void *context)
{
    return store_scan(chaos_of(store)->inner, kind, visit, context);
}

static void
chaos_watch(struct store *store, store_watch_fn *watch, void *context)
{
    store_watch(chaos_of(store)->inner, watch, context);
}

static enum status
chaos_clear(struct store *store, struct span account)
{
    return store_clear(chaos_of(store)->inner, account);
}

static void
chaos_free(struct store *store)
{
    struct chaos *chaos = chaos_of(store);
    monitor_lock(&chaos->monitor);
    chaos->stopping = true;
    monitor_signal(&chaos->monitor);
    monitor_unlock(&chaos->monitor);
    (void)pthread_join(chaos->thread, NULL);
    store_free(chaos->inner);
    monitor_reset(&chaos->monitor);
    free(chaos);
}

static const struct store_engine engine = {
    .get = chaos_get,
    .range = chaos_range,
    .scan = chaos_scan,
    .commit = chaos_commit,
    .barrier = chaos_barrier,
    .watch = chaos_watch,
    .clear = chaos_clear,
    .free = chaos_free,
};

/* Or nothing. */
static enum status
start(struct chaos *chaos)
{
    enum status st = monitor_init(&chaos->monitor);
    if (st != STATUS_OK)
        return st;
    if (pthread_create(&chaos->thread, NULL, run, chaos) == 0)
        return STATUS_OK;
    monitor_reset(&chaos->monitor);
    return STATUS_NO_MEMORY;
}

enum status
store_chaos_new(struct store *inner, uint64_t seed, struct store **out)
{
    struct chaos *chaos = calloc(1, sizeof(*chaos));
    if (chaos == NULL) {
        store_free(inner);
        return STATUS_NO_MEMORY;
    }
    chaos->store.engine = &engine;
    chaos->inner = inner;
    chaos->seeded.state = seed;
    enum status st = start(chaos);
    if (st != STATUS_OK) {
        free(chaos);
        store_free(inner);
        return st;
    }
    *out = &chaos->store;
    return STATUS_OK;
}
