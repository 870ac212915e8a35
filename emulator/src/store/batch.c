/* SPDX-License-Identifier: Apache-2.0 */
#include "store/batch.h"

#include "store/path.h"

#include <stdlib.h>

static size_t
path_len(const struct store_key *key)
{
    return key->account.len + key->kind.len + key->region.len + key->id.len + 3;
}

static size_t
bytes_needed(const struct store_change *changes, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += path_len(&changes[i].key) + changes[i].value.len;
    return len;
}

/* Writes at *end, which it moves on. */
static struct span
copy(uint8_t **end, struct span bytes)
{
    struct span copied = span_of(*end, bytes.len);
    if (bytes.len > 0)
        memcpy(*end, bytes.ptr, bytes.len);
    *end += bytes.len;
    return copied;
}

static enum status
copy_change(const struct store_change *from, uint8_t **end, struct buf *path,
    struct batch_change *to)
{
    buf_clear(path);
    enum status st = path_append(&from->key, path);
    if (st != STATUS_OK)
        return st;
    to->path = copy(end, buf_span(path));
    to->action = from->action;
    to->expected_version = from->expected_version;
    to->value = copy(end, from->value);
    return STATUS_OK;
}

static enum status
allocate(size_t count, size_t bytes, store_done_fn *done, void *context,
    struct batch **out)
{
    size_t head = sizeof(struct batch) + count * sizeof(struct batch_change);
    struct batch *batch = calloc(1, head + bytes);
    if (batch == NULL)
        return STATUS_NO_MEMORY;
    batch->done = done;
    batch->context = context;
    batch->count = count;
    batch->size = head + bytes;
    *out = batch;
    return STATUS_OK;
}

enum status
batch_new(const struct store_change *changes, size_t count, store_done_fn *done,
    void *context, struct batch **out)
{
    struct batch *batch = NULL;
    struct buf path = { 0 };
    enum status st =
        allocate(count, bytes_needed(changes, count), done, context, &batch);
    if (st != STATUS_OK)
        return st;
    uint8_t *end = (uint8_t *)&batch->changes[count];
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = copy_change(&changes[i], &end, &path, &batch->changes[i]);
    buf_reset(&path);
    if (st == STATUS_OK)
        *out = batch;
    else
        free(batch);
    return st;
}

enum status
batch_new_clear(
    struct span account, store_done_fn *done, void *context, struct batch **out)
{
    struct batch *batch = NULL;
    enum status st = allocate(0, account.len, done, context, &batch);
    if (st != STATUS_OK)
        return st;
    uint8_t *end = (uint8_t *)&batch->changes[0];
    batch->is_clear = true;
    batch->cleared = copy(&end, account);
    *out = batch;
    return STATUS_OK;
}

void
batch_free(struct batch *batch)
{
    free(batch);
}

void
batch_push(struct batch_queue *queue, struct batch *batch)
{
    batch->next = NULL;
    if (queue->first == NULL)
        queue->first = batch;
    else
        queue->last->next = batch;
    queue->last = batch;
}

struct batch *
batch_pop(struct batch_queue *queue)
{
    struct batch *batch = queue->first;
    if (batch != NULL)
        queue->first = batch->next;
    return batch;
}

static void
tell(const struct batch *batch, const struct batch_watcher *watcher)
{
    struct store_key cleared = { .account = batch->cleared };
    if (batch->is_clear)
        watcher->watch(watcher->context, &cleared, 0);
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_change *change = &batch->changes[i];
        struct store_key key = path_parse(change->path);
        if (change->action != STORE_CHECK)
            watcher->watch(watcher->context, &key,
                change->action == STORE_PUT ? batch->version : 0);
    }
}

void
batch_finish(struct batch *batch, const struct batch_watcher *watcher)
{
    if (batch->status == STATUS_OK && watcher->watch != NULL)
        tell(batch, watcher);
    batch->done(batch->context, batch->status);
    free(batch);
}
