/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a proxy: what their match and do mean here (fault/rule.h has
 * the rest), which of them strikes a call, a request among frames or a
 * connection, and what became of it. Thread-safe.
 */
#ifndef PROXY_RULES_H
#define PROXY_RULES_H

#include "proxy/effect.h"
#include "proxy/proxy.h"
#include "proxy/strike.h"

struct rules;

struct rules_options {
    enum proxy_layers layers;
    uint64_t seed;
    /* After rules went or were paused; what they hold is to go on. */
    void (*withdrawn)(void *context);
    void *context;
};

MUST_USE enum status rules_new(
    const struct rules_options *options, struct rules **out);
/* Once nothing that struck is held any more. NULL is fine. */
void rules_free(struct rules *rules);

/* Whether rules are right for these layers; nothing is armed. */
MUST_USE enum status rules_check(
    enum proxy_layers layers, struct span json, struct buf *problem);

/* To change and to read them; borrowed. */
struct fault_table *rules_table(struct rules *rules);

/* What is known of a call when it comes; borrowed. */
struct rules_call {
    enum effect_method method;
    struct span key_id, uid; /* of its request */
    struct span scope;       /* of its test; empty: none */
};

/* True: fills in *effect, which is empty. */
bool rules_strike_call(
    struct rules *rules, const struct rules_call *call, struct effect *effect);

/* The same for a request, or a connection, in the layer of frames. */
bool rules_strike_request(struct rules *rules, struct strike *strike);
bool rules_strike_connection(struct rules *rules, struct strike *strike);

/* What the client saw of a rule that struck. Operation and outcome are static
 * texts; the first may be "". */
void rules_observe(struct rules *rules, const struct fault_decision *decision,
    const char *operation, const char *outcome);

/* Appends {"events":[…],"dropped":n}. */
MUST_USE enum status rules_write_events(
    struct rules *rules, uint64_t after, struct buf *json);

#endif
