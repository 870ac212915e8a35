/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/plan.h"

#include "base/json_copy.h"
#include "fault/fields.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY_MS = PLAN_SECONDS_MAX * 1000 };

static enum status
read_place(const struct fault_place *place, const struct json *object,
    struct plan_fault *fault)
{
    struct span text = { NULL, 0 };
    enum status st =
        fault_read_text(place, object, "where", PLAN_NAME_MAX, &text);
    if (st != STATUS_OK)
        return st;
    for (int i = 0; plan_places[i] != NULL; i++) {
        if (span_equal_text(text, plan_places[i])) {
            fault->place = (enum plan_place)i;
            return STATUS_OK;
        }
    }
    return fault_refuse(place, "where: none of kms, plugin, process");
}

static enum status
read_harm(const struct fault_place *place, struct plan_fault *fault)
{
    static const char *const harms[] = { "kill-plugin", "pause-plugin",
        "pause-emulator" };
    struct span name = span_text(fault->name);
    for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
        if (span_ends_with(name, span_text(harms[i]))) {
            fault->harm = (enum plan_harm)i;
            return STATUS_OK;
        }
    }
    return fault_refuse(place,
        "name: ends in none of kill-plugin, pause-plugin, pause-emulator");
}

/* The rule bears the fault's name: by it its counts are found. */
static enum status
read_rule(const struct fault_place *place, const struct json *object,
    struct plan_fault *fault)
{
    const struct json *rule = json_member(object, "rule");
    if (json_kind(rule) != JSON_KIND_OBJECT)
        return fault_refuse(place, "rule: missing");
    if (!span_equal_text(
            json_get_string(json_member(rule, "name")), fault->name))
        return fault_refuse(place, "rule: name: not the fault's");
    return json_copy_text(rule, &fault->rule);
}

static enum status
read_fault(const struct fault_place *place, const struct json *object,
    struct plan_fault *fault)
{
    static const char *const names[] = { "name", "where", "at_ms", "for_ms",
        "rule" };
    struct span name = { NULL, 0 };
    fault->at_ms = fault->for_ms = -1;
    enum status st = fault_fields(place, object, names, ARRAY_LEN(names));
    if (st == STATUS_OK)
        st = fault_read_text(place, object, "name", PLAN_NAME_MAX, &name);
    if (st == STATUS_OK)
        st = read_place(place, object, fault);
    if (st == STATUS_OK)
        st = fault_read_int(place, object, "at_ms", 0, DAY_MS, &fault->at_ms);
    if (st == STATUS_OK)
        st = fault_read_int(place, object, "for_ms", 1, DAY_MS, &fault->for_ms);
    if (st != STATUS_OK)
        return st;
    if (name.len == 0 || strlen((const char *)name.ptr) != name.len ||
        fault->at_ms < 0 || fault->for_ms < 0)
        return fault_refuse(place, "name, at_ms and for_ms are needed");
    span_to_text(name, fault->name);
    return fault->place == PLAN_PROCESS ? read_harm(place, fault)
                                        : read_rule(place, object, fault);
}

static enum status
read_faults(
    const struct json *list, struct plan *plan, const struct fault_place *top)
{
    size_t count = json_count(list);
    char where[32];
    const struct fault_place place = { where, top->problem };
    enum status st = STATUS_OK;
    if (json_kind(list) != JSON_KIND_ARRAY || count > PLAN_FAULTS_MAX)
        return fault_refuse(top, "faults: not a list of them");
    plan->faults = calloc(count + 1, sizeof(*plan->faults));
    if (plan->faults == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        struct plan_fault *fault = &plan->faults[plan->count++];
        snprintf(where, sizeof(where), "faults[%zu]", i);
        st = read_fault(&place, json_at(list, i), fault);
        if (st == STATUS_OK && i > 0 && fault->at_ms < fault[-1].at_ms)
            st = fault_refuse(&place, "at_ms: before the one above it");
    }
    return st;
}

static enum status
read_plan(const struct json *root, struct plan *plan, struct buf *problem)
{
    static const char *const names[] = { "format", "seed", "seconds",
        "faults" };
    const struct fault_place place = { "plan", problem };
    enum status st = fault_fields(&place, root, names, ARRAY_LEN(names));
    if (st == STATUS_OK &&
        !span_equal(json_get_string(json_member(root, "format")),
            SPAN_LITERAL("kmslab-storm/1")))
        st = fault_refuse(&place, "format: not kmslab-storm/1");
    if (st == STATUS_OK)
        st = fault_read_int(&place, root, "seed", 0, INT64_MAX, &plan->seed);
    if (st == STATUS_OK)
        st = fault_read_int(
            &place, root, "seconds", 1, PLAN_SECONDS_MAX, &plan->seconds);
    if (st == STATUS_OK && plan->seconds == 0)
        st = fault_refuse(&place, "seconds: missing");
    if (st == STATUS_OK)
        st = read_faults(json_member(root, "faults"), plan, &place);
    return st;
}

enum status
plan_read(struct span text, struct plan *out, struct buf *problem)
{
    struct plan made = { 0 };
    struct json_doc *doc = NULL;
    enum status st = json_parse_told(text, &doc, problem);
    if (st != STATUS_OK)
        return st == STATUS_NO_MEMORY ? st : STATUS_INVALID;
    st = read_plan(json_root(doc), &made, problem);
    json_doc_free(doc);
    if (st == STATUS_OK)
        *out = made;
    else
        plan_reset(&made);
    return st;
}
