/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a rule fires: its `when`. All that is said must hold. Plain value; the
 * counting is the caller's.
 *
 *   first N         the first N matches
 *   every N         each Nth match
 *   after N         all matches after the first N
 *   from, until     between two times since the rule was armed
 *   probability P   by a roll of the draw
 *   times N         until it has fired N times
 *   sequence "..."  by terms (fault/sequence.h)
 */
#ifndef FAULT_SCHEDULE_H
#define FAULT_SCHEDULE_H

#include "fault/draw.h"
#include "fault/sequence.h"

struct fault_schedule {
    int64_t first, every, after, times; /* 0: not said; after: -1 */
    int64_t from_ms, until_ms;          /* -1: not said */
    double probability;                 /* 1: not said */
    struct fault_sequence sequence;
};

/* What one match comes to be judged by. */
struct fault_moment {
    uint64_t nth;   /* match of this rule, from 1 */
    uint64_t fired; /* times so far */
    int64_t age_ms; /* since the rule was armed */
    struct fault_draw draw;
};

/* `when` may be NULL: always. The names are what a sequence may name; with
 * more than one, there must be a sequence. */
MUST_USE enum status fault_schedule_read(const struct fault_place *place,
    const struct json *when, const struct span *names, size_t name_count,
    struct fault_schedule *out);

/* Which of the names is done, or FAULT_SEQUENCE_PASS. */
int fault_schedule_decide(
    const struct fault_schedule *schedule, const struct fault_moment *moment);

/* How often it fires at most, however much matches, whatever chance and time
 * say; -1: there is no end to it. */
int64_t fault_schedule_limit(const struct fault_schedule *schedule);

#endif
