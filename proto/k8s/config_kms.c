/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config_kms.h"

#include "base/num.h"
#include "k8s/go_duration.h"
#include "k8s/go_url.h"
#include "k8s/provider_config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void
config_kms_names_reset(struct config_kms_names *names)
{
    free(names->names);
    *names = (struct config_kms_names){ 0 };
}

/* ---- fields with their defaults -------------------------------------- */

struct span
config_kms_api_version(const struct yaml_node *kms)
{
    struct span version = yaml_tree_text(kms, "apiVersion");
    return version.len == 0 ? SPAN_LITERAL("v1") : version;
}

static bool
is_v1(const struct yaml_node *kms)
{
    return span_equal_text(config_kms_api_version(kms), "v1");
}

int64_t
config_kms_timeout_ns(const struct yaml_node *kms)
{
    int64_t ns = PROVIDER_TIMEOUT_SECONDS * INT64_C(1000000000);
    const struct yaml_node *timeout = yaml_tree_member(kms, "timeout");
    if (timeout != NULL &&
        num_parse_duration_ns(buf_span(&timeout->text), &ns) != STATUS_OK)
        return 0;
    return ns;
}

bool
config_kms_cache_size(const struct yaml_node *kms, int64_t *size)
{
    const struct yaml_node *node = yaml_tree_member(kms, "cachesize");
    if (node != NULL)
        return yaml_tree_int(node, size) == STATUS_OK;
    if (is_v1(kms))
        *size = PROVIDER_CACHE_SIZE;
    return is_v1(kms);
}

/* ---- validation ------------------------------------------------------ */

static bool
is_known(const struct config_kms_names *names, struct span name)
{
    for (size_t i = 0; i < names->count; i++)
        if (span_equal(names->names[i], name))
            return true;
    return false;
}

static enum status
remember(struct config_kms_names *names, struct span name)
{
    struct span *grown =
        realloc(names->names, (names->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    names->names = grown;
    names->names[names->count++] = name;
    return STATUS_OK;
}

/* The name quoted as Go does and then, bare, in the sentence. */
static void
refuse_name(struct field_errors *errors, struct span name, const char *before,
    const char *after)
{
    struct buf detail = { 0 };
    enum status status = buf_append_text(&detail, before);
    if (status == STATUS_OK)
        status = buf_append(&detail, name);
    if (status == STATUS_OK)
        status = buf_append_text(&detail, after);
    field_errors_fail(errors, status);
    field_errors_invalid_text(errors, name, buf_text(&detail));
    buf_reset(&detail);
}

static void
check_name(const struct yaml_node *kms, const struct config_kms_names *names,
    struct field_errors *errors)
{
    struct span name = yaml_tree_text(kms, "name");
    size_t at;
    if (name.len == 0)
        field_errors_required(
            errors, "name is a mandatory field for a provider");
    if (!is_v1(kms) && span_find(name, ':', &at))
        refuse_name(errors, name, "invalid KMS provider name ",
            ", must not contain ':'");
    if ((names->reload || !is_v1(kms)) && is_known(names, name))
        refuse_name(errors, name, "duplicate KMS provider name ",
            ", names must be unique");
}

static enum status
append_quoted_duration(int64_t ns, struct buf *out)
{
    enum status status = buf_append_byte(out, '"');
    if (status == STATUS_OK)
        status = go_duration_append(ns, out);
    return status == STATUS_OK ? buf_append_byte(out, '"') : status;
}

static void
check_timeout(const struct yaml_node *kms, struct field_errors *errors)
{
    struct buf value = { 0 };
    int64_t ns = config_kms_timeout_ns(kms);
    if (ns > 0)
        return;
    enum status status = append_quoted_duration(ns, &value);
    field_errors_fail(errors, status);
    field_errors_invalid(
        errors, buf_span(&value), "timeout should be a positive value");
    buf_reset(&value);
}

static void
check_endpoint(const struct yaml_node *kms, struct field_errors *errors)
{
    struct span endpoint = yaml_tree_text(kms, "endpoint");
    struct buf scheme = { 0 }, detail = { 0 };
    enum status status = STATUS_OK;
    if (endpoint.len == 0) {
        field_errors_invalid_text(
            errors, endpoint, "endpoint is a mandatory field for a kms");
        return;
    }
    status =
        buf_append_text(&detail, "invalid endpoint for kms provider, error: ");
    if (status == STATUS_OK)
        status = go_url_scheme(endpoint, &scheme, &detail);
    if (status == STATUS_INVALID) {
        field_errors_invalid_text(errors, endpoint, buf_text(&detail));
    } else if (status == STATUS_OK &&
               !span_equal_text(buf_span(&scheme), "unix")) {
        buf_clear(&detail);
        status = buf_printf(&detail,
            "unsupported scheme \"%s\" for KMS provider, only unix is "
            "supported",
            buf_text(&scheme));
        field_errors_invalid_text(errors, endpoint, buf_text(&detail));
    }
    if (status != STATUS_INVALID)
        field_errors_fail(errors, status);
    buf_reset(&scheme);
    buf_reset(&detail);
}

static void
check_cache_size(const struct yaml_node *kms, struct field_errors *errors)
{
    int64_t size;
    char value[24];
    if (!config_kms_cache_size(kms, &size))
        return;
    (void)snprintf(value, sizeof(value), "%" PRId64, size);
    if (!is_v1(kms))
        field_errors_invalid(
            errors, span_text(value), "cachesize is not supported in v2");
    else if (size == 0)
        field_errors_invalid(errors, span_text(value),
            "cachesize should be a positive value, or negative to disable");
}

/* kube-apiserver names the field where it means the value. */
static void
check_api_version(const struct yaml_node *kms, struct field_errors *errors)
{
    struct span version = config_kms_api_version(kms);
    if (!is_v1(kms) && !span_equal_text(version, "v2"))
        field_errors_invalid_text(errors, version,
            "unsupported apiVersion apiVersion for KMS provider, only v1 and "
            "v2 are supported");
}

void
config_kms_check(const struct yaml_node *kms, struct config_kms_names *names,
    struct field_errors *errors)
{
    static const struct {
        const char *field;
        void (*check)(const struct yaml_node *, struct field_errors *);
    } checks[] = {
        { "timeout", check_timeout },
        { "endpoint", check_endpoint },
        { "cachesize", check_cache_size },
        { "apiVersion", check_api_version },
    };
    size_t before = field_errors_enter(errors, ".name");
    check_name(kms, names, errors);
    field_errors_leave(errors, before);
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        before = field_errors_enter(errors, ".%s", checks[i].field);
        checks[i].check(kms, errors);
        field_errors_leave(errors, before);
    }
    enum status status = remember(names, yaml_tree_text(kms, "name"));
    field_errors_fail(errors, status);
}

void
config_kms_write(struct json_writer *w, const struct yaml_node *kms)
{
    int64_t size;
    struct buf timeout = { 0 };
    json_write_object_begin(w);
    json_write_key_string(w, "APIVersion", config_kms_api_version(kms));
    json_write_key_string(w, "Name", yaml_tree_text(kms, "name"));
    json_write_key(w, "CacheSize");
    if (config_kms_cache_size(kms, &size))
        json_write_int(w, size);
    else
        json_write_null(w);
    json_write_key_string(w, "Endpoint", yaml_tree_text(kms, "endpoint"));
    if (go_duration_append(config_kms_timeout_ns(kms), &timeout) == STATUS_OK)
        json_write_key_string(w, "Timeout", buf_span(&timeout));
    buf_reset(&timeout);
    json_write_object_end(w);
}
