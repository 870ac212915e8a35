/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/rule.h"

#include "base/json_copy.h"
#include "fault/scopes.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const members[] = { "name", "match", "when", "do", "ttl",
    "seed", "quiet" };

/* The names of what a rule does; "fire" where it is one thing. */
struct names {
    struct span list[FAULT_ACTIONS_MAX];
};

void
fault_rule_hold(struct fault_rule *rule)
{
    atomic_fetch_add(&rule->references, 1);
}

void
fault_rule_drop(struct fault_rule *rule)
{
    if (rule == NULL || atomic_fetch_sub(&rule->references, 1) != 1)
        return;
    for (size_t i = 0; i < rule->action_count; i++)
        rule->meaning->free_action(rule->actions[i]);
    if (rule->match != NULL)
        rule->meaning->free_match(rule->match);
    fault_scopes_free(rule);
    buf_reset(&rule->text);
    free(rule);
}

/* It stands in paths, where "." and ".." mean something else. */
static bool
is_name(struct span name)
{
    if (span_equal_text(name, ".") || span_equal_text(name, ".."))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (!good)
            return false;
    }
    return true;
}

static enum status
read_name(const struct fault_place *place, const struct json *json,
    struct fault_rule *rule)
{
    struct span name = { NULL, 0 };
    enum status st =
        fault_read_text(place, json, "name", FAULT_NAME_MAX, &name);
    if (st == STATUS_OK && !is_name(name))
        st =
            fault_refuse(place, "name: only letters, digits, '-', '_' and '.', "
                                "and not dots alone");
    if (st == STATUS_OK)
        span_to_text(name, rule->name);
    return st;
}

static enum status
read_action(struct fault_rule *rule, void *context,
    const struct fault_place *place, const struct json *json, struct span name,
    struct names *names)
{
    if (rule->action_count == FAULT_ACTIONS_MAX)
        return fault_refuse(
            place, "do: more than %d things to do", FAULT_ACTIONS_MAX);
    if (span_equal_text(name, "pass"))
        return fault_refuse(place, "do: pass is what stands for doing nothing");
    enum status st = rule->meaning->read_action(
        context, place, json, rule->match, &rule->actions[rule->action_count]);
    if (st == STATUS_OK)
        names->list[rule->action_count++] = name;
    return st;
}

/* One thing to do has a kind; several have names, each with a kind. */
static enum status
read_actions(struct fault_rule *rule, void *context,
    const struct fault_place *place, const struct json *json,
    struct names *names)
{
    if (json_kind(json) != JSON_KIND_OBJECT || json_count(json) == 0)
        return fault_refuse(place, "do: must say what to do: {\"kind\": …}");
    if (json_member(json, "kind") != NULL)
        return read_action(
            rule, context, place, json, SPAN_LITERAL("fire"), names);
    enum status st = STATUS_OK;
    for (void *it = json_first(json); it != NULL && st == STATUS_OK;
         it = json_next(json, it))
        st = read_action(rule, context, place, json_iterator_value(it),
            json_iterator_key(it), names);
    return st;
}

static enum status
read_rest(const struct fault_place *place, const struct json *json,
    struct fault_rule *rule)
{
    int64_t seed = -1;
    enum status st = fault_read_duration(place, json, "ttl", &rule->ttl_ms);
    if (st == STATUS_OK && rule->ttl_ms == 0)
        st = fault_refuse(place, "ttl: it must be longer than nothing");
    if (st == STATUS_OK)
        st = fault_read_int(place, json, "seed", 0, INT64_MAX, &seed);
    if (st == STATUS_OK)
        st = fault_read_bool(place, json, "quiet", &rule->quiet);
    if (st != STATUS_OK)
        return st;
    rule->has_seed = seed >= 0;
    rule->seed = (uint64_t)seed;
    return json_copy_text(json, &rule->text);
}

static enum status
read_parts(struct fault_rule *rule, void *context,
    const struct fault_place *place, const struct json *json)
{
    struct names names;
    struct buf where = { 0 };
    enum status st = buf_printf(&where, "%s: when", place->where);
    const struct fault_place when = { buf_text(&where), place->problem };
    if (st == STATUS_OK)
        st = rule->meaning->read_match(
            context, place, json_member(json, "match"), &rule->match);
    if (st == STATUS_OK)
        st =
            read_actions(rule, context, place, json_member(json, "do"), &names);
    if (st == STATUS_OK)
        st = fault_schedule_read(&when, json_member(json, "when"), names.list,
            rule->action_count, &rule->schedule);
    if (st == STATUS_OK)
        st = read_rest(place, json, rule);
    buf_reset(&where);
    return st;
}

enum status
fault_rule_read(const struct fault_meaning *meaning, void *context,
    const char *where, const struct json *json, struct buf *problem,
    struct fault_rule **out)
{
    char place_text[FAULT_NAME_MAX + 8];
    struct fault_place place = { where, problem };
    struct fault_rule *rule = calloc(1, sizeof(*rule));
    if (rule == NULL)
        return STATUS_NO_MEMORY;
    rule->meaning = meaning;
    rule->ttl_ms = -1;
    atomic_init(&rule->references, 1);
    enum status st = fault_fields(&place, json, members, ARRAY_LEN(members));
    if (st == STATUS_OK)
        st = read_name(&place, json, rule);
    if (st == STATUS_OK && rule->name[0] != '\0') {
        (void)snprintf(place_text, sizeof(place_text), "rule %s", rule->name);
        place.where = place_text;
    }
    if (st == STATUS_OK)
        st = read_parts(rule, context, &place, json);
    if (st != STATUS_OK) {
        fault_rule_drop(rule);
        return st;
    }
    *out = rule;
    return STATUS_OK;
}

bool
fault_rule_is_over(const struct fault_rule *rule, int64_t now_ms)
{
    return rule->ttl_ms >= 0 && now_ms - rule->armed_ms >= rule->ttl_ms;
}

int
fault_rule_try(struct fault_rule *rule, uint64_t seed, struct span scope,
    int64_t now_ms, struct fault_draw *draw)
{
    struct fault_moment moment = {
        .nth = ++rule->matched,
        .fired = rule->fired,
        .age_ms = now_ms - rule->armed_ms,
        .draw = fault_draw_of(rule->has_seed ? rule->seed : seed,
            span_text(rule->name), scope, fault_scopes_next(rule, scope)),
    };
    int action = fault_schedule_decide(&rule->schedule, &moment);
    if (action == FAULT_SEQUENCE_PASS)
        return action;
    rule->fired++;
    *draw = moment.draw;
    return action;
}

void
fault_rule_observe(struct fault_rule *rule, const char *outcome)
{
    for (size_t i = 0; i < FAULT_OUTCOMES_MAX; i++) {
        if (rule->observed[i].name == NULL)
            rule->observed[i].name = outcome;
        if (strcmp(rule->observed[i].name, outcome) == 0) {
            rule->observed[i].count++;
            return;
        }
    }
}

void
fault_rule_write(
    const struct fault_rule *rule, int64_t now_ms, struct json_writer *w)
{
    int64_t limit = fault_schedule_limit(&rule->schedule);
    json_write_object_begin(w);
    json_write_key_text(w, "name", rule->name);
    json_write_key(w, "rule");
    json_write_raw(w, buf_span(&rule->text));
    json_write_key_int(w, "matched", (int64_t)rule->matched);
    json_write_key_int(w, "fired", (int64_t)rule->fired);
    json_write_key(w, "limit");
    if (limit >= 0)
        json_write_int(w, limit);
    else
        json_write_null(w);
    json_write_key(w, "observed");
    json_write_object_begin(w);
    for (size_t i = 0; i < FAULT_OUTCOMES_MAX; i++)
        if (rule->observed[i].name != NULL)
            json_write_key_int(
                w, rule->observed[i].name, (int64_t)rule->observed[i].count);
    json_write_object_end(w);
    json_write_key_bool(w, "expired", fault_rule_is_over(rule, now_ms));
    json_write_object_end(w);
}
