/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config_validate.h"

#include "base/json_writer.h"
#include "k8s/config_kms.h"
#include "k8s/config_resources.h"
#include "k8s/go_base64.h"

struct lengths {
    size_t count;
    size_t allowed[3];
    const char *text; /* as Go prints the list */
};

static const struct lengths aes_lengths = { 3, { 16, 24, 32 }, "[16 24 32]" };
static const struct lengths secretbox_lengths = { 1, { 32 }, "[32]" };

/* In the order in which kube-apiserver looks at them and prints them. */
static const struct provider_row {
    const char *field;
    const char *go_name;
    const struct lengths *lengths; /* NULL: it has no keys */
} provider_rows[] = {
    { "aesgcm", "AESGCM", &aes_lengths },
    { "aescbc", "AESCBC", &aes_lengths },
    { "secretbox", "Secretbox", &secretbox_lengths },
    { "identity", "Identity", NULL },
    { "kms", "KMS", NULL },
};

/* ---- keys ------------------------------------------------------------ */

static void
check_secret(struct field_errors *errors, const struct lengths *lengths,
    struct span text)
{
    static const struct span redacted = { (const uint8_t *)"\"REDACTED\"", 10 };
    struct buf secret = { 0 };
    bool fits = false;
    enum status status = go_base64_decode(text, &secret);
    if (status == STATUS_INVALID) {
        field_errors_invalid(
            errors, redacted, "secrets must be base64 encoded");
    } else if (status != STATUS_OK) {
        field_errors_fail(errors, status);
    } else {
        for (size_t i = 0; i < lengths->count; i++)
            fits |= secret.len == lengths->allowed[i];
        if (!fits)
            field_errors_invalid(errors, redacted,
                "secret is not of the expected length, got %zu, expected one "
                "of %s",
                secret.len, lengths->text);
    }
    buf_reset(&secret);
}

static void
check_key(struct field_errors *errors, const struct lengths *lengths,
    const struct yaml_node *key)
{
    struct span secret = yaml_tree_text(key, "secret");
    size_t before = field_errors_enter(errors, ".name");
    if (yaml_tree_text(key, "name").len == 0)
        field_errors_required(errors, "name is a mandatory field for a key");
    field_errors_leave(errors, before);
    before = field_errors_enter(errors, ".secret");
    if (secret.len == 0)
        field_errors_required(errors, "secret is a mandatory field for a key");
    else
        check_secret(errors, lengths, secret);
    field_errors_leave(errors, before);
}

static void
check_keys(struct field_errors *errors, const struct lengths *lengths,
    const struct yaml_node *provider)
{
    const struct yaml_node *keys = yaml_tree_member(provider, "keys");
    if (keys == NULL || keys->item_count == 0)
        field_errors_required(errors, "at least one keys is required");
    for (size_t i = 0; keys != NULL && i < keys->item_count; i++) {
        size_t before = field_errors_enter(errors, "[%zu]", i);
        check_key(errors, lengths, keys->items[i]);
        field_errors_leave(errors, before);
    }
}

/* ---- one provider ---------------------------------------------------- */

static void
write_keys(struct json_writer *w, const struct yaml_node *provider)
{
    const struct yaml_node *keys = yaml_tree_member(provider, "keys");
    json_write_object_begin(w);
    json_write_key(w, "Keys");
    if (keys == NULL) {
        json_write_null(w);
    } else {
        json_write_array_begin(w);
        for (size_t i = 0; i < keys->item_count; i++) {
            json_write_object_begin(w);
            json_write_key_string(
                w, "Name", yaml_tree_text(keys->items[i], "name"));
            json_write_key_text(w, "Secret", "REDACTED");
            json_write_object_end(w);
        }
        json_write_array_end(w);
    }
    json_write_object_end(w);
}

/* The element as kube-apiserver prints it, but without its secrets. */
static enum status
append_provider(const struct yaml_node *provider, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    for (size_t i = 0; i < ARRAY_LEN(provider_rows); i++) {
        const struct provider_row *row = &provider_rows[i];
        const struct yaml_node *node = yaml_tree_member(provider, row->field);
        json_write_key(&w, row->go_name);
        if (node == NULL) {
            json_write_null(&w);
        } else if (row->lengths != NULL) {
            write_keys(&w, node);
        } else if (span_equal_text(span_text(row->field), "kms")) {
            config_kms_write(&w, node);
        } else {
            json_write_object_begin(&w);
            json_write_object_end(&w);
        }
    }
    json_write_object_end(&w);
    return json_writer_end(&w);
}

static void
check_count(struct field_errors *errors, const struct yaml_node *provider)
{
    size_t found = 0;
    struct buf value = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(provider_rows); i++)
        found += yaml_tree_member(provider, provider_rows[i].field) != NULL;
    if (found == 1)
        return;
    enum status status = append_provider(provider, &value);
    field_errors_fail(errors, status);
    field_errors_invalid(errors, buf_span(&value), "%s",
        found == 0
            ? "provider does not contain any of the expected providers: KMS, "
              "AESGCM, AESCBC, Secretbox, Identity"
            : "more than one provider specified in a single element, should "
              "split into different list elements");
    buf_reset(&value);
}

/* Of several providers in one element only one is looked into: kms before the
 * others, then in the order of the table. */
static void
check_provider(struct field_errors *errors, const struct yaml_node *provider,
    struct config_kms_names *names)
{
    const struct yaml_node *kms = yaml_tree_member(provider, "kms");
    check_count(errors, provider);
    if (kms != NULL) {
        size_t before = field_errors_enter(errors, ".kms");
        config_kms_check(kms, names, errors);
        field_errors_leave(errors, before);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(provider_rows); i++) {
        const struct provider_row *row = &provider_rows[i];
        const struct yaml_node *node = yaml_tree_member(provider, row->field);
        if (node == NULL || row->lengths == NULL)
            continue;
        size_t before = field_errors_enter(errors, ".%s.keys", row->field);
        check_keys(errors, row->lengths, node);
        field_errors_leave(errors, before);
        return;
    }
}

/* ---- rules ----------------------------------------------------------- */

static void
check_providers(struct field_errors *errors, const struct yaml_node *list,
    struct config_kms_names *names)
{
    if (list == NULL || list->item_count == 0)
        field_errors_required(
            errors, "at least one %s is required", buf_text(&errors->path));
    for (size_t i = 0; list != NULL && i < list->item_count; i++) {
        size_t before = field_errors_enter(errors, "[%zu]", i);
        check_provider(errors, list->items[i], names);
        field_errors_leave(errors, before);
    }
}

static void
check_rule(struct field_errors *errors, const struct yaml_node *rule,
    struct config_kms_names *names)
{
    size_t before = field_errors_enter(errors, ".resources");
    config_resources_check(yaml_tree_member(rule, "resources"), errors);
    field_errors_leave(errors, before);
    before = field_errors_enter(errors, ".providers");
    check_providers(errors, yaml_tree_member(rule, "providers"), names);
    field_errors_leave(errors, before);
}

static void
check_rules(struct field_errors *errors, const struct yaml_node *list,
    struct config_kms_names *names)
{
    size_t top = field_errors_enter(errors, "resources");
    if (list == NULL || list->item_count == 0)
        field_errors_required(errors, "at least one resources is required");
    for (size_t i = 0; list != NULL && i < list->item_count; i++) {
        size_t before = field_errors_enter(errors, "[%zu]", i);
        check_rule(errors, list->items[i], names);
        field_errors_leave(errors, before);
    }
    field_errors_leave(errors, top);
}

enum status
config_validate(const struct yaml_node *root, bool reload, struct buf *problem)
{
    struct field_errors errors = { .count = 0 };
    struct config_kms_names names = { .reload = reload };
    size_t before = problem->len;
    check_rules(&errors, yaml_tree_member(root, "resources"), &names);
    enum status status = field_errors_append(&errors, problem);
    field_errors_reset(&errors);
    config_kms_names_reset(&names);
    if (status != STATUS_OK)
        return status;
    return problem->len > before ? STATUS_INVALID : STATUS_OK;
}
