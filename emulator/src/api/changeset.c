/* SPDX-License-Identifier: Apache-2.0 */
#include "api/changeset.h"

#include <stdlib.h>

struct changeset_owned {
    struct buf account, region, id, value;
};

void
changeset_reset(struct changeset *set)
{
    for (size_t i = 0; i < set->count; i++) {
        buf_reset(&set->owned[i].account);
        buf_reset(&set->owned[i].region);
        buf_reset(&set->owned[i].id);
        buf_reset(&set->owned[i].value);
    }
    free(set->owned);
    free(set->list);
    *set = (struct changeset){ 0 };
}

void
changeset_fail(struct changeset *set, enum status status)
{
    if (set->status == STATUS_OK)
        set->status = status;
}

static enum status
make_room(struct changeset *set)
{
    if (set->count == STORE_BATCH_MAX)
        return STATUS_TOO_LARGE;
    if (set->list == NULL)
        set->list = calloc(STORE_BATCH_MAX, sizeof(*set->list));
    if (set->owned == NULL)
        set->owned = calloc(STORE_BATCH_MAX, sizeof(*set->owned));
    return set->list == NULL || set->owned == NULL ? STATUS_NO_MEMORY
                                                   : STATUS_OK;
}

/* One more change, without a value; its bytes, or NULL after a failure. */
static struct changeset_owned *
add(struct changeset *set, const struct store_key *key,
    enum store_action action, uint64_t expected_version)
{
    if (set->status == STATUS_OK)
        set->status = make_room(set);
    if (set->status != STATUS_OK)
        return NULL;
    struct changeset_owned *owned = &set->owned[set->count];
    struct store_change *change = &set->list[set->count++];
    changeset_fail(set, buf_set(&owned->account, key->account));
    changeset_fail(set, buf_set(&owned->region, key->region));
    changeset_fail(set, buf_set(&owned->id, key->id));
    *change = (struct store_change){
        .key = { .account = buf_span(&owned->account),
            .region = buf_span(&owned->region),
            .kind = key->kind,
            .id = buf_span(&owned->id) },
        .action = action,
        .expected_version = expected_version,
    };
    return set->status == STATUS_OK ? owned : NULL;
}

void
changeset_put(struct changeset *set, const struct store_key *key,
    uint64_t expected_version, struct buf *value)
{
    struct changeset_owned *owned = add(set, key, STORE_PUT, expected_version);
    if (owned == NULL)
        return;
    buf_take(&owned->value, value);
    set->list[set->count - 1].value = buf_span(&owned->value);
}

void
changeset_delete(struct changeset *set, const struct store_key *key,
    uint64_t expected_version)
{
    (void)add(set, key, STORE_DELETE, expected_version);
}

enum status
changeset_list(const struct changeset *set, const struct store_change **list)
{
    if (set->status == STATUS_OK)
        *list = set->list;
    return set->status;
}
