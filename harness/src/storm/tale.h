/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a storm was, for its journal (kmslab-journal/1): faults with their
 * counts, health, events, invariants. Times are the machine's milliseconds
 * since the storm began. Used by one thread.
 */
#ifndef STORM_TALE_H
#define STORM_TALE_H

#include "storm/load.h"

enum {
    TALE_EVENTS_MAX = 16384,
    TALE_STATES_MAX = 16384,
    TALE_INVARIANTS_MAX = 8,
};

struct tale_fault {
    const struct plan_fault *fault; /* borrowed */
    int64_t from_ms, to_ms;         /* negative: not armed, or not healed */
    struct rig_counts counts;
};

struct tale_event {
    int64_t at_ms;
    const char *lane, *level; /* literals */
    struct buf text;
};

struct tale_state {
    int64_t at_ms;
    const char *probe; /* literal */
    bool ok;
    struct buf detail;
};

struct tale_invariant {
    const char *name; /* literal */
    bool passed;
    struct buf detail;
};

struct tale {
    const struct plan *plan;   /* borrowed */
    struct tale_fault *faults; /* as many as the plan has */
    struct tale_event *events;
    size_t event_count;
    struct tale_state *states;
    size_t state_count;
    struct tale_invariant invariants[TALE_INVARIANTS_MAX];
    size_t invariant_count;
    int64_t storm_end_ms, end_ms, recover_ms;
    bool interrupted;
};

MUST_USE enum status tale_init(struct tale *tale, const struct plan *plan);
void tale_reset(struct tale *tale);

/* Events and states are forgotten: the storm begins now. */
void tale_forget(struct tale *tale);

/* Beyond their most they are not kept. */
void tale_event(struct tale *tale, int64_t at_ms, const char *lane,
    const char *level, const char *format, ...) PRINTF_LIKE(5, 6);

/* Kept where it is another than before. */
void tale_state(struct tale *tale, int64_t at_ms, const char *probe, bool ok,
    struct span detail);

void tale_invariant(struct tale *tale, const char *name, bool passed,
    const char *format, ...) PRINTF_LIKE(4, 5);

/* The first invariant that does not hold; NULL: all do. */
const struct tale_invariant *tale_broken(const struct tale *tale);

struct tale_about {
    const char *command; /* that repeats it */
    int64_t started_ms;  /* wall time */
    const char *cause;   /* an error's, or NULL */
};

/* Appends the journal. */
MUST_USE enum status tale_write(const struct tale *tale, struct load *load,
    const struct tale_about *about, struct buf *out);

#endif
