/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules in force, in their order. The first that matches and fires ends
 * the search; one whose `when` says no lets the next be tried. What is read is
 * taken whole or not at all. Thread-safe.
 *
 * The documents (JSON): a rule, a list of rules, or {"seed": N, "rules": […]}.
 */
#ifndef FAULT_RULE_TABLE_H
#define FAULT_RULE_TABLE_H

#include "base/clock.h"
#include "fault/rule.h"

enum { FAULT_RULES_MAX = 256 };

struct fault_table_options {
    const struct fault_meaning *meaning; /* static */
    void *context;                       /* of the meaning; borrowed */
    struct clock clock;                  /* monotonic */
    uint64_t seed;                       /* for rules without one */
    /* After rules went, or were paused: what waits in a fault may ask
     * fault_decision_is_withdrawn. No lock is held. May be NULL. */
    void (*withdrawn)(void *context);
};

struct fault_table;

MUST_USE enum status fault_table_new(
    const struct fault_table_options *options, struct fault_table **out);
/* No decision may be held. NULL is fine. */
void fault_table_free(struct fault_table *table);

/* Whether any rule may fire: one atomic read, so that no rules cost nothing.
 * May still be true for a rule whose time has just ended. */
bool fault_table_is_armed(const struct fault_table *table);

/* A rule that fired. Holds it: what is to be done stays valid after the rule
 * has gone, until fault_decision_reset. An empty one is { 0 }. */
struct fault_decision {
    struct fault_table *table; /* borrowed; NULL: nothing fired */
    struct fault_rule *rule;
    const void *action; /* as read_action made it */
    struct fault_draw draw;
};

/*
 * Tries the rules. `facts` go to the meaning's `matches`; `scope` is what the
 * draw is counted in. True with *decision when one fires.
 */
bool fault_table_decide(struct fault_table *table, const void *facts,
    struct span scope, struct fault_decision *decision);

const char *fault_decision_name(const struct fault_decision *decision);
bool fault_decision_is_quiet(const struct fault_decision *decision);
/* Its rule was removed or replaced, or its time is over, or rules are paused.
 */
bool fault_decision_is_withdrawn(const struct fault_decision *decision);
/* That rules are paused: it may go on later. */
bool fault_decision_is_paused(const struct fault_decision *decision);
/* What the client saw of it: a static text. */
void fault_decision_observe(
    const struct fault_decision *decision, const char *outcome);
void fault_decision_reset(struct fault_decision *decision);

/*
 * Reads a document and adds its rules at the end, or puts them in the place of
 * all. Rules without a name get that of their kind, with a number where it is
 * taken; the name of a rule whose time is over is free. Appends a JSON list of
 * their names to *names, which may be NULL. STATUS_INVALID (or STATUS_EXISTS
 * for a name that is taken, STATUS_FULL) with one line in *problem, and nothing
 * that is in force changed.
 */
MUST_USE enum status fault_table_add(struct fault_table *table,
    struct span document, struct buf *names, struct buf *problem);
MUST_USE enum status fault_table_set(struct fault_table *table,
    struct span document, struct buf *names, struct buf *problem);

/* One rule in the place of the one of that name, which keeps its place; its
 * counts begin anew. STATUS_NOT_FOUND where there is none. */
MUST_USE enum status fault_table_replace(struct fault_table *table,
    struct span name, struct span document, struct buf *problem);
MUST_USE enum status fault_table_remove(
    struct fault_table *table, struct span name);

/* Heals everything: no rules any more, not paused. */
void fault_table_clear(struct fault_table *table);

/* While paused nothing fires and nothing is counted. */
void fault_table_pause(struct fault_table *table, bool paused);

/* {"seed":…,"paused":…,"rules":[…]}; see fault_rule_write. */
void fault_table_write(struct fault_table *table, struct json_writer *w);

/* Calls with each rule in order, under the lock: for metrics. */
typedef void fault_visit_fn(void *context, const struct fault_rule *rule);
void fault_table_visit(
    struct fault_table *table, fault_visit_fn *visit, void *context);

#endif
