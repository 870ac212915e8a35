/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "base/version.h"
#include "check/check_config.h"
#include "demo/demo.h"
#include "e2e/e2e.h"
#include "exec/exec.h"
#include "fault/fault_command.h"
#include "inspect/inspect.h"
#include "kind_commands/kind_command.h"
#include "metadata/metadata.h"
#include "proxy/proxy_command.h"
#include "report/report.h"
#include "soak/soak.h"
#include "suite/list_command.h"
#include "suite/replay_command.h"
#include "suite/run_command.h"
#include "up/up.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static command_run_fn run_help;
static command_run_fn run_version;

static const struct command commands[] = {
    { "demo", demo_run, "shows the whole flow on real processes", demo_usage },
    { "up", up_run, "starts an emulator and a plugin, until stopped",
        up_usage },
    { "exec", exec_run, "runs a command beside an emulator of its own",
        exec_usage },
    { "fault", fault_command_run,
        "arms, lists and heals faults of a running emulator",
        fault_command_usage },
    { "inspect", inspect_run, "says what a value in etcd is", inspect_usage },
    { "check-config", check_config_run,
        "says what kube-apiserver makes of an EncryptionConfiguration",
        check_config_usage },
    { "metadata", metadata_run, "serves credentials as EC2, EKS and SSO do",
        metadata_usage },
    { "proxy", proxy_command_run,
        "stands between kube-apiserver and its plugin", proxy_command_usage },
    { "e2e", e2e_run, "the flow on a real kube-apiserver and etcd", e2e_usage },
    { "run", run_command, "runs scenarios of outages and faults",
        run_command_usage },
    { "list", list_command, "names the scenarios", list_command_usage },
    { "replay", replay_command, "runs a journal's scenario again and compares",
        replay_command_usage },
    { "report", report_run, "writes reports of a run: JUnit, TAP, HTML",
        report_usage },
    { "kind", kind_command_run, "kind clusters whose Secrets are encrypted",
        kind_command_usage },
    { "soak", soak_run, "a plugin under load while KMS misbehaves",
        soak_usage },
    { "version", run_version, "prints the version", "usage: kmslab version\n" },
    { "help", run_help, "explains a command",
        "usage: kmslab help [COMMAND]\n" },
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void
print_overview(FILE *to)
{
    fputs("usage: kmslab COMMAND [OPTION...]\n\n", to);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(to, "  %-14s %s\n", commands[i].name, commands[i].help);
    fputs("\nkmslab help COMMAND says more. Exit codes: 0 done, 1 failed,"
          " 2 wrong usage,\n77 skipped: something needed is not here.\n",
        to);
}

static const struct command *
find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    fprintf(
        stderr, "kmslab: there is no command '%s'\nTry: kmslab help\n", name);
    return NULL;
}

static int
run_help(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        print_overview(stdout);
        return 0;
    }
    command = find_command(argv[1]);
    if (command == NULL)
        return EXIT_USAGE;
    fputs(command->usage, stdout);
    return 0;
}

static int
run_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("kmslab %s\n", project_version);
    return 0;
}

int
commands_main(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return run_help(1, argv);
    if (strcmp(argv[1], "--version") == 0)
        return run_version(1, argv);
    command = find_command(argv[1]);
    return command == NULL ? EXIT_USAGE : command->run(argc - 1, argv + 1);
}
