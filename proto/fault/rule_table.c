/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/rule_table.h"

#include "fault/rule_list.h"

#include <pthread.h>
#include <stdlib.h>

struct fault_table {
    struct fault_table_options options;
    pthread_mutex_t lock;
    _Atomic bool armed;
    _Atomic bool paused;
    uint64_t seed;
    struct fault_rule_list rules;
};

static int64_t
now_ms(const struct fault_table *table)
{
    return clock_ms(&table->options.clock);
}

enum status
fault_table_new(
    const struct fault_table_options *options, struct fault_table **out)
{
    struct fault_table *table = calloc(1, sizeof(*table));
    if (table == NULL || pthread_mutex_init(&table->lock, NULL) != 0) {
        free(table);
        return STATUS_NO_MEMORY;
    }
    table->options = *options;
    table->seed = options->seed;
    *out = table;
    return STATUS_OK;
}

void
fault_table_free(struct fault_table *table)
{
    if (table == NULL)
        return;
    fault_rule_list_reset(&table->rules);
    (void)pthread_mutex_destroy(&table->lock);
    free(table);
}

bool
fault_table_is_armed(const struct fault_table *table)
{
    return atomic_load_explicit(&table->armed, memory_order_relaxed);
}

/* The table is locked. Rules whose time is over stay to be looked at. */
static void
settle(struct fault_table *table, int64_t now)
{
    bool armed = false;
    for (size_t i = 0; i < table->rules.count; i++) {
        struct fault_rule *rule = table->rules.items[i];
        if (fault_rule_is_over(rule, now))
            rule->withdrawn = true;
        else
            armed = true;
    }
    table->armed = armed && !table->paused;
}

static bool
try_rule(struct fault_table *table, struct fault_rule *rule, const void *facts,
    struct span scope, int64_t now, struct fault_decision *decision)
{
    const void *const *actions = (const void *const *)rule->actions;
    if (fault_rule_is_over(rule, now) ||
        !table->options.meaning->matches(
            rule->match, actions, rule->action_count, facts))
        return false;
    int action = fault_rule_try(rule, table->seed, scope, now, &decision->draw);
    if (action == FAULT_SEQUENCE_PASS)
        return false;
    fault_rule_hold(rule);
    decision->table = table;
    decision->rule = rule;
    decision->action = rule->actions[action];
    return true;
}

bool
fault_table_decide(struct fault_table *table, const void *facts,
    struct span scope, struct fault_decision *decision)
{
    bool fired = false;
    int64_t now = now_ms(table);
    if (!fault_table_is_armed(table))
        return false;
    (void)pthread_mutex_lock(&table->lock);
    settle(table, now);
    for (size_t i = 0; table->armed && i < table->rules.count && !fired; i++)
        fired =
            try_rule(table, table->rules.items[i], facts, scope, now, decision);
    (void)pthread_mutex_unlock(&table->lock);
    return fired;
}

const char *
fault_decision_name(const struct fault_decision *decision)
{
    return decision->rule->name;
}

bool
fault_decision_is_quiet(const struct fault_decision *decision)
{
    return decision->rule->quiet;
}

bool
fault_decision_is_withdrawn(const struct fault_decision *decision)
{
    return decision->table->paused || decision->rule->withdrawn ||
           fault_rule_is_over(decision->rule, now_ms(decision->table));
}

bool
fault_decision_is_paused(const struct fault_decision *decision)
{
    return decision->table->paused;
}

void
fault_decision_observe(
    const struct fault_decision *decision, const char *outcome)
{
    (void)pthread_mutex_lock(&decision->table->lock);
    fault_rule_observe(decision->rule, outcome);
    (void)pthread_mutex_unlock(&decision->table->lock);
}

void
fault_decision_reset(struct fault_decision *decision)
{
    fault_rule_drop(decision->rule);
    *decision = (struct fault_decision){ .table = NULL };
}

static void
tell_withdrawn(struct fault_table *table)
{
    if (table->options.withdrawn != NULL)
        table->options.withdrawn(table->options.context);
}

static enum status
read_document(struct fault_table *table, struct span document,
    struct fault_rule_list *read, int64_t *seed, struct buf *problem)
{
    return fault_rule_list_read(table->options.meaning, table->options.context,
        document, read, seed, problem);
}

/* The table is locked; takes what was read. Nothing can fail any more. */
static void
arm(struct fault_table *table, struct fault_rule_list *read, int64_t seed)
{
    int64_t now = now_ms(table);
    for (size_t i = 0; i < read->count; i++)
        read->items[i]->armed_ms = now;
    if (seed >= 0)
        table->seed = (uint64_t)seed;
    fault_rule_list_move(&table->rules, read);
    settle(table, now);
}

/* A rule whose time is over gives its name to one that comes, and its room
 * where there is no other. */
static void
drop_over(struct fault_table *table, const struct fault_rule_list *read)
{
    size_t at;
    int64_t now = now_ms(table);
    for (size_t i = 0; i < read->count; i++)
        if (read->items[i]->name[0] != '\0' &&
            fault_rule_list_find(
                &table->rules, span_text(read->items[i]->name), &at) &&
            fault_rule_is_over(table->rules.items[at], now))
            fault_rule_list_remove(&table->rules, at);
    for (at = 0; at < table->rules.count &&
                 table->rules.count + read->count > FAULT_RULES_MAX;)
        if (fault_rule_is_over(table->rules.items[at], now))
            fault_rule_list_remove(&table->rules, at);
        else
            at++;
}

static enum status
take(struct fault_table *table, struct span document, bool instead,
    struct buf *names, struct buf *problem)
{
    static const struct fault_rule_list none = { .count = 0 };
    struct fault_rule_list read = { .count = 0 };
    int64_t seed = -1;
    enum status st = read_document(table, document, &read, &seed, problem);
    if (st != STATUS_OK)
        return st;
    (void)pthread_mutex_lock(&table->lock);
    drop_over(table, &read);
    st = fault_rule_list_name(
        &read, instead ? &none : &table->rules, names, problem);
    if (st == STATUS_OK) {
        if (instead)
            fault_rule_list_reset(&table->rules);
        arm(table, &read, seed);
    }
    (void)pthread_mutex_unlock(&table->lock);
    fault_rule_list_reset(&read);
    if (instead && st == STATUS_OK)
        tell_withdrawn(table);
    return st;
}

enum status
fault_table_add(struct fault_table *table, struct span document,
    struct buf *names, struct buf *problem)
{
    return take(table, document, false, names, problem);
}

enum status
fault_table_set(struct fault_table *table, struct span document,
    struct buf *names, struct buf *problem)
{
    return take(table, document, true, names, problem);
}

/* The table is locked; takes the one rule that was read. */
static enum status
exchange(struct fault_table *table, struct span name,
    struct fault_rule_list *read, struct buf *problem)
{
    size_t at;
    struct fault_rule *fresh = read->items[0];
    if (!fault_rule_list_find(&table->rules, name, &at))
        return STATUS_NOT_FOUND;
    if (fresh->name[0] == '\0')
        span_to_text(name, fresh->name);
    if (!span_equal_text(name, fresh->name)) {
        buf_say(problem, "rule %s: its name is not %.*s", fresh->name,
            SPAN_ARG(name));
        return STATUS_INVALID;
    }
    fresh->armed_ms = now_ms(table);
    table->rules.items[at]->withdrawn = true;
    read->items[0] = table->rules.items[at];
    table->rules.items[at] = fresh;
    settle(table, now_ms(table));
    return STATUS_OK;
}

enum status
fault_table_replace(struct fault_table *table, struct span name,
    struct span document, struct buf *problem)
{
    struct fault_rule_list read = { .count = 0 };
    int64_t seed = -1;
    enum status st = read_document(table, document, &read, &seed, problem);
    if (st == STATUS_OK && read.count != 1) {
        buf_say(problem, "one rule is replaced by one rule");
        st = STATUS_INVALID;
    }
    if (st == STATUS_OK) {
        (void)pthread_mutex_lock(&table->lock);
        st = exchange(table, name, &read, problem);
        (void)pthread_mutex_unlock(&table->lock);
    }
    fault_rule_list_reset(&read);
    if (st == STATUS_OK)
        tell_withdrawn(table);
    return st;
}

enum status
fault_table_remove(struct fault_table *table, struct span name)
{
    size_t at;
    (void)pthread_mutex_lock(&table->lock);
    bool found = fault_rule_list_find(&table->rules, name, &at);
    if (found) {
        fault_rule_list_remove(&table->rules, at);
        settle(table, now_ms(table));
    }
    (void)pthread_mutex_unlock(&table->lock);
    if (!found)
        return STATUS_NOT_FOUND;
    tell_withdrawn(table);
    return STATUS_OK;
}

void
fault_table_clear(struct fault_table *table)
{
    (void)pthread_mutex_lock(&table->lock);
    fault_rule_list_reset(&table->rules);
    table->paused = false;
    table->armed = false;
    (void)pthread_mutex_unlock(&table->lock);
    tell_withdrawn(table);
}

void
fault_table_pause(struct fault_table *table, bool paused)
{
    (void)pthread_mutex_lock(&table->lock);
    table->paused = paused;
    settle(table, now_ms(table));
    (void)pthread_mutex_unlock(&table->lock);
    if (paused)
        tell_withdrawn(table);
}

void
fault_table_write(struct fault_table *table, struct json_writer *w)
{
    (void)pthread_mutex_lock(&table->lock);
    int64_t now = now_ms(table);
    settle(table, now);
    json_write_object_begin(w);
    json_write_key_int(w, "seed", (int64_t)table->seed);
    json_write_key_bool(w, "paused", table->paused);
    json_write_key(w, "rules");
    json_write_array_begin(w);
    for (size_t i = 0; i < table->rules.count; i++)
        fault_rule_write(table->rules.items[i], now, w);
    json_write_array_end(w);
    json_write_object_end(w);
    (void)pthread_mutex_unlock(&table->lock);
}

void
fault_table_visit(
    struct fault_table *table, fault_visit_fn *visit, void *context)
{
    (void)pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < table->rules.count; i++)
        visit(context, table->rules.items[i]);
    (void)pthread_mutex_unlock(&table->lock);
}
