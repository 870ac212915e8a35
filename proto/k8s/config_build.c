/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config_build.h"

#include "k8s/config_kms.h"
#include "k8s/go_base64.h"
#include "k8s/go_text.h"
#include "k8s/group_resource.h"

#include <stdlib.h>

/* ---- providers ------------------------------------------------------- */

static enum status
build_keys(const struct yaml_node *node, struct provider_config *out)
{
    const struct yaml_node *keys = yaml_tree_member(node, "keys");
    struct buf secret = { 0 };
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < keys->item_count; i++) {
        const struct yaml_node *key = keys->items[i];
        buf_clear(&secret);
        status = go_base64_decode(yaml_tree_text(key, "secret"), &secret);
        if (status == STATUS_OK)
            status = provider_config_add_key(
                out, yaml_tree_text(key, "name"), buf_span(&secret));
    }
    buf_reset(&secret);
    return status;
}

static enum status
build_kms(const struct yaml_node *kms, struct provider_config *out)
{
    int64_t cache_size;
    bool v1 = span_equal_text(config_kms_api_version(kms), "v1");
    out->kind = v1 ? PROVIDER_KMS_V1 : PROVIDER_KMS_V2;
    out->timeout_ns = config_kms_timeout_ns(kms);
    if (config_kms_cache_size(kms, &cache_size))
        out->cache_size = (int32_t)cache_size;
    enum status status = buf_append(&out->name, yaml_tree_text(kms, "name"));
    if (status == STATUS_OK)
        status = buf_append(&out->endpoint, yaml_tree_text(kms, "endpoint"));
    return status;
}

static enum status
build_provider(const struct yaml_node *element, struct provider_config *out)
{
    static const enum provider_kind with_keys[] = { PROVIDER_AESGCM,
        PROVIDER_AESCBC, PROVIDER_SECRETBOX };
    const struct yaml_node *kms = yaml_tree_member(element, "kms");
    if (kms != NULL)
        return build_kms(kms, out);
    for (size_t i = 0; i < ARRAY_LEN(with_keys); i++) {
        const struct yaml_node *node =
            yaml_tree_member(element, provider_kind_name(with_keys[i]));
        if (node == NULL)
            continue;
        out->kind = with_keys[i];
        return build_keys(node, out);
    }
    out->kind = PROVIDER_IDENTITY;
    return STATUS_OK;
}

static enum status
refuse_kms_v1(struct buf *problem)
{
    enum status status = buf_append_text(problem,
        "KMSv1 is deprecated and will only receive security updates going "
        "forward. Use KMSv2 instead.  Set --feature-gates=KMSv1=true to use "
        "the deprecated KMSv1 feature.");
    return status == STATUS_OK ? STATUS_INVALID : status;
}

static enum status
build_providers(const struct yaml_node *list, bool kms_v1,
    struct config_rule *rule, struct buf *problem)
{
    enum status status = STATUS_OK;
    rule->providers = calloc(list->item_count, sizeof(*rule->providers));
    if (rule->providers == NULL)
        return STATUS_NO_MEMORY;
    rule->provider_count = list->item_count;
    for (size_t i = 0; status == STATUS_OK && i < list->item_count; i++) {
        status = build_provider(list->items[i], &rule->providers[i]);
        if (status == STATUS_OK && !kms_v1 &&
            rule->providers[i].kind == PROVIDER_KMS_V1)
            status = refuse_kms_v1(problem);
    }
    return status;
}

/* ---- rules ----------------------------------------------------------- */

static bool
names(const struct config_rule *rule, struct group_resource name)
{
    for (size_t i = 0; i < rule->resource_count; i++)
        if (group_resource_equal(
                name, group_resource_of(buf_span(&rule->resources[i]))))
            return true;
    return false;
}

static enum status
refuse_masked(
    struct group_resource name, struct group_resource by, struct buf *problem)
{
    struct buf text = { 0 };
    enum status status = group_resource_append(name, &text);
    if (status == STATUS_OK)
        status = buf_append_text(problem, "resource ");
    if (status == STATUS_OK)
        status = go_text_quote(buf_span(&text), problem);
    if (status == STATUS_OK)
        status = buf_append_text(problem, " is masked by earlier rule ");
    buf_clear(&text);
    if (status == STATUS_OK)
        status = group_resource_append(by, &text);
    if (status == STATUS_OK)
        status = go_text_quote(buf_span(&text), problem);
    buf_reset(&text);
    return status == STATUS_OK ? STATUS_INVALID : status;
}

/* Whether a wildcard of an earlier rule already covers the name. */
static enum status
check_masked(const struct encryption_config *config, size_t earlier,
    struct group_resource name, struct buf *problem)
{
    const struct span star = SPAN_LITERAL("*");
    const struct group_resource wildcards[] = { { star, name.group },
        { star, star } };
    for (size_t i = 0; i < ARRAY_LEN(wildcards); i++)
        for (size_t j = 0; j < earlier; j++)
            if (names(&config->rules[j], wildcards[i]))
                return refuse_masked(name, wildcards[i], problem);
    return STATUS_OK;
}

static enum status
build_resources(const struct yaml_node *list, struct encryption_config *config,
    size_t index, struct buf *problem)
{
    struct config_rule *rule = &config->rules[index];
    enum status status = STATUS_OK;
    rule->resources = calloc(list->item_count, sizeof(*rule->resources));
    if (rule->resources == NULL)
        return STATUS_NO_MEMORY;
    rule->resource_count = list->item_count;
    for (size_t i = 0; status == STATUS_OK && i < list->item_count; i++) {
        struct group_resource name =
            group_resource_of(buf_span(&list->items[i]->text));
        status = check_masked(config, index, name, problem);
        if (status == STATUS_OK)
            status = group_resource_append(name, &rule->resources[i]);
    }
    return status;
}

enum status
config_build(const struct yaml_node *root, bool kms_v1,
    struct encryption_config *out, struct buf *problem)
{
    const struct yaml_node *list = yaml_tree_member(root, "resources");
    enum status status = STATUS_OK;
    out->rules = calloc(list->item_count, sizeof(*out->rules));
    if (out->rules == NULL)
        return STATUS_NO_MEMORY;
    out->rule_count = list->item_count;
    for (size_t i = 0; status == STATUS_OK && i < list->item_count; i++) {
        const struct yaml_node *rule = list->items[i];
        status = build_providers(yaml_tree_member(rule, "providers"), kms_v1,
            &out->rules[i], problem);
        if (status == STATUS_OK)
            status = build_resources(
                yaml_tree_member(rule, "resources"), out, i, problem);
    }
    return status;
}
