/* SPDX-License-Identifier: Apache-2.0 */
/* The load that is there all the time: writes, and reads that are verified. */
#ifndef PLAY_LOAD_H
#define PLAY_LOAD_H

#include "play/engine.h"

/* Writes all its Secrets once. */
MUST_USE enum status load_begin(struct engine *engine);

/* One write, one read and, each eighth time, one list. */
MUST_USE enum status load_act(struct engine *engine);

/* Counts a call in the present phase. */
void load_count(struct engine *engine, enum engine_operation operation,
    unsigned code, int64_t took_ms);

/* Failures of the present phase: "write", "read", "list" and "errors" (all);
 * "requests" are all calls. -1: no such word. */
int64_t load_look(const struct engine *engine, const char *what);

/* Writes the lists of phases and load into the journal. */
void load_report(struct engine *engine);

#endif
