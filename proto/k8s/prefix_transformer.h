/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses among transformers by what a value starts with, as kube-apiserver
 * does. Writes: always the first. Reads: each whose prefix matches, in order,
 * until one succeeds; its answer is stale unless it was the first. The errors
 * of all that matched are shown together, but those of an empty prefix.
 * Immutable once made, so free for all threads.
 */
#ifndef K8S_PREFIX_TRANSFORMER_H
#define K8S_PREFIX_TRANSFORMER_H

#include "k8s/transformer.h"

struct prefix_entry {
    struct span prefix;
    struct transformer transformer;
};

struct prefix_transformer;

/*
 * Copies the entries (at least one); prefixes and transformers stay borrowed.
 * `no_match` is the error of a value that no prefix fits; a constant text.
 */
MUST_USE enum status prefix_transformer_new(const struct prefix_entry *entries,
    size_t count, const char *no_match, struct prefix_transformer **out);
void prefix_transformer_free(struct prefix_transformer *list);

/* Valid as long as the list. */
struct transformer prefix_transformer(struct prefix_transformer *list);

#endif
