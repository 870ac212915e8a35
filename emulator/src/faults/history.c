/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/history.h"

#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>

/* account, Region, kind and id, with NUL between */
struct entry {
    struct buf name, value;
    int64_t at_ms;
    uint64_t version;
};

struct history {
    pthread_mutex_t lock;
    uint64_t count; /* of all that were added */
    struct entry ring[HISTORY_MAX];
};

enum status
history_new(struct history **out)
{
    struct history *history = calloc(1, sizeof(*history));
    if (history == NULL || pthread_mutex_init(&history->lock, NULL) != 0) {
        free(history);
        return STATUS_NO_MEMORY;
    }
    *out = history;
    return STATUS_OK;
}

static void
entry_reset(struct entry *entry)
{
    buf_reset(&entry->name);
    buf_reset(&entry->value);
}

void
history_free(struct history *history)
{
    if (history == NULL)
        return;
    for (size_t i = 0; i < HISTORY_MAX; i++)
        entry_reset(&history->ring[i]);
    (void)pthread_mutex_destroy(&history->lock);
    free(history);
}

static enum status
name_of(const struct store_key *record, struct buf *out)
{
    const struct span parts[] = { record->account, record->region, record->kind,
        record->id };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(parts) && st == STATUS_OK; i++) {
        st = buf_append(out, parts[i]);
        if (st == STATUS_OK)
            st = buf_append_byte(out, 0);
    }
    return st;
}

void
history_add(struct history *history, const struct store_key *record,
    int64_t now_ms, uint64_t version, struct span value)
{
    struct entry made = { .at_ms = now_ms, .version = version };
    if (name_of(record, &made.name) != STATUS_OK ||
        buf_append(&made.value, value) != STATUS_OK) {
        entry_reset(&made);
        return;
    }
    (void)pthread_mutex_lock(&history->lock);
    struct entry *slot = &history->ring[history->count++ % HISTORY_MAX];
    entry_reset(slot);
    *slot = made;
    (void)pthread_mutex_unlock(&history->lock);
}

bool
history_find(struct history *history, const struct store_key *record,
    int64_t since_ms, uint64_t *version, struct buf *value)
{
    struct buf name = { 0 };
    bool found = false;
    if (name_of(record, &name) != STATUS_OK) {
        buf_reset(&name);
        return false;
    }
    (void)pthread_mutex_lock(&history->lock);
    uint64_t from =
        history->count > HISTORY_MAX ? history->count - HISTORY_MAX : 0;
    for (uint64_t i = from; i < history->count && !found; i++) {
        const struct entry *entry = &history->ring[i % HISTORY_MAX];
        if (entry->at_ms < since_ms ||
            !span_equal(buf_span(&entry->name), buf_span(&name)))
            continue;
        found = buf_append(value, buf_span(&entry->value)) == STATUS_OK;
        if (found)
            *version = entry->version;
    }
    (void)pthread_mutex_unlock(&history->lock);
    buf_reset(&name);
    return found;
}
