/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/rules.h"

#include "base/clock.h"
#include "fault/rule_list.h"
#include "proxy/events.h"
#include "proxy/meaning.h"

#include <pthread.h>
#include <stdlib.h>

struct rules {
    struct rules_options options; /* first: the meaning looks at it */
    struct fault_table *table;
    pthread_mutex_t lock; /* of the events */
    struct events *events;
};

static void
on_withdrawn(void *context)
{
    struct rules *rules = context;

    rules->options.withdrawn(rules->options.context);
}

enum status
rules_new(const struct rules_options *options, struct rules **out)
{
    struct rules *rules = calloc(1, sizeof(*rules));
    const struct fault_table_options table = { .meaning = &meaning_of_proxy,
        .context = rules,
        .clock = clock_monotonic(),
        .seed = options->seed,
        .withdrawn = on_withdrawn };
    enum status status;

    if (rules == NULL)
        return STATUS_NO_MEMORY;
    rules->options = *options;
    (void)pthread_mutex_init(&rules->lock, NULL);
    status = events_new(&rules->events);
    if (status == STATUS_OK)
        status = fault_table_new(&table, &rules->table);
    if (status == STATUS_OK)
        *out = rules;
    else
        rules_free(rules);
    return status;
}

void
rules_free(struct rules *rules)
{
    if (rules == NULL)
        return;
    fault_table_free(rules->table);
    events_free(rules->events);
    (void)pthread_mutex_destroy(&rules->lock);
    free(rules);
}

enum status
rules_check(enum proxy_layers layers, struct span json, struct buf *problem)
{
    struct rules context = { .options = { .layers = layers } };
    struct fault_rule_list list = { .count = 0 };
    int64_t seed = 0;
    enum status status = fault_rule_list_read(
        &meaning_of_proxy, &context, json, &list, &seed, problem);

    fault_rule_list_reset(&list);
    return status;
}

struct fault_table *
rules_table(struct rules *rules)
{
    return rules->table;
}

/* ---- strikes --------------------------------------------------------------
 */

/* Who waits without an end waits no longer than its rule lives: nobody would
 * tell it. */
static int64_t
bound_wait(int64_t wait_ms, const struct fault_rule *rule)
{
    struct clock clock = clock_monotonic();
    int64_t left_ms;

    if (rule->ttl_ms < 0)
        return wait_ms;
    left_ms = rule->armed_ms + rule->ttl_ms - clock_ms(&clock);
    left_ms = left_ms < 1 ? 1 : left_ms;
    return wait_ms < left_ms ? wait_ms : left_ms;
}

/* What draws depend on where the test names no scope: method and key. */
static enum status
scope_of(const struct rules_call *call, struct buf *out)
{
    if (call->scope.len > 0)
        return buf_append(out, call->scope);
    return buf_printf(out, "%s/%s/%.*s", effect_method_api(call->method),
        effect_method_name(call->method), SPAN_ARG(call->key_id));
}

bool
rules_strike_call(
    struct rules *rules, const struct rules_call *call, struct effect *effect)
{
    const struct meaning_facts facts = { KIND_CALL, call };
    struct fault_decision decision = { .table = NULL };
    struct buf scope = { 0 };
    enum status status;

    if (!fault_table_is_armed(rules->table))
        return false;
    status = scope_of(call, &scope);
    if (status == STATUS_OK &&
        !fault_table_decide(rules->table, &facts, buf_span(&scope), &decision))
        status = STATUS_NOT_FOUND;
    buf_reset(&scope);
    if (status == STATUS_OK)
        status = kind_effect(decision.action, &decision.draw, effect);
    if (status != STATUS_OK) {
        fault_decision_reset(&decision);
        return false;
    }
    effect->wait_ms = bound_wait(effect->wait_ms, decision.rule);
    effect->decision = decision;
    return true;
}

static bool
strike_frames(struct rules *rules, enum kind_stage stage, struct strike *strike)
{
    const struct meaning_facts facts = { stage, NULL };
    const struct span scope = stage == KIND_FRAMES ? SPAN_LITERAL("request")
                                                   : SPAN_LITERAL("connection");
    struct fault_decision decision = { .table = NULL };

    if (!fault_table_decide(rules->table, &facts, scope, &decision))
        return false;
    if (kind_strike(decision.action, &decision.draw, strike) != STATUS_OK) {
        fault_decision_reset(&decision);
        return false;
    }
    strike->wait_ms = bound_wait(strike->wait_ms, decision.rule);
    strike->decision = decision;
    return true;
}

bool
rules_strike_request(struct rules *rules, struct strike *strike)
{
    return strike_frames(rules, KIND_FRAMES, strike);
}

bool
rules_strike_connection(struct rules *rules, struct strike *strike)
{
    return strike_frames(rules, KIND_CONNECTION, strike);
}

/* ---- account --------------------------------------------------------------
 */

void
rules_observe(struct rules *rules, const struct fault_decision *decision,
    const char *operation, const char *outcome)
{
    fault_decision_observe(decision, outcome);
    (void)pthread_mutex_lock(&rules->lock);
    events_add(rules->events, fault_decision_name(decision),
        meaning_of_proxy.kind_of(decision->action), operation, outcome);
    (void)pthread_mutex_unlock(&rules->lock);
}

enum status
rules_write_events(struct rules *rules, uint64_t after, struct buf *json)
{
    struct json_writer w = json_writer_to(json);

    (void)pthread_mutex_lock(&rules->lock);
    events_write(rules->events, after, &w);
    (void)pthread_mutex_unlock(&rules->lock);
    return json_writer_end(&w);
}
