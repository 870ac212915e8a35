/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/action.h"

#include "base/num.h"
#include "faults/action_kinds.h"

#include <stdlib.h>

enum { NS_PER_MS = 1000000, KIND_NAME_MAX = 64 };

static void *
place_of(struct action *action, const struct action_parameter *parameter)
{
    return (char *)action + parameter->offset;
}

static enum status
read_text(const struct fault_place *place, const struct json *json,
    const struct action_parameter *parameter, struct buf *out)
{
    struct span text = { NULL, 0 };
    enum status st = fault_read_text(
        place, json, parameter->name, (size_t)parameter->max, &text);
    return st == STATUS_OK && text.len > 0 ? buf_set(out, text) : st;
}

static enum status
read_choice(const struct fault_place *place, const struct json *json,
    const struct action_parameter *parameter, int64_t *out)
{
    struct span text = { NULL, 0 };
    enum status st =
        fault_read_text(place, json, parameter->name, KIND_NAME_MAX, &text);
    if (st != STATUS_OK || text.len == 0)
        return st;
    for (int64_t i = 0; parameter->choices[i] != NULL; i++) {
        if (span_equal_text(text, parameter->choices[i])) {
            *out = i;
            return STATUS_OK;
        }
    }
    return fault_refuse(place, "%s: not one that there is: \"%.*s\"",
        parameter->name, SPAN_ARG(text));
}

static enum status
read_offset(const struct fault_place *place, const struct json *json,
    const struct action_parameter *parameter, int64_t *out)
{
    int64_t ns;
    struct span text = json_get_string(json_member(json, parameter->name));
    if (text.len == 0 || num_parse_duration_ns(text, &ns) != STATUS_OK)
        return fault_refuse(
            place, "%s: not a duration such as \"-10m\"", parameter->name);
    *out = ns / NS_PER_MS;
    return STATUS_OK;
}

static enum status
read_parameter(const struct fault_place *place, const struct json *json,
    const struct action_parameter *parameter, struct action *action)
{
    const char *name = parameter->name;
    void *out = place_of(action, parameter);
    if (parameter->required && json_member(json, name) == NULL)
        return fault_refuse(
            place, "%s: must be given (%s)", name, parameter->about);
    switch (parameter->type) {
    case ACTION_TYPE_TEXT:
        return read_text(place, json, parameter, out);
    case ACTION_TYPE_INT:
        return fault_read_int(place, json, name, (int64_t)parameter->min,
            (int64_t)parameter->max, out);
    case ACTION_TYPE_NUMBER:
        return fault_read_number(
            place, json, name, parameter->min, parameter->max, out);
    case ACTION_TYPE_DURATION:
        return fault_read_duration(place, json, name, out);
    case ACTION_TYPE_OFFSET:
        return read_offset(place, json, parameter, out);
    case ACTION_TYPE_CHOICE:
        return read_choice(place, json, parameter, out);
    }
    return STATUS_INTERNAL;
}

static enum status
read_parameters(const struct fault_place *place, const struct json *json,
    const struct action_row *row, struct action *action)
{
    const char *names[ACTION_PARAMETERS_MAX + 1] = { "kind" };
    size_t count = 0;
    while (
        count < ACTION_PARAMETERS_MAX && row->parameters[count].name != NULL) {
        names[count + 1] = row->parameters[count].name;
        count++;
    }
    enum status st = fault_fields(place, json, names, count + 1);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = read_parameter(place, json, &row->parameters[i], action);
    return st;
}

static enum status
find_kind(const struct fault_place *place, const struct json *json,
    enum action_kind *out)
{
    struct span kind = { NULL, 0 };
    enum status st = fault_read_text(place, json, "kind", KIND_NAME_MAX, &kind);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < ACTION_KINDS; i++) {
        if (span_equal_text(kind, action_rows[i].kind)) {
            *out = (enum action_kind)i;
            return STATUS_OK;
        }
    }
    return fault_refuse(place,
        "kind: there is none called \"%.*s\"; see "
        "GET /faults/kinds",
        SPAN_ARG(kind));
}

static const struct action empty = {
    .retry_after_ms = -1,
    .fixed_ms = -1,
    .min_ms = -1,
    .max_ms = -1,
    .median_ms = -1,
    .from_ms = -1,
    .to_ms = -1,
    .over_ms = -1,
    .sigma = 0.5,
    .bytes = -1,
    .bits = 1,
    .every_ms = 10,
};

static enum status
read_action(const struct fault_place *place, const struct json *json,
    const struct match *match, struct action *action)
{
    enum status st = STATUS_OK;
    if (json_kind(json) != JSON_KIND_OBJECT)
        return fault_refuse(place, "not an object with a kind");
    st = find_kind(place, json, &action->kind);
    if (st == STATUS_OK)
        st = read_parameters(place, json, &action_rows[action->kind], action);
    return st == STATUS_OK ? action_check(place, action, match) : st;
}

enum status
action_read(const struct fault_place *place, const struct json *json,
    const struct match *match, struct action **out)
{
    struct action *action = malloc(sizeof(*action));
    struct buf where = { 0 };
    if (action == NULL)
        return STATUS_NO_MEMORY;
    *action = empty;
    enum status st = buf_printf(&where, "%s: do", place->where);
    const struct fault_place inner = { buf_text(&where), place->problem };
    if (st == STATUS_OK)
        st = read_action(&inner, json, match, action);
    buf_reset(&where);
    if (st != STATUS_OK) {
        action_free(action);
        return st;
    }
    *out = action;
    return STATUS_OK;
}

void
action_free(struct action *action)
{
    if (action == NULL)
        return;
    buf_reset(&action->code);
    buf_reset(&action->message);
    buf_reset(&action->body);
    buf_reset(&action->type);
    buf_reset(&action->key);
    quota_free(action->quota);
    free(action);
}

const char *
action_kind_text(const struct action *action)
{
    return action_rows[action->kind].kind;
}

enum match_stage
action_stage(const struct action *action)
{
    static const enum match_stage resets[] = {
        [ACTION_RESET_BODY] = MATCH_REQUEST,
        [ACTION_RESET_ACCEPT] = MATCH_ACCEPT,
        [ACTION_RESET_TLS] = MATCH_TLS,
        [ACTION_RESET_HEADERS] = MATCH_HEADERS,
        [ACTION_RESET_ANSWER] = MATCH_REQUEST,
    };
    return action->kind == ACTION_RESET ? resets[action->at]
                                        : action_rows[action->kind].asked;
}
