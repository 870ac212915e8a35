/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a command of the operator's, bounded in time and output. */
#ifndef CREDENTIALS_PROGRAM_H
#define CREDENTIALS_PROGRAM_H

#include "base/buf.h"

/*
 * Runs `sh -c command` with the caller's environment, as the SDKs do, with
 * nothing to read, in a process group of its own. *out gets what it printed,
 * at most `limit` bytes. Where it lasts longer than timeout_ms, prints more,
 * or stop_fd (-1: none) becomes readable, its whole group is killed.
 * *problem gets words to go behind its name. STATUS_UNAVAILABLE: it failed.
 */
MUST_USE enum status program_run(const char *command, size_t limit,
    int64_t timeout_ms, int stop_fd, struct buf *out, struct buf *problem);

#endif
