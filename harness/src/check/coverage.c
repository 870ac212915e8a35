/* SPDX-License-Identifier: Apache-2.0 */
#include "check/coverage.h"

#include <stdlib.h>

void
coverage_reset(struct coverage_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].providers);
    free(list->items);
    *list = (struct coverage_list){ 0 };
}

static enum status
fill(const struct encryption_config *config, struct span resource,
    struct coverage *out)
{
    size_t count = config_providers(config, resource, NULL, 0);

    *out = (struct coverage){ .resource = resource,
        .entry = config_choose(config, resource),
        .provider_count = count };
    if (count == 0)
        return STATUS_OK;
    out->providers = calloc(count, sizeof(struct provider_config *));
    if (out->providers == NULL)
        return STATUS_NO_MEMORY;
    (void)config_providers(config, resource, out->providers, count);
    return STATUS_OK;
}

/* Adds a resource, unless it is there already. */
static enum status
add(const struct encryption_config *config, struct span resource,
    struct coverage_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(list->items[i].resource, resource))
            return STATUS_OK;
    struct coverage *grown =
        realloc(list->items, (list->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    list->items = grown;
    return fill(config, resource, &list->items[list->count++]);
}

static enum status
add_entries(const struct encryption_config *config, struct coverage_list *list)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < config->rule_count; i++) {
        const struct config_rule *rule = &config->rules[i];
        for (size_t j = 0; status == STATUS_OK && j < rule->resource_count; j++)
            status = add(config, buf_span(&rule->resources[j]), list);
    }
    return status;
}

enum status
coverage_make(const struct encryption_config *config, const char *const *asked,
    size_t asked_count, struct coverage_list *out)
{
    struct coverage_list list = { 0 };
    enum status status = add_entries(config, &list);

    if (status == STATUS_OK)
        status = add(config, SPAN_LITERAL("secrets"), &list);
    for (size_t i = 0; status == STATUS_OK && i < asked_count; i++)
        status = add(config, span_text(asked[i]), &list);
    if (status == STATUS_OK)
        *out = list;
    else
        coverage_reset(&list);
    return status;
}
