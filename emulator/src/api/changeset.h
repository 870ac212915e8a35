/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes that an operation wants made, all or none. It owns the
 * names and values of its records; kinds are static text. Errors stick: after
 * a failure nothing more is added, and changeset_list tells.
 */
#ifndef API_CHANGESET_H
#define API_CHANGESET_H

#include "store/store.h"

struct changeset_owned; /* the bytes of one of them */

struct changeset {
    struct store_change *list;
    struct changeset_owned *owned;
    size_t count;
    enum status status;
};
void changeset_reset(struct changeset *set);

/* Something else failed that belongs to the set; STATUS_OK does nothing. */
void changeset_fail(struct changeset *set, enum status status);

/* Puts `value`, which is moved out of its buf. */
void changeset_put(struct changeset *set, const struct store_key *key,
    uint64_t expected_version, struct buf *value);

void changeset_delete(struct changeset *set, const struct store_key *key,
    uint64_t expected_version);

/*
 * Gives the changes (set->count of them), borrowed, or tells
 * what failed while they were collected: STATUS_TOO_LARGE above
 * STORE_BATCH_MAX, STATUS_NO_MEMORY.
 */
MUST_USE enum status changeset_list(
    const struct changeset *set, const struct store_change **list);

#endif
