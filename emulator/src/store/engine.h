/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an engine implements; users of the store include store.h alone. The
 * functions of store.h check limits before they call the engine, so engines
 * see valid keys, and batches of 1 to STORE_BATCH_MAX distinct ones.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/store.h"

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

/* An engine's own struct begins with this. */
struct store {
    const struct store_engine *engine;
};

#endif
