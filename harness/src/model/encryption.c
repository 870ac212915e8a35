/* SPDX-License-Identifier: Apache-2.0 */
#include "model/encryption.h"

#include "model/poller.h"
#include "model/resource_table.h"

#include <stdlib.h>

/* A provider of some rule; polled where it is a kms one of version 2. */
struct slot {
    struct provider *provider;
    struct poller poller;
};

struct encryption {
    struct clock clock;
    bool reload;
    bool kms_v1_used;
    struct slot *slots; /* in the order of the configuration */
    size_t count;
    struct resource_table *table;
};

static bool
is_kms(const struct provider *provider)
{
    return provider_kind(provider) == PROVIDER_KMS_V1 ||
           provider_kind(provider) == PROVIDER_KMS_V2;
}

static enum status
connect_plugin(const struct encryption_options *options,
    const struct provider_config *config,
    struct provider_environment *environment, struct transform_error *error)
{
    if (config->kind != PROVIDER_KMS_V1 && config->kind != PROVIDER_KMS_V2)
        return STATUS_OK;
    enum status st = options->plugins.connect(options->plugins.context, config,
        &environment->kms_v1, &environment->kms_v2);
    if (st != STATUS_OK)
        transform_error_set(error,
            "could not configure KMSv%d-Plugin's probe \"%s\", error: %s",
            config->kind == PROVIDER_KMS_V1 ? 1 : 2, buf_text(&config->name),
            status_text(st));
    return st;
}

static enum status
add_provider(struct encryption *e, const struct encryption_options *options,
    const struct provider_config *config, struct transform_error *error)
{
    struct provider_environment environment = {
        .clock = options->clock,
        .random = options->random,
    };
    struct slot slot = { NULL, { NULL, INT64_MAX, INT64_MAX, INT64_MAX } };
    enum status st = connect_plugin(options, config, &environment, error);
    if (st == STATUS_OK)
        st = provider_new(config, &environment, &slot.provider, error);
    if (st != STATUS_OK)
        return st;

    struct slot *grown = realloc(e->slots, (e->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        provider_free(slot.provider);
        return STATUS_NO_MEMORY;
    }
    if (config->kind == PROVIDER_KMS_V2)
        poller_start(&slot.poller, slot.provider, clock_ms(&options->clock));
    e->kms_v1_used = e->kms_v1_used || config->kind == PROVIDER_KMS_V1;
    e->slots = grown;
    grown[e->count++] = slot;
    return STATUS_OK;
}

/* Lists the providers from slot `first` on for each resource of their rule. */
static enum status
list_rule(struct encryption *e, const struct config_rule *rule, size_t first)
{
    size_t count = e->count - first;
    enum status st = STATUS_OK;
    struct prefix_entry *entries = calloc(count + 1, sizeof(*entries));
    if (entries == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        entries[i] = provider_entry(e->slots[first + i].provider);
    for (size_t i = 0; i < rule->resource_count && st == STATUS_OK; i++)
        st = resource_table_add(
            e->table, buf_span(&rule->resources[i]), entries, count);
    free(entries);
    return st;
}

static enum status
add_rule(struct encryption *e, const struct encryption_options *options,
    const struct config_rule *rule, struct transform_error *error)
{
    size_t first = e->count;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < rule->provider_count && st == STATUS_OK; i++)
        st = add_provider(e, options, &rule->providers[i], error);
    return st == STATUS_OK ? list_rule(e, rule, first) : st;
}

enum status
encryption_new(const struct encryption_options *options,
    struct encryption **out, struct transform_error *error)
{
    struct encryption *e = calloc(1, sizeof(*e));
    if (e == NULL)
        return STATUS_NO_MEMORY;
    e->clock = options->clock;
    e->reload = options->reload;
    enum status st = resource_table_new(&e->table);
    for (size_t i = 0; i < options->config->rule_count && st == STATUS_OK; i++)
        st = add_rule(e, options, &options->config->rules[i], error);
    if (st == STATUS_OK)
        st = resource_table_finish(e->table);
    if (st != STATUS_OK) {
        if (error->text.len > 0)
            transform_error_wrap(error, "error while building transformers: ");
        encryption_free(e);
        return st;
    }
    *out = e;
    return STATUS_OK;
}

void
encryption_free(struct encryption *e)
{
    if (e == NULL)
        return;
    resource_table_free(e->table);
    for (size_t i = 0; i < e->count; i++)
        provider_free(e->slots[i].provider);
    free(e->slots);
    free(e);
}

struct transformer
encryption_transformer(const struct encryption *e, struct span resource)
{
    struct transformer transformer = provider_plain();
    (void)resource_table_find(e->table, resource, &transformer);
    return transformer;
}

static size_t
kms_count(const struct encryption *e)
{
    size_t count = 0;
    for (size_t i = 0; i < e->count; i++)
        count += is_kms(e->slots[i].provider);
    return count;
}

static struct provider *
kms_at(const struct encryption *e, size_t index)
{
    for (size_t i = 0; i < e->count; i++)
        if (is_kms(e->slots[i].provider) && index-- == 0)
            return e->slots[i].provider;
    return NULL;
}

/* One check for all, which version 1 has only where reload is on. */
static bool
one_check(const struct encryption *e)
{
    return e->reload || !e->kms_v1_used;
}

size_t
encryption_check_count(const struct encryption *e)
{
    if (!one_check(e))
        return kms_count(e);
    return e->reload || kms_count(e) > 0 ? 1 : 0;
}

enum status
encryption_check_name(
    const struct encryption *e, size_t index, struct buf *name)
{
    if (one_check(e))
        return buf_append_text(name, "kms-providers");
    return buf_printf(name, "kms-provider-%zu", index);
}

static enum status
check_all(struct encryption *e, struct transform_error *error)
{
    struct transform_error all = { 0 }, one = { 0 };
    enum status first = STATUS_OK;
    for (size_t i = 0; i < kms_count(e); i++) {
        enum status st = provider_health(kms_at(e, i), &one);
        if (st == STATUS_OK)
            continue;
        first = first == STATUS_OK ? st : first;
        transform_error_wrap(&one, "kms-provider-%zu: ", i);
        transform_error_add(&all, &one);
    }
    if (first != STATUS_OK)
        transform_error_take(error, &all);
    transform_error_reset(&all);
    transform_error_reset(&one);
    return first;
}

enum status
encryption_check(
    struct encryption *e, size_t index, struct transform_error *error)
{
    if (one_check(e))
        return check_all(e, error);
    struct provider *provider = kms_at(e, index);
    return provider == NULL ? STATUS_NOT_FOUND
                            : provider_health(provider, error);
}

int64_t
encryption_next_poll_ms(const struct encryption *e)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < e->count; i++) {
        int64_t at = poller_next_ms(&e->slots[i].poller);
        next = at < next ? at : next;
    }
    return next;
}

void
encryption_poll(struct encryption *e)
{
    int64_t now_ms = clock_ms(&e->clock);
    for (size_t i = 0; i < e->count; i++)
        if (poller_next_ms(&e->slots[i].poller) <= now_ms)
            poller_run(&e->slots[i].poller, now_ms);
}

struct provider *
encryption_provider(const struct encryption *e, struct span name)
{
    for (size_t i = 0; i < e->count; i++)
        if (is_kms(e->slots[i].provider) &&
            span_equal(provider_name(e->slots[i].provider), name))
            return e->slots[i].provider;
    return NULL;
}
