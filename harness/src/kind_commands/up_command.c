/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind up. */
#include "kind/create.h"
#include "kind/tools.h"
#include "kind_commands/kind_command.h"
#include "kind_commands/up_options.h"
#include "kind_commands/up_report.h"

#include "base/clock.h"
#include "process/interrupt.h"
#include "process/printing.h"

#include <stdio.h>

const char kind_up_usage[] =
    "usage: kmslab kind up [NAME] [OPTION...]\n"
    "\n"
    "Makes a kind cluster (NAME: kmslab) whose Secrets are encrypted: kms-emulator\n"
    "and aws-kms-plugin run in it as static pods, from a folder that is mounted\n"
    "into the nodes; no image is built. Then it writes a Secret, reads etcd's\n"
    "bytes, and says what they begin with. What it prints at its end can be\n"
    "given to a shell: eval \"$(kmslab kind up)\". Ctrl-C removes all again.\n"
    "\n" UP_OPTIONS_USAGE
    "  --kubeconfig FILE     where the cluster's credentials are written (a file\n"
    "                        of its own, in kmslab's folder of this cluster)\n"
    "  --wait SECONDS        how long kind waits for the node to be ready (120)\n"
    "  --json                print one line of JSON instead of text\n"
    "\n"
    "The exit code is 77 where kind or the container engine is not installed.\n";

static void
say(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "kmslab kind up: %s\n", line);
}

/* Programs that are not installed are not a failure of ours: 77. */
static int
check_programs(const struct kind_plan *plan, struct buf *problem)
{
    struct engine engine = engine_find(plan->engine_program);
    struct buf kind = { 0 };
    enum status status = engine_check(&engine, problem);

    if (status == STATUS_OK)
        status = kind_tools_find(plan->kind_program, &kind, problem);
    buf_reset(&kind);
    if (status == STATUS_OK)
        return 0;
    int code = kind_command_fail("kind up", status, problem);
    return status == STATUS_NOT_FOUND ? EXIT_SKIPPED : code;
}

/* Each control plane's own apiserver; the last one's is shown. */
static enum status
prove(const struct kind_record *record, struct kind_proof *proof,
    struct buf *problem)
{
    struct engine engine = engine_find(buf_text(&record->engine_program));
    enum status status = STATUS_OK;

    say(NULL, "asking etcd what it holds");
    for (size_t i = 0; i < record->control_planes.count && status == STATUS_OK;
         i++)
        status =
            kind_proof_make(&engine, buf_text(&record->control_planes.names[i]),
                buf_text(&record->kms), proof, problem);
    return status;
}

static enum status
print_report(
    const struct kind_up_report *report, bool json, struct buf *problem)
{
    struct buf text = { 0 };
    enum status status = json ? kind_up_report_json(report, &text)
                              : kind_up_report_text(report, &text);

    if (status == STATUS_OK)
        status = printing_put(&text, problem);
    buf_reset(&text);
    return status;
}

/* A cluster that does not do what it is for is removed again. */
static enum status
finish(const struct kind_plan *plan, const struct kind_record *record,
    int64_t begun_ms, bool json, struct buf *problem)
{
    struct clock clock = clock_monotonic();
    struct kind_proof proof = { 0 };
    struct kind_up_report report = { .record = record };
    enum status status = STATUS_OK;

    if (plan->plugin != KIND_PLUGIN_NONE) {
        status = prove(record, &proof, problem);
        report.proof = &proof;
    }
    report.took_ms = clock_ms(&clock) - begun_ms;
    if (status == STATUS_OK)
        status = print_report(&report, json, problem);
    if (status != STATUS_OK) {
        struct buf words = { 0 };

        say(NULL, "removing what was made");
        if (kind_destroy(record, NULL, &words) != STATUS_OK)
            buf_say(problem, " (and it is still there: %s)", buf_text(&words));
        buf_reset(&words);
    }
    kind_proof_reset(&proof);
    return status;
}

static int
run(const struct kind_plan *plan, bool json)
{
    const struct kind_progress progress = { .say = say };
    struct clock clock = clock_monotonic();
    int64_t begun_ms = clock_ms(&clock);
    struct kind_record record = { 0 };
    struct buf problem = { 0 };
    int code = 0;
    enum status status = interrupt_init();

    if (status == STATUS_OK)
        code = check_programs(plan, &problem);
    if (status == STATUS_OK && code == 0) {
        status = kind_create(plan, &record, &progress, &problem);
        if (status == STATUS_OK)
            status = finish(plan, &record, begun_ms, json, &problem);
    }
    if (status != STATUS_OK)
        code = kind_command_fail("kind up", status, &problem);
    kind_record_reset(&record);
    buf_reset(&problem);
    return code;
}

int
kind_up_run(int argc, char **argv)
{
    struct up_options options = { .name = kind_command_name(&argc, &argv) };
    struct option_row rows[UP_OPTIONS_SHARED + 3];
    struct kind_plan plan;
    struct buf problem = { 0 };
    bool json = false;
    int rest, code;

    up_options_rows(&options, rows);
    rows[UP_OPTIONS_SHARED] =
        (struct option_row){ "kubeconfig", &options.kubeconfig, NULL };
    rows[UP_OPTIONS_SHARED + 1] =
        (struct option_row){ "wait", &options.wait, NULL };
    rows[UP_OPTIONS_SHARED + 2] = (struct option_row){ "json", NULL, &json };
    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), kind_up_usage, &rest, &code))
        return code;
    if (options.name == NULL && rest < argc)
        options.name = argv[rest++];
    if (rest != argc)
        code = options_refuse("kind up", "one name is enough");
    else if (up_options_plan(&options, &plan, &problem) != STATUS_OK)
        code = options_refuse("kind up", buf_text(&problem));
    else
        code = run(&plan, json);
    up_options_reset(&options);
    buf_reset(&problem);
    return code;
}
