/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind: clusters of kind whose Secrets are encrypted. */
#ifndef KIND_COMMANDS_KIND_COMMAND_H
#define KIND_COMMANDS_KIND_COMMAND_H

#include "base/buf.h"
#include "commands.h"

extern const char kind_command_usage[];
command_run_fn kind_command_run;

/* Its own sub-commands. argv[0] is "kind up" and the like. */
command_run_fn kind_up_run, kind_down_run, kind_config_run, kind_list_run,
    kind_logs_run, kind_metrics_run;
extern const char kind_up_usage[], kind_down_usage[], kind_config_usage[],
    kind_list_usage[], kind_logs_usage[], kind_metrics_usage[];

/*
 * The cluster's name before the options: taken out of the arguments, which then
 * begin with a copy of argv[0]. NULL where an option comes first, or nothing.
 */
const char *kind_command_name(int *argc, char ***argv);

/* The exit code for a failure, with "kmslab COMMAND: PROBLEM" on stderr.
 * STATUS_CANCELLED is 128 + the signal, as a shell has it. */
int kind_command_fail(
    const char *command, enum status status, const struct buf *problem);

#endif
