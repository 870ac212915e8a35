/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for every scenario without being told. Each becomes an entry of
 * the journal, and a breach the scenario's cause.
 */
#ifndef PLAY_INVARIANT_H
#define PLAY_INVARIANT_H

#include "play/engine.h"

enum {
    /* What a process may have more than at its start. A first outage makes
     * gRPC core, libcurl and the allocator take memory that they keep; a leak
     * of a connection, a thread or a request each poll is above these. */
    INVARIANT_MEMORY = 64 * 1024 * 1024,
    INVARIANT_THREADS = 16,
    INVARIANT_DESCRIPTORS = 48,
};

/* Writes, reads and probes until all is well; `when` is "good before" or
 * "good after". */
MUST_USE enum status invariant_steady(struct engine *engine, const char *when);

/* Each Secret of the ledger is read and compared. */
MUST_USE enum status invariant_kept(struct engine *engine);

/* Faults fired as often as asked. */
void invariant_fired(struct engine *engine);

/* No rule stands, nothing is paused or ended. */
void invariant_disarmed(struct engine *engine);

/* No process ended by itself, none has grown. */
void invariant_processes(struct engine *engine);

/* The faults as the journal lists them. */
void invariant_list_faults(struct engine *engine);

#endif
