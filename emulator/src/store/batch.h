/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit (or clearing, or barrier) on its way through an engine: a copy of
 * what the caller gave, its done function, and its outcome. Batches form
 * queues; a queue is guarded by its engine.
 */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include "store/store.h"

struct batch_change {
    struct span path; /* see store/path.h */
    enum store_action action;
    uint64_t expected_version;
    struct span value;
};

struct batch {
    struct batch *next;
    store_done_fn *done;
    void *context;
    enum status status; /* STATUS_OK until something fails */
    uint64_t version;   /* that the commit gives to what it puts */
    bool is_clear;      /* of the account, `cleared` */
    struct span cleared;
    size_t size;  /* bytes it takes */
    size_t count; /* of changes; 0: a barrier, or a clearing */
    struct batch_change changes[];
};

/* Copies the changes; all memory is in one piece. */
MUST_USE enum status batch_new(const struct store_change *changes, size_t count,
    store_done_fn *done, void *context, struct batch **out);
MUST_USE enum status batch_new_clear(struct span account, store_done_fn *done,
    void *context, struct batch **out);
void batch_free(struct batch *batch);

struct batch_queue {
    struct batch *first, *last; /* last: undefined while empty */
};
void batch_push(struct batch_queue *queue, struct batch *batch);
struct batch *batch_pop(struct batch_queue *queue); /* NULL when empty */

/* Who hears of changes. */
struct batch_watcher {
    store_watch_fn *watch;
    void *context;
};

/* Tells the watcher (where the batch succeeded), calls done, and frees. */
void batch_finish(struct batch *batch, const struct batch_watcher *watcher);

#endif
