/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C and polite ends (SIGINT, SIGTERM, SIGHUP, SIGQUIT) as something to
 * wait for: the signals are blocked and arrive on a descriptor, so whoever
 * waits can give up and let its callers tear everything down in order. Threads
 * made after interrupt_init inherit the blocking; any thread may ask.
 */
#ifndef PROCESS_INTERRUPT_H
#define PROCESS_INTERRUPT_H

#include "base/span.h"
#include "base/status.h"

/* Call before any thread is made. Signals that are ignored stay so. */
MUST_USE enum status interrupt_init(void);

/* Readable once a signal came; -1 before interrupt_init (poll skips it). */
int interrupt_fd(void);

struct interrupt {
    int signal;         /* e.g. SIGINT */
    bool from_terminal; /* its whole foreground group got it too */
};

/* Takes the next signal that came, if any, without waiting. */
bool interrupt_take(struct interrupt *out);

/* The first signal taken by interrupt_pending, which keeps it: 0 if none. */
int interrupt_pending(void);

/* Waits; STATUS_CANCELLED as soon as an interrupt is pending, else OK. */
MUST_USE enum status interrupt_sleep(int64_t ms);

#endif
