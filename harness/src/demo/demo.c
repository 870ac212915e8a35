/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo.h"

#include "commands.h"
#include "demo/demo_stages.h"
#include "options.h"
#include "process/interrupt.h"
#include "rpc/rpc.h"

#include <openssl/crypto.h>
#include <sys/stat.h>

enum { EXIT_SIGNAL = 128 };

const char demo_usage[] =
    "usage: kmslab demo [--json]\n"
    "\n"
    "Shows a Secret's way: real kms-emulator and aws-kms-plugin processes and\n"
    "a model of a kube-apiserver over an embedded store. What is printed was\n"
    "just seen or checked: the first check that fails ends the demo with exit\n"
    "code 1. It takes some seconds and leaves nothing behind, also after\n"
    "Ctrl-C.\n"
    "\n"
    "  --json          print each event as one line of JSON\n";

static demo_stage_fn *const stages[] = {
    demo_flow_key,
    demo_flow_plugin,
    demo_flow_seed,
    demo_flow_write,
    demo_stored_record,
    demo_stored_search,
    demo_flow_read,
    demo_outage_begin,
    demo_outage_expiry,
    demo_outage_heal,
    demo_move_key,
    demo_move_rewrite,
    demo_move_retire,
};

static bool
prepare(struct demo *demo)
{
    static const char *const names[DEMO_SECRETS] = { "database", "mail",
        "payments" };
    enum status status = workspace_open(&demo->workspace, &demo->problem);

    for (size_t i = 0; i < DEMO_SECRETS; i++)
        demo->secrets[i].name = names[i];
    if (status == STATUS_OK)
        status = workspace_file(demo->workspace, "kms", &demo->data);
    return demo_check(demo, status, "the temporary folder");
}

static bool
run_stages(struct demo *demo)
{
    for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
        if (interrupt_pending() != 0 || !stages[i](demo))
            return false;
    }
    return true;
}

/* Tears everything down; *path is where the folder was. */
static void
clean_up(struct demo *demo, struct buf *path)
{
    demo_cluster_free(demo->cluster);
    rpc_channel_free(demo->channel);
    plugin_free(demo->plugin);
    emulator_free(demo->emulator);
    if (demo->workspace != NULL)
        buf_say(path, "%s", workspace_path(demo->workspace));
    workspace_free(demo->workspace);
    OPENSSL_cleanse(demo->secrets, sizeof(demo->secrets));
    buf_reset(&demo->data);
    buf_reset(&demo->address);
    buf_reset(&demo->key);
    buf_reset(&demo->new_key);
}

static bool
is_gone(const char *path)
{
    struct stat info;

    return lstat(path, &info) != 0;
}

/* Stopped programs are waited for, so only the folder can be left. */
static bool
claim_nothing_left(struct demo *demo, const char *path)
{
    report_stage(&demo->report, "Everything is stopped and removed");
    return report_claim(&demo->report, is_gone(path), "%s is gone", path);
}

static void
explain(const struct demo *demo, int signal, const char *path)
{
    if (signal != 0)
        fprintf(stderr, "kmslab demo: interrupted; %s %s\n", path,
            is_gone(path) ? "is gone" : "could not be removed");
    else if (demo->report.failed.len > 0)
        fprintf(stderr, "kmslab demo: this does not hold: %s\n",
            buf_text(&demo->report.failed));
    else
        fprintf(stderr, "kmslab demo: %s\n", buf_text(&demo->problem));
}

static int
show(bool json)
{
    struct demo demo = { .report = report_to(stdout, json) };
    struct clock clock = clock_monotonic();
    int64_t start_ms = clock_ms(&clock);
    struct buf path = { 0 };
    bool holds = prepare(&demo) && run_stages(&demo);
    int signal = interrupt_pending();

    clean_up(&demo, &path);
    if (holds)
        holds = claim_nothing_left(&demo, buf_text(&path));
    report_end(&demo.report, holds, clock_ms(&clock) - start_ms);
    if (holds && ferror(stdout)) {
        holds = false;
        buf_say(&demo.problem, "standard output cannot be written");
    }
    if (!holds)
        explain(&demo, signal, buf_text(&path));
    report_reset(&demo.report);
    buf_reset(&demo.problem);
    buf_reset(&path);
    if (holds)
        return 0;
    return signal != 0 ? EXIT_SIGNAL + signal : EXIT_FAILED;
}

int
demo_run(int argc, char **argv)
{
    bool json = false;
    const struct option_row rows[] = { { "json", NULL, &json } };
    int rest, code;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), demo_usage, &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("demo", "takes options only");
    if (interrupt_init() != STATUS_OK) {
        fputs("kmslab demo: signals cannot be caught\n", stderr);
        return EXIT_FAILED;
    }
    return show(json);
}
