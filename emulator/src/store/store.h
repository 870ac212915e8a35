/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every store engine promises. Records are bytes with a version, under
 * (account, Region, kind, id); no SQL, no file and no network shows through.
 *
 * Versions: a record that is not there has version 0. Each successful commit
 * that puts a record gives it a version greater than every one it had before,
 * also across deletion and re-creation.
 *
 * Threads: every function may be called from any thread. A done function is
 * called exactly once, from a thread of the engine or from the caller's own
 * before the call returns; it must not block and may call the store again.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"

enum {
    STORE_BATCH_MAX = 64,
    STORE_KEY_PART_MAX = 512,      /* bytes of any part of a key */
    STORE_VALUE_MAX = 1024 * 1024, /* bytes of a record */
};

/* Parts hold no NUL byte. Region may be empty (records of the whole account),
 * and account too (records of the whole store). Borrowed. */
struct store_key {
    struct span account, region, kind, id;
};

struct store_record {
    uint64_t version; /* 0: no such record, value is then empty */
    struct buf value;
};
void store_record_reset(struct store_record *record);

/* One change of a batch: put `value`, or delete. */
struct store_change {
    struct store_key key;
    uint64_t expected_version; /* 0: must not exist */
    bool delete;
    bool check_only; /* changes nothing; the version must still be this */
    struct span value;
};

typedef void store_done_fn(void *context, enum status status);
/* Returns false to stop the walk. The spans are borrowed for the call. */
typedef bool store_visit_fn(
    void *context, struct span id, uint64_t version, struct span value);
/* version 0: deleted. Called after the change is durable and visible. */
typedef void store_watch_fn(
    void *context, const struct store_key *key, uint64_t version);

struct store;

/*
 * Reads one record as of the last acknowledged commit or later. A record that
 * is not there is STATUS_OK with version 0.
 */
MUST_USE enum status store_get(
    struct store *store, const struct store_key *key, struct store_record *out);

/*
 * Walks the records of (account, region, kind) in byte order of id, beginning
 * after `after` (empty: from the start), `limit` at most. Key.id is ignored.
 */
MUST_USE enum status store_range(struct store *store,
    const struct store_key *key, struct span after, size_t limit,
    store_visit_fn *visit, void *context);

/* Walks all records of a kind in all accounts and Regions: start-up, reset. */
typedef bool store_visit_key_fn(void *context, const struct store_key *key,
    uint64_t version, struct span value);
MUST_USE enum status store_scan(struct store *store, struct span kind,
    store_visit_key_fn *visit, void *context);

/*
 * All changes or none. done gets STATUS_OK once they are durable and visible
 * to store_get; STATUS_CONFLICT where a version was not the expected one,
 * STATUS_FULL, STATUS_IO. The changes are copied before this returns.
 * Commits that come together may share one transaction of the engine.
 */
void store_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context);

/* done comes when all that was committed before this call is visible here. */
void store_barrier(struct store *store, store_done_fn *done, void *context);

/* One watcher for the life of the store; set before the first commit. */
void store_watch(struct store *store, store_watch_fn *watch, void *context);

/* Removes every record, or those of one account (empty: all). */
MUST_USE enum status store_clear(struct store *store, struct span account);

/* Waits for commits under way, then frees. */
void store_free(struct store *store);

/* The engines. Each returns an owned store. */
MUST_USE enum status store_memory_new(struct store **out);
/* `folder` is made (0700) when it is missing. STATUS_VERSION for a store that
 * a newer program made, STATUS_BUSY when another process has it open. */
MUST_USE enum status store_sqlite_new(const char *folder, struct store **out);
/* Wraps `inner` (takes it): commits are delayed at random and fail with
 * STATUS_CONFLICT now and then, as a distributed store's would. */
MUST_USE enum status store_chaos_new(
    struct store *inner, uint64_t seed, struct store **out);

/* For engines: what they implement. A struct store begins with this. */
struct store_engine {
    enum status (*get)(
        struct store *, const struct store_key *, struct store_record *);
    enum status (*range)(struct store *, const struct store_key *, struct span,
        size_t, store_visit_fn *, void *);
    enum status (*scan)(
        struct store *, struct span, store_visit_key_fn *, void *);
    void (*commit)(struct store *, const struct store_change *, size_t,
        store_done_fn *, void *);
    void (*barrier)(struct store *, store_done_fn *, void *);
    void (*watch)(struct store *, store_watch_fn *, void *);
    enum status (*clear)(struct store *, struct span);
    void (*free)(struct store *);
};
struct store {
    const struct store_engine *engine;
};

#endif
