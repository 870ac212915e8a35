/* SPDX-License-Identifier: Apache-2.0 */
#include "up/up_report.h"

#include "base/json_writer.h"
#include "process/printing.h"
#include "services/aws_variables.h"
#include "services/plugin.h"

static enum status
append_commented(struct span text, struct buf *out)
{
    struct span line;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && span_cut(text, '\n', &line, &text))
        status = buf_printf(out, "#   %.*s\n", SPAN_ARG(line));
    return status;
}

enum status
up_report_text(const struct up_report *report, struct buf *out)
{
    struct aws_variable variables[AWS_VARIABLES_COUNT];
    struct buf configuration = { 0 };
    enum status status;

    aws_variables_of(&report->account, variables);
    status = buf_printf(out,
        "# kms-emulator   %s\n"
        "# aws-kms-plugin %s\n"
        "# KMS key        %s\n"
        "#\n# For an AWS SDK or the AWS CLI:\n",
        report->account.endpoint, report->plugin_endpoint, report->key_arn);
    for (size_t i = 0; i < AWS_VARIABLES_COUNT && status == STATUS_OK; i++)
        status = printing_export(variables[i].name, variables[i].value, out);
    if (status == STATUS_OK)
        status = buf_append_text(out, "# For kmslab fault:\n");
    if (status == STATUS_OK)
        status = printing_export("KMSLAB_ADMIN", report->admin, out);
    if (status == STATUS_OK)
        status = buf_append_text(
            out, "#\n# For kube-apiserver --encryption-provider-config:\n");
    if (status == STATUS_OK)
        status = plugin_configuration(report->plugin_endpoint, &configuration);
    if (status == STATUS_OK)
        status = append_commented(buf_span(&configuration), out);
    if (status == STATUS_OK)
        status = buf_append_text(out, "#\n# Runs until Ctrl-C.\n");
    buf_reset(&configuration);
    return status;
}

enum status
up_report_json(const struct up_report *report, struct buf *out)
{
    struct aws_variable variables[AWS_VARIABLES_COUNT];
    struct buf configuration = { 0 };
    struct json_writer w = json_writer_to(out);
    enum status status, written;

    aws_variables_of(&report->account, variables);
    status = plugin_configuration(report->plugin_endpoint, &configuration);
    json_write_object_begin(&w);
    json_write_key_text(&w, "endpoint", report->account.endpoint);
    json_write_key_text(&w, "key", report->key_arn);
    json_write_key_text(&w, "plugin", report->plugin_endpoint);
    json_write_key(&w, "environment");
    json_write_object_begin(&w);
    for (size_t i = 0; i < AWS_VARIABLES_COUNT; i++)
        json_write_key_text(&w, variables[i].name, variables[i].value);
    json_write_key_text(&w, "KMSLAB_ADMIN", report->admin);
    json_write_object_end(&w);
    json_write_key_string(
        &w, "encryption_configuration", buf_span(&configuration));
    json_write_object_end(&w);
    written = json_writer_end(&w);
    buf_reset(&configuration);
    if (status == STATUS_OK)
        status = written;
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}
