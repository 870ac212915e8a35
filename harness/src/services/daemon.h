/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of this project running in the background: found, started, waited
 * for until it says on stdout that it is ready. Its log is a file in the
 * workspace, and its last line explains a failure to start.
 */
#ifndef SERVICES_DAEMON_H
#define SERVICES_DAEMON_H

#include "process/environment.h"
#include "process/process.h"
#include "process/workspace.h"

struct daemon_options {
    const char *program;          /* e.g. "kms-emulator" */
    const char *const *arguments; /* after the program; ends in NULL */
    char *const *environment;     /* NULL: our own */
    const struct workspace *workspace;
};

/*
 * On success *ready holds the line it printed. On failure one line for a
 * person is appended to *problem. STATUS_NOT_FOUND: no such program beside
 * kmslab or in PATH; STATUS_UNAVAILABLE: it gave up; STATUS_TIMEOUT.
 */
MUST_USE enum status daemon_start(const struct daemon_options *options,
    struct process **out, struct buf *ready, struct buf *problem);

#endif
