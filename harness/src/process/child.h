/* SPDX-License-Identifier: Apache-2.0 */
/* fork and exec, for process.c: what happens in the child before its program
 * runs. */
#ifndef PROCESS_CHILD_H
#define PROCESS_CHILD_H

#include "process/process.h"

/*
 * `output_fd` becomes a daemon's stdout. Returns when the program runs, or
 * with the status of process_start when it could not be run (errno is then
 * that of exec, and nothing is left to reap).
 */
MUST_USE enum status child_start(
    const struct process_options *options, int output_fd, pid_t *pid);

#endif
