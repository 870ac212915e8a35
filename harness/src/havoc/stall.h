/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that is there and does nothing (SIGSTOP): its sockets still accept
 * connections, nobody answers. A process that is freed or stopped (process.h)
 * goes on before, so none stays behind.
 */
#ifndef HAVOC_STALL_H
#define HAVOC_STALL_H

#include "process/process.h"

/* Returns once no thread of it runs. STATUS_NOT_FOUND where it has ended,
 * STATUS_TIMEOUT where it does not stop; it then goes on. */
MUST_USE enum status stall_begin(struct process *process);

/* It goes on; harmless where it was not stopped. */
void stall_end(struct process *process);

/* All of its threads are stopped, as /proc says. */
bool stall_holds(pid_t pid);

#endif
