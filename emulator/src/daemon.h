/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All parts of a running emulator, put together from its options and taken
 * apart in the opposite order. Used by one thread.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include "ports.h"

struct daemon;

/*
 * Serves when it returns STATUS_OK. On failure *problem is one line for a
 * person: what failed, on what, and what to do.
 */
MUST_USE enum status daemon_start(
    const struct options *options, struct buf *problem, struct daemon **out);

/* As ports_url. */
MUST_USE enum status daemon_url(
    const struct daemon *daemon, enum port_name name, struct buf *out);

/* Lets nobody in any more, finishes what is under way (for five seconds at
 * most), closes the store, frees. Takes NULL. */
void daemon_stop(struct daemon *daemon);

#endif
