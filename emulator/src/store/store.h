/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every store engine promises. Records are bytes with a version, under
 * (account, Region, kind, id); no SQL, no file and no network shows through.
 *
 * Versions: a record that is not there has version 0. Each successful commit
 * that puts a record gives it a version greater than every one it had before,
 * also across deletion, clearing and re-creation. Versions say no more than
 * this: two records may carry the same one.
 *
 * Threads: every function may be called from any thread, but those marked
 * "blocks" not from a done, watch or visit function. A done function is
 * called exactly once, from a thread of the engine or from a caller's own,
 * perhaps before the call returns; it must not block, and may call the store.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"

enum {
    STORE_BATCH_MAX = 64,
    STORE_KEY_PART_MAX = 512,      /* bytes of any part of a key */
    STORE_VALUE_MAX = 1024 * 1024, /* bytes of a record */
};

/*
 * Parts hold no NUL byte; kind and id are not empty. Region may be empty
 * (records of the whole account), and account too (records of the whole
 * store, which store_clear never touches). Borrowed.
 */
struct store_key {
    struct span account, region, kind, id;
};

struct store_record {
    uint64_t version; /* 0: no such record, value is then empty */
    struct buf value;
};
void store_record_reset(struct store_record *record);

enum store_action {
    STORE_PUT,
    STORE_DELETE,
    STORE_CHECK, /* changes nothing; the version must still be this */
};

/* One change of a batch. No key stands twice in a batch. */
struct store_change {
    struct store_key key;
    enum store_action action;
    uint64_t expected_version; /* 0: must not exist */
    struct span value;         /* of STORE_PUT; may be empty */
};

typedef void store_done_fn(void *context, enum status status);
/*
 * Returns false to stop the walk. The spans are borrowed for the call. Must
 * not call the store.
 */
typedef bool store_visit_fn(
    void *context, struct span id, uint64_t version, struct span value);
typedef bool store_visit_key_fn(void *context, const struct store_key *key,
    uint64_t version, struct span value);
/*
 * Called for each change after it is durable and visible to store_get, before
 * the done function of its commit, in the order of the commits; version 0:
 * deleted. After store_clear: once, with an empty kind and id and the account
 * that was cleared (empty: all accounts). Must not block.
 */
typedef void store_watch_fn(
    void *context, const struct store_key *key, uint64_t version);

struct store;

/*
 * Reads one record as of the last acknowledged commit or later. A record that
 * is not there is STATUS_OK with version 0. `out` is a reset record or one
 * read before, whose value is replaced.
 */
MUST_USE enum status store_get(
    struct store *store, const struct store_key *key, struct store_record *out);

/*
 * Walks the records of (account, region, kind) in byte order of id, beginning
 * after `after` (empty: from the start), `limit` at most. Key.id is ignored.
 * The walk sees one state of the store.
 */
MUST_USE enum status store_range(struct store *store,
    const struct store_key *key, struct span after, size_t limit,
    store_visit_fn *visit, void *context);

/*
 * Walks all records of a kind in all accounts and Regions, in the order of
 * account, Region, id: start-up, reset.
 */
MUST_USE enum status store_scan(struct store *store, struct span kind,
    store_visit_key_fn *visit, void *context);

/*
 * All changes or none. done gets STATUS_OK once they are durable and visible
 * to store_get; STATUS_CONFLICT where a version was not the expected one, or
 * where the engine could not order the commit among others; STATUS_TOO_LARGE
 * or STATUS_INVALID for a batch outside the limits; STATUS_FULL, STATUS_IO,
 * STATUS_BUSY (another program holds the file), STATUS_NO_MEMORY. The changes
 * are copied before this returns. Commits that come together may share one
 * transaction of the engine; each is still its own: the conflict of one does
 * not fail another. A batch of no changes is STATUS_OK.
 */
void store_commit(struct store *store, const struct store_change *changes,
    size_t count, store_done_fn *done, void *context);

/* Like store_commit, and blocks until it is done. */
MUST_USE enum status store_commit_wait(
    struct store *store, const struct store_change *changes, size_t count);

/*
 * done comes when all that was committed before this call, by whomever, is
 * visible here.
 */
void store_barrier(struct store *store, store_done_fn *done, void *context);

/* One watcher at a time; set it while no commit is under way. */
void store_watch(struct store *store, store_watch_fn *watch, void *context);

/*
 * Removes every record of one account, or (empty) of all accounts. Records of
 * the whole store stay. Durable when it returns. Blocks.
 */
MUST_USE enum status store_clear(struct store *store, struct span account);

/* Waits for commits under way and their done functions, then frees. Blocks. */
void store_free(struct store *store);

/* The engines. Each returns an owned store. */
MUST_USE enum status store_memory_new(struct store **out);
/*
 * `folder` is made (0700) where it is missing, but not its parents.
 * STATUS_VERSION for a store that a newer program made, STATUS_BUSY when it
 * is open already, here or in another process, STATUS_CORRUPT for a file that
 * is no store, STATUS_DENIED, STATUS_FULL, STATUS_IO.
 */
MUST_USE enum status store_sqlite_new(const char *folder, struct store **out);
/*
 * Wraps `inner` (takes it, also on failure): commits are delayed at random,
 * overtake each other, and fail with STATUS_CONFLICT now and then, as a
 * distributed store's would. The same seed draws the same fates.
 */
MUST_USE enum status store_chaos_new(
    struct store *inner, uint64_t seed, struct store **out);

#endif
