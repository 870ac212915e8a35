/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/exec.h"

#include "commands.h"
#include "options.h"
#include "process/interrupt.h"
#include "services/aws_variables.h"
#include "services/emulator.h"

#include <errno.h>
#include <stdio.h>

enum {
    EXIT_CANNOT_RUN = 126, /* as shells have them */
    EXIT_NO_COMMAND = 127,
    EXIT_SIGNAL = 128,
};

const char exec_usage[] =
    "usage: kmslab exec [OPTION...] [--] COMMAND [ARGUMENT...]\n"
    "\n"
    "Runs COMMAND with a kms-emulator of its own, which starts empty on a free\n"
    "port and ends with the command.\n"
    "\n"
    "  --account N     12 digits: the account that the command works as\n"
    "                  (000000000000)\n"
    "  --region R      its Region (us-east-1)\n"
    "  --seed FILE     keys to be there from the start\n"
    "\n"
    "COMMAND sees AWS_ENDPOINT_URL (also _KMS and _STS), AWS_ACCESS_KEY_ID,\n"
    "AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_DEFAULT_REGION and\n"
    "AWS_EC2_METADATA_DISABLED. SDKs from before 2023 do not read\n"
    "AWS_ENDPOINT_URL: give them KMSLAB_ENDPOINT as the endpoint. KMSLAB_ADMIN\n"
    "is where kmslab fault finds the emulator.\n"
    "\n"
    "The exit code is the command's own, 128 + N when signal N ended it, 127\n"
    "when there is no such command, 126 when it cannot be run, and 1 when the\n"
    "emulator cannot be started. Signals to kmslab are passed on.\n";

static enum status
start_command(
    char **command, const struct emulator *emulator, struct process **process)
{
    struct kms_account account = emulator_account(emulator);
    struct environment environment = { 0 };
    enum status status = environment_inherit(&environment);

    errno = ENOMEM; /* all that can fail before exec is memory */
    if (status == STATUS_OK)
        status = aws_variables_set(&account, &environment);
    if (status == STATUS_OK)
        status = environment_set(
            &environment, "KMSLAB_ADMIN", emulator_admin(emulator));
    if (status == STATUS_OK) {
        struct process_options options = { .argv = (const char *const *)command,
            .environment = environment.entries };

        status = process_start(&options, process);
    }
    environment_reset(&environment);
    return status;
}

static int
run_command(char **command, const struct emulator *emulator)
{
    struct process *process = NULL;
    int code = EXIT_FAILED;
    enum status status = start_command(command, emulator, &process);

    if (status != STATUS_OK) {
        fprintf(stderr, "kmslab exec: %s: %s\n", command[0], strerror(errno));
        return status == STATUS_NOT_FOUND ? EXIT_NO_COMMAND : EXIT_CANNOT_RUN;
    }
    if (process_attend(process, &code) != STATUS_OK)
        code = EXIT_FAILED;
    process_free(process);
    return code;
}

static int
run_beside_emulator(const struct emulator_options *options, char **command)
{
    struct workspace *workspace = NULL;
    struct emulator *emulator = NULL;
    struct buf problem = { 0 };
    int code = EXIT_FAILED;
    enum status status = interrupt_init();

    if (status == STATUS_OK)
        status = workspace_open(&workspace, &problem);
    if (status == STATUS_OK)
        status = emulator_start(workspace, options, &emulator, &problem);
    if (status == STATUS_OK)
        code = run_command(command, emulator);
    else if (status == STATUS_CANCELLED)
        code = EXIT_SIGNAL + interrupt_pending();
    else
        fprintf(stderr, "kmslab exec: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    emulator_free(emulator);
    workspace_free(workspace);
    buf_reset(&problem);
    return code;
}

int
exec_run(int argc, char **argv)
{
    struct emulator_options emulator = { 0 };
    const struct option_row rows[] = {
        { "account", &emulator.account, NULL },
        { "region", &emulator.region, NULL },
        { "seed", &emulator.seed, NULL },
    };
    int rest, code;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), exec_usage, &rest, &code))
        return code;
    if (rest == argc)
        return options_refuse("exec", "there is no COMMAND to run");
    return run_beside_emulator(&emulator, argv + rest);
}
