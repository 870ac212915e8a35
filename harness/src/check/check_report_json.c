/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check_report.h"

#include "base/json_writer.h"
#include "check/advice.h"

static void
write_keys(struct json_writer *w, const struct provider_config *provider)
{
    json_write_key(w, "keys");
    json_write_array_begin(w);
    for (size_t i = 0; i < provider->key_count; i++) {
        json_write_object_begin(w);
        json_write_key_string(w, "name", buf_span(&provider->keys[i].name));
        json_write_key_int(w, "bytes", (int64_t)provider->keys[i].secret.len);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void
write_kms(struct json_writer *w, const struct provider_config *provider)
{
    bool v1 = provider->kind == PROVIDER_KMS_V1;

    json_write_key_text(w, "api_version", v1 ? "v1" : "v2");
    json_write_key_string(w, "name", buf_span(&provider->name));
    json_write_key_string(w, "endpoint", buf_span(&provider->endpoint));
    json_write_key_int(w, "timeout_ns", provider->timeout_ns);
    if (v1)
        json_write_key_int(w, "cache_size", provider->cache_size);
}

static void
write_provider(struct json_writer *w, const struct provider_config *provider)
{
    json_write_object_begin(w);
    json_write_key_text(w, "provider", provider_kind_name(provider->kind));
    if (provider->kind == PROVIDER_KMS_V1 || provider->kind == PROVIDER_KMS_V2)
        write_kms(w, provider);
    else if (provider->kind != PROVIDER_IDENTITY)
        write_keys(w, provider);
    json_write_object_end(w);
}

static void
write_advice(struct json_writer *w, const struct coverage *c)
{
    struct advice advice[ADVICE_MAX];
    size_t count = advice_give(c, advice);

    json_write_key(w, "advice");
    json_write_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_write_object_begin(w);
        json_write_key_text(
            w, "level", advice[i].level == ADVICE_WARNING ? "warning" : "note");
        json_write_key_text(w, "text", advice[i].text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

/* The first provider writes, all are asked when a value is read. */
static void
write_coverage(struct json_writer *w, const struct coverage *c)
{
    json_write_object_begin(w);
    json_write_key_string(w, "resource", c->resource);
    json_write_key(w, "decided_by");
    if (c->entry.len > 0)
        json_write_string(w, c->entry);
    else
        json_write_null(w);
    json_write_key(w, "providers");
    json_write_array_begin(w);
    for (size_t i = 0; i < c->provider_count; i++)
        write_provider(w, c->providers[i]);
    json_write_array_end(w);
    write_advice(w, c);
    json_write_object_end(w);
}

enum status
check_report_json(const struct check_report *report, struct buf *out)
{
    struct coverage_list list = { 0 };
    struct json_writer w = json_writer_to(out);
    enum status status = STATUS_OK;

    if (report->config != NULL)
        status = coverage_make(
            report->config, report->asked, report->asked_count, &list);
    if (status != STATUS_OK)
        return status;
    json_write_object_begin(&w);
    json_write_key_text(&w, "file", report->file_name);
    json_write_key_bool(&w, "accepted", report->config != NULL);
    if (report->config == NULL)
        json_write_key_string(&w, "problem", report->problem);
    json_write_key(&w, "resources");
    json_write_array_begin(&w);
    for (size_t i = 0; i < list.count; i++)
        write_coverage(&w, &list.items[i]);
    json_write_array_end(&w);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    coverage_reset(&list);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}
