/* SPDX-License-Identifier: Apache-2.0 */
#include "kind_commands/up_report.h"

#include "base/json_writer.h"
#include "process/printing.h"

static enum status
add_count(size_t count, const char *what, struct buf *out)
{
    return buf_printf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* "# cluster         kmslab: 1 control plane, 0 workers, made in 31 s" */
static enum status
add_cluster(const struct kind_up_report *report, struct buf *out)
{
    const struct kind_record *r = report->record;
    enum status status =
        buf_printf(out, "# cluster       %s: ", buf_text(&r->name));

    if (status == STATUS_OK)
        status = add_count(r->control_planes.count, "control plane", out);
    if (status == STATUS_OK)
        status = buf_append_text(out, ", ");
    if (status == STATUS_OK)
        status = add_count(r->workers.count, "worker", out);
    return status == STATUS_OK ? buf_printf(out, ", made in %lld s\n",
                                     (long long)(report->took_ms + 500) / 1000)
                               : status;
}

static enum status
add_line(const char *name, const struct buf *text, struct buf *out)
{
    return text->len == 0
               ? STATUS_OK
               : buf_printf(out, "# %-13s %s\n", name, buf_text(text));
}

static enum status
add_proof(const struct kind_up_report *report, struct buf *out)
{
    if (report->proof == NULL)
        return buf_append_text(out,
            "# There is no plugin: no Secret can be written until one serves\n"
            "# " KIND_SOCKET_FILE " in each control plane node.\n");
    return buf_printf(out,
        "# Proof: a Secret was written and deleted again; what etcd held of it\n"
        "# were %zu bytes, not its value, and they began with\n"
        "#   %s\n",
        report->proof->stored, buf_text(&report->proof->prefix));
}

static enum status
add_exports(const struct kind_record *r, struct buf *out)
{
    const struct {
        const char *name;
        const struct buf *value;
    } exports[] = {
        { "KUBECONFIG", &r->kubeconfig },
        { "KMSLAB_ADMIN", &r->emulator.admin },
        { "KMSLAB_ENDPOINT", &r->emulator.endpoint },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(exports) && status == STATUS_OK; i++) {
        if (exports[i].value->len > 0)
            status = printing_export(
                exports[i].name, buf_text(exports[i].value), out);
    }
    return status;
}

static enum status
add_next(const struct kind_record *r, struct buf *out)
{
    const char *name = buf_text(&r->name);
    enum status status = buf_printf(out,
        "# What to try next:\n"
        "#   kubectl create secret generic s1 --from-literal=password=opensesame\n"
        "#   kmslab inspect --cluster %s secret default/s1\n",
        name);

    if (status == STATUS_OK && r->emulator.admin.len > 0)
        status = buf_append_text(out,
            "#   kmslab fault presets       # outages; then: fault preset NAME\n"
            "#   kmslab fault heal\n");
    return status == STATUS_OK
               ? buf_printf(out, "#   kmslab kind down %s\n", name)
               : status;
}

enum status
kind_up_report_text(const struct kind_up_report *report, struct buf *out)
{
    const struct kind_record *r = report->record;
    enum status status = add_cluster(report, out);

    if (status == STATUS_OK)
        status = add_line("node image", &r->image, out);
    if (status == STATUS_OK)
        status = add_line("KMS", &r->kms, out);
    if (status == STATUS_OK)
        status = add_line("KMS key", &r->key_arn, out);
    if (status == STATUS_OK)
        status = add_proof(report, out);
    if (status == STATUS_OK)
        status = add_exports(r, out);
    return status == STATUS_OK ? add_next(r, out) : status;
}

enum status
kind_up_report_json(const struct kind_up_report *report, struct buf *out)
{
    struct buf record = { 0 };
    struct json_writer w = json_writer_to(out);
    enum status status = kind_record_write(report->record, &record);

    if (status != STATUS_OK)
        return status;
    json_write_object_begin(&w);
    json_write_key(&w, "cluster");
    json_write_raw(&w, span_trim(buf_span(&record)));
    if (report->proof != NULL) {
        json_write_key(&w, "proof");
        json_write_object_begin(&w);
        json_write_key_string(&w, "prefix", buf_span(&report->proof->prefix));
        json_write_key_int(&w, "bytes", (int64_t)report->proof->stored);
        json_write_object_end(&w);
    }
    json_write_key_int(&w, "took_ms", report->took_ms);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    buf_reset(&record);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}
