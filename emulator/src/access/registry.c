/* SPDX-License-Identifier: Apache-2.0 */
#include "access/registry.h"

#include "aws/arn.h"

#include <pthread.h>
#include <stdlib.h>

/* uthash leaves the process when memory is short unless it is told not to. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct entry {
    char id[REGISTRY_KEY_ID_MAX];
    struct buf secret;
    char account[REGISTRY_ACCOUNT_LEN];
    UT_hash_handle hh;
};

struct registry {
    pthread_rwlock_t lock;
    struct entry *entries;
};

enum status
registry_new(struct registry **out)
{
    struct registry *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_rwlock_init(&made->lock, NULL) != 0) {
        free(made);
        return STATUS_NO_MEMORY;
    }
    *out = made;
    return STATUS_OK;
}

static void
entry_free(struct entry *entry)
{
    if (entry == NULL)
        return;
    buf_reset(&entry->secret);
    free(entry);
}

void
registry_free(struct registry *registry)
{
    if (registry == NULL)
        return;
    struct entry *entry, *next;
    HASH_ITER(hh, registry->entries, entry, next)
    {
        HASH_DEL(registry->entries, entry);
        entry_free(entry);
    }
    (void)pthread_rwlock_destroy(&registry->lock);
    free(registry);
}

static struct entry *
find(const struct registry *registry, struct span id)
{
    struct entry *entry = NULL;
    HASH_FIND(hh, registry->entries, id.ptr, id.len, entry);
    return entry;
}

static enum status
same(const struct entry *entry, struct span secret, struct span account)
{
    if (span_equal_secret(buf_span(&entry->secret), secret) &&
        span_equal(span_of(entry->account, REGISTRY_ACCOUNT_LEN), account))
        return STATUS_OK;
    return STATUS_EXISTS;
}

static enum status
insert(struct registry *registry, struct span id, struct span secret,
    struct span account)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    enum status status = buf_set(&entry->secret, secret);
    if (status == STATUS_OK) {
        memcpy(entry->id, id.ptr, id.len);
        memcpy(entry->account, account.ptr, account.len);
        HASH_ADD(hh, registry->entries, id, id.len, entry);
        if (entry->hh.tbl == NULL)
            status = STATUS_NO_MEMORY;
    }
    if (status != STATUS_OK)
        entry_free(entry);
    return status;
}

enum status
registry_add(struct registry *registry, struct span access_key_id,
    struct span secret, struct span account)
{
    if (access_key_id.len == 0 || access_key_id.len > REGISTRY_KEY_ID_MAX ||
        secret.len == 0 || secret.len > REGISTRY_SECRET_MAX ||
        !arn_is_account(account))
        return STATUS_INVALID;
    (void)pthread_rwlock_wrlock(&registry->lock);
    const struct entry *known = find(registry, access_key_id);
    enum status status = known != NULL
                             ? same(known, secret, account)
                             : insert(registry, access_key_id, secret, account);
    (void)pthread_rwlock_unlock(&registry->lock);
    return status;
}

enum status
registry_use(struct registry *registry, struct span access_key_id,
    registry_use_fn *use, void *context)
{
    (void)pthread_rwlock_rdlock(&registry->lock);
    const struct entry *entry = find(registry, access_key_id);
    enum status status = STATUS_NOT_FOUND;
    if (entry != NULL)
        status = use(context, buf_span(&entry->secret),
            span_of(entry->account, REGISTRY_ACCOUNT_LEN));
    (void)pthread_rwlock_unlock(&registry->lock);
    return status;
}
