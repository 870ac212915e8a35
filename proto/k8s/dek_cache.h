/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unwrapped DEKs by what they were unwrapped from. Two ways to forget, as
 * kube-apiserver has them: KMS v1 keeps the `limit` most recently used; KMS v2
 * keeps any number, and each insertion drops those inserted `ttl_ms` ago or
 * earlier (a look-up never does, and gives entries past that age too).
 * Thread-safe.
 */
#ifndef K8S_DEK_CACHE_H
#define K8S_DEK_CACHE_H

#include "base/clock.h"
#include "k8s/dek.h"

struct dek_cache_options {
    size_t limit;   /* entries; 0: any number */
    int64_t ttl_ms; /* 0: for ever */
    struct clock clock;
};

struct dek_cache;

MUST_USE enum status dek_cache_new(
    const struct dek_cache_options *options, struct dek_cache **out);
void dek_cache_free(struct dek_cache *cache);

/* Holds the entry for the caller, who releases it; NULL when absent. */
struct dek *dek_cache_find(struct dek_cache *cache, struct span key);

/* Adds a holder of its own; an entry of the same key is replaced. */
MUST_USE enum status dek_cache_put(
    struct dek_cache *cache, struct span key, struct dek *dek);

size_t dek_cache_count(struct dek_cache *cache);

#endif
