/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program running in the background: found, started, waited for until it
 * says on stdout that it is ready, as those of this project do, or until it
 * serves its socket. Its log is a file in the workspace, and its last line
 * explains a failure to start.
 */
#ifndef SERVICES_DAEMON_H
#define SERVICES_DAEMON_H

#include "process/environment.h"
#include "process/process.h"
#include "process/workspace.h"

struct daemon_options {
    const char *program;          /* e.g. "kms-emulator" */
    const char *path;             /* where it is; NULL: it is sought */
    const char *const *arguments; /* after the program; ends in NULL */
    char *const *environment;     /* NULL: our own */
    const struct own_file *files; /* that it sees so; NULL: none */
    const struct workspace *workspace;
    /* NULL: it prints a line. Else it need not say anything: it is ready when
     * this unix socket answers, and its stdout goes to its log. */
    const char *socket;
};

/*
 * On success *ready holds the line it printed, if it was to print one. On
 * failure one line for a person is appended to *problem. STATUS_NOT_FOUND: no
 * such program beside kmslab or in PATH; STATUS_UNAVAILABLE: it gave up;
 * STATUS_TIMEOUT.
 */
MUST_USE enum status daemon_start(const struct daemon_options *options,
    struct process **out, struct buf *ready, struct buf *problem);

/*
 * Runs a program that ends by itself, as one that is only to check its
 * arguments. STATUS_INVALID where it does not end with 0: what it says of the
 * reason is appended to *problem. Else as daemon_start.
 */
MUST_USE enum status daemon_ask(
    const struct daemon_options *options, struct buf *problem);

#endif
