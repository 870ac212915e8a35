/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check_report.h"

#include "check/advice.h"
#include "k8s/go_duration.h"
#include "k8s/go_text.h"

static enum status
append_kms(const struct provider_config *provider, struct buf *out)
{
    enum status status = buf_printf(
        out, "kms %s ", provider->kind == PROVIDER_KMS_V1 ? "v1" : "v2");

    if (status == STATUS_OK)
        status = go_text_quote(buf_span(&provider->name), out);
    if (status == STATUS_OK)
        status = buf_append_text(out, " at ");
    if (status == STATUS_OK)
        status = go_text_quote(buf_span(&provider->endpoint), out);
    if (status == STATUS_OK)
        status = buf_append_text(out, ", timeout ");
    if (status == STATUS_OK)
        status = go_duration_append(provider->timeout_ns, out);
    if (status == STATUS_OK && provider->kind == PROVIDER_KMS_V1)
        status = buf_printf(out, ", cache %d", (int)provider->cache_size);
    return status;
}

static enum status
append_keys(const struct provider_config *provider, struct buf *out)
{
    enum status status =
        buf_append_text(out, provider_kind_name(provider->kind));

    for (size_t i = 0; status == STATUS_OK && i < provider->key_count; i++) {
        status = buf_append_text(out, i == 0 ? ", keys " : ", ");
        if (status == STATUS_OK)
            status = go_text_quote(buf_span(&provider->keys[i].name), out);
        if (status == STATUS_OK)
            status =
                buf_printf(out, " (%zu bytes)", provider->keys[i].secret.len);
    }
    return status;
}

static enum status
append_provider(const struct provider_config *provider, struct buf *out)
{
    if (provider->kind == PROVIDER_IDENTITY)
        return buf_append_text(out, "identity, in plain");
    if (provider->kind == PROVIDER_KMS_V1 || provider->kind == PROVIDER_KMS_V2)
        return append_kms(provider, out);
    return append_keys(provider, out);
}

static enum status
append_providers(const struct coverage *c, struct buf *out)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < c->provider_count; i++) {
        status =
            buf_append_text(out, i == 0 ? "  writes      " : "  also reads  ");
        if (status == STATUS_OK)
            status = append_provider(c->providers[i], out);
        if (status == STATUS_OK)
            status = buf_append_byte(out, '\n');
    }
    if (status == STATUS_OK && c->provider_count == 0)
        status = buf_append_text(out, "  writes      in plain\n");
    return status;
}

static enum status
append_advice(const struct coverage *c, struct buf *out)
{
    struct advice advice[ADVICE_MAX];
    size_t count = advice_give(c, advice);
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = buf_printf(out, "  %-11s %s\n",
            advice[i].level == ADVICE_WARNING ? "warning" : "note",
            advice[i].text);
    return status;
}

/* Names come from the file or the command line: quoted when not plain. */
static enum status
append_name(struct span name, struct buf *out)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] <= ' ' || name.ptr[i] >= 0x7f)
            return go_text_quote(name, out);
    return buf_append(out, name);
}

static enum status
append_coverage(const struct coverage *c, struct buf *out)
{
    enum status status = buf_append_byte(out, '\n');

    if (status == STATUS_OK)
        status = append_name(c->resource, out);
    if (status == STATUS_OK && c->entry.len > 0 &&
        !span_equal(c->entry, c->resource)) {
        status = buf_append_text(out, ", decided by ");
        if (status == STATUS_OK)
            status = append_name(c->entry, out);
    }
    if (status == STATUS_OK)
        status = buf_append_byte(out, '\n');
    if (status == STATUS_OK)
        status = append_providers(c, out);
    return status == STATUS_OK ? append_advice(c, out) : status;
}

static bool
covers_all(const struct encryption_config *config)
{
    return config_choose(config, SPAN_LITERAL("*.*")).len > 0;
}

enum status
check_report_text(const struct check_report *report, struct buf *out)
{
    struct coverage_list list = { 0 };
    enum status status = coverage_make(
        report->config, report->asked, report->asked_count, &list);

    if (status == STATUS_OK)
        status =
            buf_printf(out, "%s: kube-apiserver takes it\n", report->file_name);
    for (size_t i = 0; status == STATUS_OK && i < list.count; i++)
        status = append_coverage(&list.items[i], out);
    if (status == STATUS_OK && !covers_all(report->config))
        status = buf_append_text(
            out, "\nevery other resource\n  writes      in plain\n");
    coverage_reset(&list);
    return status;
}
