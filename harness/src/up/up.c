/* SPDX-License-Identifier: Apache-2.0 */
#include "up/up.h"

#include "commands.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"
#include "services/emulator.h"
#include "services/plugin.h"
#include "up/up_report.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { LOOK_MS = 200 };

const char up_usage[] =
    "usage: kmslab up [OPTION...]\n"
    "\n"
    "Starts kms-emulator and aws-kms-plugin, makes a KMS key where none is\n"
    "named, and prints the environment to use them. Runs until it is stopped\n"
    "(Ctrl-C, SIGTERM); then both end and what was not kept with --data is\n"
    "gone.\n"
    "\n"
    "  --key KEY       an id, ARN or alias that --seed or --data holds; without\n"
    "                  it the key is alias/kmslab, made when it is missing\n"
    "  --socket PATH   the plugin's socket (a new one in a temporary folder)\n"
    "  --data FOLDER   keep keys there; the same folder gives the same keys\n"
    "  --seed FILE     keys to be there from the start\n"
    "  --listen A:P    the emulator's address (a free port of 127.0.0.1)\n"
    "  --account N     12 digits: the account that owns the key (000000000000)\n"
    "  --region R      its Region (us-east-1)\n"
    "  --json          print one line of JSON instead of text\n";

struct up {
    struct emulator_options emulator_options;
    const char *key;
    const char *socket;
    bool json;
    struct workspace *workspace;
    struct emulator *emulator;
    struct plugin *plugin;
    struct buf arn;
    struct buf socket_path;
};

/* A unix:// endpoint needs the path from the root. */
static enum status
resolve_socket(struct up *up)
{
    char folder[PATH_MAX];

    if (up->socket == NULL)
        return workspace_file(up->workspace, "kms.sock", &up->socket_path);
    if (up->socket[0] == '/')
        return buf_append_text(&up->socket_path, up->socket);
    if (getcwd(folder, sizeof(folder)) == NULL)
        return STATUS_IO;
    return buf_printf(&up->socket_path, "%s/%s", folder, up->socket);
}

static enum status
start_plugin(struct up *up, struct buf *problem)
{
    struct plugin_options options = {
        .account = emulator_account(up->emulator),
        .key = buf_text(&up->arn),
        .socket = buf_text(&up->socket_path),
    };

    return plugin_start(up->workspace, &options, &up->plugin, problem);
}

static enum status
start_all(struct up *up, struct buf *problem)
{
    struct kms_account account;
    enum status status = workspace_open(&up->workspace, problem);

    if (status == STATUS_OK)
        status = resolve_socket(up);
    if (status == STATUS_OK)
        status = emulator_start(
            up->workspace, &up->emulator_options, &up->emulator, problem);
    if (status != STATUS_OK)
        return status;
    account = emulator_account(up->emulator);
    status =
        up->key != NULL
            ? kms_find_key(&account, up->key, &up->arn, problem)
            : kms_ensure_alias(&account, "alias/kmslab", &up->arn, problem);
    return status == STATUS_OK ? start_plugin(up, problem) : status;
}

static enum status
print_report(const struct up *up, struct buf *problem)
{
    struct up_report report = { .account = emulator_account(up->emulator),
        .admin = emulator_admin(up->emulator),
        .key_arn = buf_text(&up->arn),
        .plugin_endpoint = plugin_endpoint(up->plugin) };
    struct buf text = { 0 };
    enum status status = up->json ? up_report_json(&report, &text)
                                  : up_report_text(&report, &text);

    if (status == STATUS_OK)
        status = printing_put(&text, problem);
    buf_reset(&text);
    return status;
}

/* Until an interrupt, which is how this command is meant to end. */
static int
attend(const struct up *up)
{
    while (interrupt_sleep(LOOK_MS) == STATUS_OK) {
        if (!process_running(emulator_process(up->emulator))) {
            fputs("kmslab up: kms-emulator has ended by itself\n", stderr);
            return EXIT_FAILED;
        }
        if (!process_running(plugin_process(up->plugin))) {
            fputs("kmslab up: aws-kms-plugin has ended by itself\n", stderr);
            return EXIT_FAILED;
        }
    }
    return 0;
}

static int
run(struct up *up)
{
    struct buf problem = { 0 };
    int code = EXIT_FAILED;
    enum status status = interrupt_init();

    if (status == STATUS_OK)
        status = start_all(up, &problem);
    if (status == STATUS_OK)
        status = print_report(up, &problem);
    if (status == STATUS_OK)
        code = attend(up);
    else if (status == STATUS_CANCELLED)
        code = 0;
    else
        fprintf(stderr, "kmslab up: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    plugin_free(up->plugin);
    emulator_free(up->emulator);
    workspace_free(up->workspace);
    buf_reset(&up->socket_path);
    buf_reset(&up->arn);
    buf_reset(&problem);
    return code;
}

int
up_run(int argc, char **argv)
{
    struct up up = { 0 };
    const struct option_row rows[] = {
        { "key", &up.key, NULL },
        { "socket", &up.socket, NULL },
        { "data", &up.emulator_options.data, NULL },
        { "seed", &up.emulator_options.seed, NULL },
        { "listen", &up.emulator_options.listen, NULL },
        { "account", &up.emulator_options.account, NULL },
        { "region", &up.emulator_options.region, NULL },
        { "json", NULL, &up.json },
    };
    int rest, code;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), up_usage, &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("up", "takes options only");
    return run(&up);
}
