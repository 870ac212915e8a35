/* SPDX-License-Identifier: Apache-2.0 */
#include "api/service.h"

#include "api/handle.h"
#include "api/seed.h"
#include "aws/arn.h"
#include "base/log.h"
#include "store/wait.h"

#include <pthread.h>
#include <stdlib.h>

/* How much is kept at hand: a key is about 1 KiB. */
enum { KEYS_AT_HAND = 4096, ALIASES_AT_HAND = 4096, MATERIALS_AT_HAND = 4096 };

/* A seed file that was given, for service_reset. */
struct sown {
    struct seed *seed;
    struct sown *next;
};

struct service {
    struct parts parts;
    struct caller standard;
    pthread_mutex_t lock; /* one seeding or resetting at a time */
    struct sown *sown;
};

static enum status
parse_key(const struct store_key *key, uint64_t version, struct span value,
    void **out)
{
    struct key *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    enum status status = key_decode(key, version, value, made);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

static void
free_key(void *key)
{
    key_reset(key);
    free(key);
}

static enum status
parse_alias(const struct store_key *key, uint64_t version, struct span value,
    void **out)
{
    struct key_alias *made = calloc(1, sizeof(*made));
    (void)key;
    if (made == NULL)
        return STATUS_NO_MEMORY;
    enum status status = key_alias_decode(version, value, made);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

static void
watch(void *context, const struct store_key *key, uint64_t version)
{
    const struct parts *parts = context;
    (void)version;
    objects_forget(parts->keys, key);
    objects_forget(parts->aliases, key);
    if (parts->vault != NULL) /* it marks a new store before it is there */
        vault_forget(parts->vault, key);
}

static enum status
make_parts(const struct service_options *options, struct parts *parts)
{
    static const struct object_kind keys = { KEY_KIND, parse_key, free_key };
    static const struct object_kind aliases = { KEY_KIND_ALIAS, parse_alias,
        free };
    struct access_options access = {
        .wire_clock = options->wire_clock,
        .default_account = options->default_account,
        .default_region = options->default_region,
        .root_key = options->root_key,
        .random = options->random,
        .session_seconds = options->session_seconds,
    };
    parts->store = options->store;
    parts->random = options->random;
    parts->hooks = options->hooks;
    enum status status = access_new(&access, &parts->access);
    if (status == STATUS_OK)
        status = objects_new(options->store, &keys, KEYS_AT_HAND, &parts->keys);
    if (status == STATUS_OK)
        status = objects_new(
            options->store, &aliases, ALIASES_AT_HAND, &parts->aliases);
    if (status == STATUS_OK)
        status = resource_clock_new(
            options->store, options->resource_clock, &parts->clock);
    if (status != STATUS_OK)
        return status;
    store_watch(options->store, watch, parts);
    status = vault_new(options->store, options->root_key, options->random,
        MATERIALS_AT_HAND, &parts->vault);
    if (status != STATUS_OK) /* the parts go, the store stays */
        store_watch(options->store, NULL, NULL);
    return status;
}

enum status
service_new(const struct service_options *options, struct service **out)
{
    struct service *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    (void)pthread_mutex_init(&made->lock, NULL);
    enum status status = make_parts(options, &made->parts);
    if (status != STATUS_OK) {
        service_free(made);
        return status;
    }
    span_to_text(options->default_account, made->standard.account);
    span_to_text(options->default_region, made->standard.region);
    *out = made;
    return STATUS_OK;
}

/* Purges may still be under way, and the watcher is the service's. */
static void
leave_store(struct service *service)
{
    struct wait wait;
    wait_init(&wait);
    store_barrier(service->parts.store, wait_done, &wait);
    if (wait_finish(&wait) != STATUS_OK)
        log_message(LOG_WARN, "store failed while the service ended");
    store_watch(service->parts.store, NULL, NULL);
}

void
service_free(struct service *service)
{
    if (service == NULL)
        return;
    if (service->parts.vault != NULL)
        leave_store(service);
    while (service->sown != NULL) {
        struct sown *sown = service->sown;
        service->sown = sown->next;
        seed_free(sown->seed);
        free(sown);
    }
    vault_free(service->parts.vault);
    resource_clock_free(service->parts.clock);
    objects_free(service->parts.aliases);
    objects_free(service->parts.keys);
    access_free(service->parts.access);
    (void)pthread_mutex_destroy(&service->lock);
    free(service);
}

void
service_handle(struct service *service, const struct service_request *request,
    service_done_fn *done, void *context)
{
    handle_request(&service->parts, request, done, context);
}

enum status
service_seed(struct service *service, struct span json, struct buf *problem)
{
    struct sown *sown = calloc(1, sizeof(*sown));
    if (sown == NULL)
        return STATUS_NO_MEMORY;
    enum status status =
        seed_read(json, &service->standard, &sown->seed, problem);
    (void)pthread_mutex_lock(&service->lock);
    if (status == STATUS_OK)
        status = seed_apply(
            &service->parts, sown->seed, (struct span){ NULL, 0 }, problem);
    if (status == STATUS_OK) {
        sown->next = service->sown;
        service->sown = sown;
    }
    (void)pthread_mutex_unlock(&service->lock);
    if (status != STATUS_OK) {
        seed_free(sown->seed);
        free(sown);
    }
    return status;
}

static bool
is_account_or_all(struct span account)
{
    return account.len == 0 || arn_is_account(account);
}

enum status
service_reset(struct service *service, struct span account)
{
    struct buf problem = { 0 };
    if (!is_account_or_all(account))
        return STATUS_INVALID;
    (void)pthread_mutex_lock(&service->lock);
    enum status status = store_clear(service->parts.store, account);
    if (status == STATUS_OK)
        status = resource_clock_reset(service->parts.clock, account);
    for (const struct sown *sown = service->sown;
         sown != NULL && status == STATUS_OK; sown = sown->next)
        status = seed_apply(&service->parts, sown->seed, account, &problem);
    (void)pthread_mutex_unlock(&service->lock);
    buf_reset(&problem);
    return status;
}

enum status
service_clock_get(struct service *service, struct span account, int64_t *now_ms)
{
    if (!is_account_or_all(account))
        return STATUS_INVALID;
    *now_ms = resource_clock_ms(service->parts.clock, account);
    return STATUS_OK;
}

enum status
service_clock_advance(struct service *service, struct span account,
    int64_t step_ms, int64_t *now_ms)
{
    if (!is_account_or_all(account))
        return STATUS_INVALID;
    enum status status =
        resource_clock_advance(service->parts.clock, account, step_ms);
    if (status == STATUS_OK)
        *now_ms = resource_clock_ms(service->parts.clock, account);
    return status;
}
