/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check_config.h"

#include "check/check_report.h"
#include "check/feature_gates.h"
#include "commands.h"
#include "options.h"
#include "process/printing.h"

#include <stdio.h>

const char check_config_usage[] =
    "usage: kmslab check-config [OPTION...] FILE [RESOURCE...]\n"
    "\n"
    "Says whether kube-apiserver takes FILE, an EncryptionConfiguration, in its\n"
    "own words where it does not, and what it would do for each resource that\n"
    "FILE names, for secrets, and for each RESOURCE (secrets, deployments.apps):\n"
    "who encrypts what is written, who is asked for what is read, and what is\n"
    "worth knowing about that. Nothing is contacted.\n"
    "\n"
    "  --feature-gates GATES  as kube-apiserver takes them: KMSv1=true\n"
    "  --reload               as with automatic reload: the names of KMS v1\n"
    "                         providers must be unique too\n"
    "  --json                 print one line of JSON\n"
    "\n"
    "The exit code is 1 for a file that kube-apiserver refuses.\n";

static bool
print_report(const struct check_report *report, bool json)
{
    struct buf text = { 0 };
    enum status status = json ? check_report_json(report, &text)
                              : check_report_text(report, &text);
    struct buf problem = { 0 };

    if (status == STATUS_OK)
        status = printing_put(&text, &problem);
    if (status != STATUS_OK)
        fprintf(stderr, "kmslab check-config: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    buf_reset(&text);
    buf_reset(&problem);
    return status == STATUS_OK;
}

/* A file that is refused is a result too, which --json prints. */
static int
check(struct check_report *report, const struct config_options *options,
    bool json)
{
    struct encryption_config config = { 0 };
    struct buf problem = { 0 };
    enum status status = config_load(options, &config, &problem);
    bool printed = true;

    report->config = status == STATUS_OK ? &config : NULL;
    report->problem = buf_span(&problem);
    if (status == STATUS_OK || (json && status == STATUS_INVALID))
        printed = print_report(report, json);
    else
        fprintf(stderr, "kmslab check-config: %s: %s\n", options->file_name,
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    config_reset(&config);
    buf_reset(&problem);
    return status == STATUS_OK && printed ? 0 : EXIT_FAILED;
}

int
check_config_run(int argc, char **argv)
{
    struct config_options options = { .kms_v1 = false };
    const char *gates = "";
    bool json = false;
    const struct option_row rows[] = {
        { "feature-gates", &gates, NULL },
        { "reload", NULL, &options.reload },
        { "json", NULL, &json },
    };
    int rest, code;

    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), check_config_usage,
            &rest, &code))
        return code;
    if (rest == argc)
        return options_refuse("check-config", "needs a file");
    if (feature_gates_parse(span_text(gates), &options.kms_v1) != STATUS_OK)
        return options_refuse("check-config",
            "--feature-gates takes NAME=true or NAME=false, with commas"
            " between");
    options.file_name = argv[rest];
    struct check_report report = { .file_name = options.file_name,
        .asked = (const char *const *)&argv[rest + 1],
        .asked_count = (size_t)(argc - rest - 1) };
    return check(&report, &options, json);
}
