/* SPDX-License-Identifier: Apache-2.0 */
#include "kind_commands/kind_command.h"

#include "kind_commands/encrypt_command.h"
#include "options.h"
#include "process/interrupt.h"

#include <stdio.h>
#include <string.h>

const char kind_command_usage[] =
    "usage: kmslab kind COMMAND [NAME] [OPTION...]\n"
    "\n"
    "Clusters of kind (Kubernetes in containers) whose Secrets are encrypted\n"
    "through aws-kms-plugin and kms-emulator, without a cloud account.\n"
    "\n"
    "  up        makes a cluster, and proves from etcd that it encrypts\n"
    "  down      removes all that up made, after a killed run too\n"
    "  config    prints the files for those who run kind themselves\n"
    "  encrypt   encrypts a cluster that is there already; decrypt: and back\n"
    "  list      the clusters that kmslab knows\n"
    "  logs      what the emulator, a plugin or an apiserver wrote\n"
    "  metrics   their metrics\n"
    "  help      explains one of them: kmslab kind help up\n"
    "\n"
    "Needs kind and a container engine (docker, or another that KMSLAB_ENGINE\n"
    "names). docs/KIND.md explains the files.\n";

static command_run_fn run_help;

static const struct command commands[] = {
    { "up", kind_up_run, "kind up", kind_up_usage },
    { "down", kind_down_run, "kind down", kind_down_usage },
    { "config", kind_config_run, "kind config", kind_config_usage },
    { "encrypt", encrypt_command_run, "kind encrypt", encrypt_command_usage },
    { "decrypt", decrypt_command_run, "kind decrypt", decrypt_command_usage },
    { "list", kind_list_run, "kind list", kind_list_usage },
    { "logs", kind_logs_run, "kind logs", kind_logs_usage },
    { "metrics", kind_metrics_run, "kind metrics", kind_metrics_usage },
    { "help", run_help, "kind help", kind_command_usage },
};

static const struct command *
find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int
refuse(const char *name)
{
    char message[160];

    snprintf(message, sizeof(message), "there is no command '%s'", name);
    return options_refuse("kind", message);
}

static int
run_help(int argc, char **argv)
{
    const struct command *command = argc > 1 ? find(argv[1]) : NULL;

    if (argc > 1 && command == NULL)
        return refuse(argv[1]);
    fputs(command == NULL ? kind_command_usage : command->usage, stdout);
    return 0;
}

const char *
kind_command_name(int *argc, char ***argv)
{
    char **arguments = *argv;
    const char *name;

    if (*argc < 2 || arguments[1][0] == '-')
        return NULL;
    name = arguments[1];
    arguments[1] = arguments[0];
    *argv = arguments + 1;
    (*argc)--;
    return name;
}

int
kind_command_fail(
    const char *command, enum status status, const struct buf *problem)
{
    int signal = interrupt_pending();

    fprintf(stderr, "kmslab %s: %s%s%s\n", command,
        status == STATUS_CANCELLED ? "interrupted" : "",
        status == STATUS_CANCELLED && problem->len > 0 ? ", " : "",
        problem->len > 0             ? buf_text(problem)
        : status == STATUS_CANCELLED ? ""
                                     : status_text(status));
    return status == STATUS_CANCELLED && signal != 0 ? 128 + signal
                                                     : EXIT_FAILED;
}

int
kind_command_run(int argc, char **argv)
{
    const struct command *command;
    char name[32];

    if (argc < 2) {
        fputs(kind_command_usage, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return run_help(1, argv);
    command = find(argv[1]);
    if (command == NULL)
        return refuse(argv[1]);
    snprintf(name, sizeof(name), "%s", command->help);
    argv[1] = name;
    return command->run(argc - 1, argv + 1);
}
