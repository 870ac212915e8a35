/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One rule: what it matches, when it fires, what it does, and how often it
 * did. What `match` and `do` mean is their owner's business: it gives a table
 * of functions. Counted references; used under its table's lock unless a
 * function says otherwise.
 */
#ifndef FAULT_RULE_H
#define FAULT_RULE_H

#include "base/json_writer.h"
#include "fault/schedule.h"

#include <stdatomic.h>

enum {
    FAULT_NAME_MAX = 64,     /* bytes of a rule's name */
    FAULT_ACTIONS_MAX = 8,   /* things that one rule may do */
    FAULT_OUTCOMES_MAX = 16, /* things that a client may see */
    FAULT_SCOPES_MAX = 4096, /* of one rule; more share one ordinal */
};

/* What a kind of rules means to its owner. `context` is the table's. */
struct fault_meaning {
    /* Reads `match`, NULL where there is none, into an object of the owner's.
     */
    enum status (*read_match)(void *context, const struct fault_place *place,
        const struct json *match, void **out);
    void (*free_match)(void *match);
    /* Reads one thing to do ({"kind": …}); may refuse what does not go with
     * the match. */
    enum status (*read_action)(void *context, const struct fault_place *place,
        const struct json *action, const void *match, void **out);
    void (*free_action)(void *action);
    /* The kind as it is written; static. */
    const char *(*kind_of)(const void *action);
    /* Whether what is going on is meant. `actions` are the rule's, so that
     * the owner may look at their stage. */
    bool (*matches)(const void *match, const void *const *actions,
        size_t action_count, const void *facts);
};

struct fault_scope;

struct fault_rule {
    atomic_uint references;
    _Atomic bool withdrawn; /* removed, replaced, or its time is over */
    const struct fault_meaning *meaning;
    char name[FAULT_NAME_MAX + 1];
    struct buf text; /* JSON, as it was given */
    struct fault_schedule schedule;
    void *match;
    void *actions[FAULT_ACTIONS_MAX];
    size_t action_count;
    bool quiet; /* answers do not carry its name */
    uint64_t seed;
    bool has_seed;
    int64_t armed_ms;
    int64_t ttl_ms; /* -1: for ever */
    uint64_t matched, fired;
    struct {
        const char *name; /* static */
        uint64_t count;
    } observed[FAULT_OUTCOMES_MAX];
    struct fault_scope *scopes;
    uint64_t crowd_ordinal; /* of the scopes beyond FAULT_SCOPES_MAX */
};

/* `where` names the rule for a person until its own name is known. An unnamed
 * rule has name[0] == '\0'. One reference. */
MUST_USE enum status fault_rule_read(const struct fault_meaning *meaning,
    void *context, const char *where, const struct json *json,
    struct buf *problem, struct fault_rule **out);

/* Any thread. The last one frees. */
void fault_rule_hold(struct fault_rule *rule);
void fault_rule_drop(struct fault_rule *rule);

bool fault_rule_is_over(const struct fault_rule *rule, int64_t now_ms);

/*
 * A match: counts it, and tells what to do, or FAULT_SEQUENCE_PASS. *draw is
 * that of this match. `seed` is for a rule without one of its own.
 */
int fault_rule_try(struct fault_rule *rule, uint64_t seed, struct span scope,
    int64_t now_ms, struct fault_draw *draw);

/* `outcome` is static. */
void fault_rule_observe(struct fault_rule *rule, const char *outcome);

/* Writes name, rule, counts and whether its time is over as an object. */
void fault_rule_write(
    const struct fault_rule *rule, int64_t now_ms, struct json_writer *w);

#endif
