/* SPDX-License-Identifier: Apache-2.0 */
#include "api/resource_clock.h"

#include "base/num.h"
#include "keys/material.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* uthash leaves the process when memory is short unless it is told not to. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define CLOCK_KIND "clock"
#define CLOCK_ID "offset"

static const int64_t offset_max_ms = (int64_t)100 * 366 * 24 * 3600 * 1000;

struct offset {
    char account[KEY_ACCOUNT_LEN];
    int64_t ms;
    UT_hash_handle hh;
};

struct resource_clock {
    struct store *store;
    struct clock base;
    _Atomic int64_t common_ms; /* the offset of all accounts */
    atomic_bool any;           /* some account has an own one */
    pthread_rwlock_t lock;     /* of the offsets */
    struct offset *offsets;
    pthread_mutex_t change_lock; /* one change at a time */
};

static struct offset *
find(const struct resource_clock *clock, struct span account)
{
    struct offset *offset = NULL;
    if (account.len == KEY_ACCOUNT_LEN)
        HASH_FIND(hh, clock->offsets, account.ptr, account.len, offset);
    return offset;
}

/* What is at hand becomes `ms`. */
static enum status
set(struct resource_clock *clock, struct span account, int64_t ms)
{
    if (account.len == 0) {
        atomic_store(&clock->common_ms, ms);
        return STATUS_OK;
    }
    if (account.len != KEY_ACCOUNT_LEN)
        return STATUS_CORRUPT;
    enum status status = STATUS_OK;
    (void)pthread_rwlock_wrlock(&clock->lock);
    struct offset *offset = find(clock, account);
    if (offset == NULL) {
        offset = calloc(1, sizeof(*offset));
        if (offset == NULL) {
            status = STATUS_NO_MEMORY;
            goto out;
        }
        memcpy(offset->account, account.ptr, account.len);
        HASH_ADD(hh, clock->offsets, account, KEY_ACCOUNT_LEN, offset);
        if (offset->hh.tbl == NULL) {
            free(offset);
            status = STATUS_NO_MEMORY;
            goto out;
        }
    }
    offset->ms = ms;
    atomic_store(&clock->any, true);
out:
    (void)pthread_rwlock_unlock(&clock->lock);
    return status;
}

static int64_t
own_offset(struct resource_clock *clock, struct span account)
{
    if (!atomic_load_explicit(&clock->any, memory_order_acquire))
        return 0;
    (void)pthread_rwlock_rdlock(&clock->lock);
    const struct offset *offset = find(clock, account);
    int64_t ms = offset == NULL ? 0 : offset->ms;
    (void)pthread_rwlock_unlock(&clock->lock);
    return ms;
}

struct loading {
    struct resource_clock *clock;
    enum status status;
};

static bool
load(void *context, const struct store_key *key, uint64_t version,
    struct span value)
{
    struct loading *loading = context;
    int64_t ms;
    (void)version;
    if (num_parse(value, 0, offset_max_ms, &ms) != STATUS_OK)
        loading->status = STATUS_CORRUPT;
    else
        loading->status = set(loading->clock, key->account, ms);
    return loading->status == STATUS_OK;
}

enum status
resource_clock_new(
    struct store *store, struct clock base, struct resource_clock **out)
{
    struct resource_clock *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->store = store;
    made->base = base;
    (void)pthread_rwlock_init(&made->lock, NULL);
    (void)pthread_mutex_init(&made->change_lock, NULL);
    struct loading loading = { made, STATUS_OK };
    enum status status =
        store_scan(store, SPAN_LITERAL(CLOCK_KIND), load, &loading);
    if (status == STATUS_OK)
        status = loading.status;
    if (status != STATUS_OK) {
        resource_clock_free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

static void
free_offsets(struct resource_clock *clock)
{
    struct offset *offset, *next;
    HASH_ITER(hh, clock->offsets, offset, next)
    {
        HASH_DEL(clock->offsets, offset);
        free(offset);
    }
}

void
resource_clock_free(struct resource_clock *clock)
{
    if (clock == NULL)
        return;
    free_offsets(clock);
    (void)pthread_mutex_destroy(&clock->change_lock);
    (void)pthread_rwlock_destroy(&clock->lock);
    free(clock);
}

int64_t
resource_clock_ms(struct resource_clock *clock, struct span account)
{
    return clock_ms(&clock->base) + atomic_load(&clock->common_ms) +
           own_offset(clock, account);
}

static struct store_key
record_of(struct span account)
{
    return (struct store_key){
        .account = account,
        .kind = SPAN_LITERAL(CLOCK_KIND),
        .id = SPAN_LITERAL(CLOCK_ID),
    };
}

/* Puts the offset into the store, or takes it away when it is 0. */
static enum status
write_offset(struct resource_clock *clock, struct span account, int64_t ms)
{
    struct store_record record = { 0 };
    struct buf value = { 0 };
    struct store_change change = { .key = record_of(account) };
    enum status status = buf_printf(&value, "%lld", (long long)ms);
    while (status == STATUS_OK) {
        status = store_get(clock->store, &change.key, &record);
        if (status != STATUS_OK || (ms == 0 && record.version == 0))
            break;
        change.action = ms == 0 ? STORE_DELETE : STORE_PUT;
        change.expected_version = record.version;
        change.value = ms == 0 ? (struct span){ NULL, 0 } : buf_span(&value);
        status = store_commit_wait(clock->store, &change, 1);
        if (status != STATUS_CONFLICT)
            break;
        status = STATUS_OK;
    }
    store_record_reset(&record);
    buf_reset(&value);
    return status;
}

enum status
resource_clock_advance(
    struct resource_clock *clock, struct span account, int64_t step_ms)
{
    if (step_ms < 0)
        return STATUS_INVALID;
    (void)pthread_mutex_lock(&clock->change_lock);
    int64_t now = account.len == 0 ? atomic_load(&clock->common_ms)
                                   : own_offset(clock, account);
    enum status status = STATUS_TOO_LARGE;
    if (step_ms <= offset_max_ms - now)
        status = write_offset(clock, account, now + step_ms);
    if (status == STATUS_OK)
        status = set(clock, account, now + step_ms);
    (void)pthread_mutex_unlock(&clock->change_lock);
    return status;
}

enum status
resource_clock_reset(struct resource_clock *clock, struct span account)
{
    (void)pthread_mutex_lock(&clock->change_lock);
    enum status status = write_offset(clock, account, 0);
    if (status == STATUS_OK && account.len > 0) {
        status = set(clock, account, 0);
    } else if (status == STATUS_OK) {
        atomic_store(&clock->common_ms, 0);
        (void)pthread_rwlock_wrlock(&clock->lock);
        free_offsets(clock);
        (void)pthread_rwlock_unlock(&clock->lock);
    }
    (void)pthread_mutex_unlock(&clock->change_lock);
    return status;
}
