/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/prefix_transformer.h"

#include <stdlib.h>

struct prefix_transformer {
    const char *no_match;
    size_t count;
    struct prefix_entry entries[];
};

enum status
prefix_transformer_new(const struct prefix_entry *entries, size_t count,
    const char *no_match, struct prefix_transformer **out)
{
    if (count == 0)
        return STATUS_INVALID;
    struct prefix_transformer *list =
        malloc(sizeof(*list) + count * sizeof(list->entries[0]));
    if (list == NULL)
        return STATUS_NO_MEMORY;
    list->no_match = no_match;
    list->count = count;
    memcpy(list->entries, entries, count * sizeof(list->entries[0]));
    *out = list;
    return STATUS_OK;
}

void
prefix_transformer_free(struct prefix_transformer *list)
{
    free(list);
}

static enum status
read_by_prefix(void *self, struct span etcd_key, struct span stored,
    struct buf *plain, bool *stale, struct transform_error *error)
{
    const struct prefix_transformer *list = self;
    struct transform_error all = { 0 }, one = { 0 };
    enum status st, failed = STATUS_OK;

    for (size_t i = 0; i < list->count; i++) {
        const struct prefix_entry *entry = &list->entries[i];
        bool inner_stale = false;
        if (!span_starts_with(stored, entry->prefix))
            continue;
        st = transformer_read(&entry->transformer, etcd_key,
            span_skip(stored, entry->prefix.len), plain, &inner_stale, &one);
        if (st == STATUS_OK) {
            *stale = inner_stale || i != 0;
            goto out;
        }
        /* An identity that meets sealed data leaves the word to the others. */
        if (entry->prefix.len == 0)
            continue;
        failed = failed == STATUS_OK ? st : failed;
        transform_error_add(&all, &one);
    }
    st = failed;
    if (failed == STATUS_OK) {
        transform_error_set(&all, "%s", list->no_match);
        st = STATUS_NOT_FOUND;
    }
    transform_error_take(error, &all);
out:
    transform_error_reset(&all);
    transform_error_reset(&one);
    return st;
}

static enum status
write_first(void *self, struct span etcd_key, struct span plain,
    struct buf *stored, struct transform_error *error)
{
    const struct prefix_transformer *list = self;
    const struct prefix_entry *first = &list->entries[0];
    size_t before = stored->len;
    enum status st = buf_append(stored, first->prefix);
    if (st == STATUS_OK)
        st = transformer_write(
            &first->transformer, etcd_key, plain, stored, error);
    if (st != STATUS_OK)
        buf_truncate(stored, before);
    return st;
}

static const struct transformer_operations operations = {
    .read = read_by_prefix,
    .write = write_first,
};

struct transformer
prefix_transformer(struct prefix_transformer *list)
{
    return (struct transformer){ &operations, list };
}
