/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fault that fired, from the decision until it is known what the client
 * saw of it. It goes with the answer (service_answer.mark), with a plan for
 * raw bytes, or with a connection, and is given back exactly once. Those that
 * are under way stand in a list, so that a heal finds them.
 *
 * A request that waits stands in the list with the time at which it goes on;
 * one thread ends such waits, to the millisecond, so that a wait holds up
 * nobody else. It also looks for rules that are withdrawn.
 */
#ifndef FAULTS_MARK_H
#define FAULTS_MARK_H

#include "fault/rule_table.h"
#include "faults/action.h"
#include "faults/events.h"

struct marks;

struct mark {
    struct mark *prev, *next;           /* of all */
    struct mark *wait_prev, *wait_next; /* of those that wait, by time */
    struct marks *marks;
    uint64_t id; /* from 1; the number of a rule in net/faults.h */
    struct fault_decision decision;
    const struct action *action; /* of the decision */
    uint64_t event;
    const char *outcome; /* static; NULL: it is not known yet */
    _Atomic bool stuck;  /* net/ holds it until it is healed */
    unsigned status;     /* HTTP's, of its answer */
    /* Of a request that waits; all else is constant once it is listed. */
    struct service_pause *pause;
    const struct service_request *request;
    int64_t due_ms;
    _Atomic bool healed;
    /* What the effects need. */
    const char *operation; /* static */
    char account[13], region[33];
    char retry_after[24];  /* milliseconds; empty: not said */
    char date[40];         /* of a clock that is wrong; empty: the right one */
    struct buf error_type; /* for the answer's header */
};

struct marks_options {
    struct events *events; /* borrowed */
    /* Ends what net/ does for a mark; false: to be tried again. Called with a
     * lock held. */
    bool (*heal)(void *context, uint64_t id);
    /* Called ten times a second while it returns true, and whenever it is
     * looked for rules that are withdrawn. */
    bool (*tick)(void *context);
    void *context;
};

MUST_USE enum status marks_new(
    const struct marks_options *options, struct marks **out);
/* Lets all go on that wait; later ones do not wait. Ends the thread. */
void marks_stop(struct marks *marks);
/* None may be under way. Takes NULL. */
void marks_free(struct marks *marks);

/* Takes the decision. NULL without memory: then nothing is to happen, and the
 * decision is given back. `facts` are those it was made on. */
struct mark *mark_new(struct marks *marks, struct fault_decision *decision,
    const struct match_facts *facts, struct span request_id);
/* Says what came of it, where nobody said so before. `outcome` is static. */
void mark_observe(struct mark *mark, const char *outcome);
/* Gives it back, with an outcome where there is none yet. */
void mark_end(struct mark *mark, const char *outcome);

/* The pause ends after so many milliseconds, or when the rule is withdrawn.
 * The request may be gone when this returns, the mark with it. */
void mark_wait(struct mark *mark, struct service_pause *pause,
    const struct service_request *request, int64_t wait_ms);

/* Whether a request waits; and that nobody waits for it any more. */
bool marks_is_waiting(
    struct marks *marks, const struct service_request *request);
void marks_left(struct marks *marks, const struct service_request *request);

/* The mark with this number; NULL where there is none. Only for those that its
 * caller will give back. */
struct mark *marks_find(struct marks *marks, uint64_t id);

/* Rules may be withdrawn: looks at all. Any thread, returns at once. */
void marks_look(struct marks *marks);

#endif
