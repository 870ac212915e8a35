/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a program serves a unix socket yet. */
#ifndef PROCESS_UNIX_SOCKET_H
#define PROCESS_UNIX_SOCKET_H

#include "process/process.h"

/* Somebody accepts connections on the socket at `path`. */
bool unix_socket_answers(const char *path);

/*
 * Waits until somebody does. STATUS_NOT_FOUND when `process` has ended first,
 * STATUS_TIMEOUT after timeout_ms, STATUS_CANCELLED on an interrupt.
 */
MUST_USE enum status unix_socket_await(
    const char *path, struct process *process, int64_t timeout_ms);

#endif
