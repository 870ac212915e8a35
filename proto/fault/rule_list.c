/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/rule_list.h"

#include <stdio.h>

void
fault_rule_list_remove(struct fault_rule_list *list, size_t at)
{
    list->items[at]->withdrawn = true;
    fault_rule_drop(list->items[at]);
    list->count--;
    memmove(&list->items[at], &list->items[at + 1],
        (list->count - at) * sizeof(list->items[0]));
}

void
fault_rule_list_reset(struct fault_rule_list *list)
{
    while (list->count > 0)
        fault_rule_list_remove(list, list->count - 1);
}

void
fault_rule_list_move(struct fault_rule_list *to, struct fault_rule_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        to->items[to->count++] = from->items[i];
    from->count = 0;
}

bool
fault_rule_list_find(
    const struct fault_rule_list *list, struct span name, size_t *at)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_equal_text(name, list->items[i]->name)) {
            *at = i;
            return true;
        }
    return false;
}

static enum status
read_rule(const struct fault_meaning *meaning, void *context,
    const struct json *json, struct fault_rule_list *list, struct buf *problem)
{
    char where[32];
    if (list->count == FAULT_RULES_MAX) {
        buf_say(problem, "more than %d rules", FAULT_RULES_MAX);
        return STATUS_FULL;
    }
    (void)snprintf(where, sizeof(where), "rule %zu", list->count + 1);
    enum status st = fault_rule_read(
        meaning, context, where, json, problem, &list->items[list->count]);
    if (st == STATUS_OK)
        list->count++;
    return st;
}

static enum status
read_rules(const struct fault_meaning *meaning, void *context,
    const struct json *array, struct fault_rule_list *list, struct buf *problem)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < json_count(array) && st == STATUS_OK; i++)
        st = read_rule(meaning, context, json_at(array, i), list, problem);
    return st;
}

static enum status
read_root(const struct fault_meaning *meaning, void *context,
    const struct json *root, struct fault_rule_list *list, int64_t *seed,
    struct buf *problem)
{
    static const char *const members[] = { "seed", "rules" };
    const struct fault_place place = { "rules", problem };
    if (json_kind(root) == JSON_KIND_ARRAY)
        return read_rules(meaning, context, root, list, problem);
    if (json_member(root, "rules") == NULL)
        return read_rule(meaning, context, root, list, problem);
    if (json_kind(json_member(root, "rules")) != JSON_KIND_ARRAY)
        return fault_refuse(&place, "not a list");
    enum status st = fault_fields(&place, root, members, ARRAY_LEN(members));
    if (st == STATUS_OK)
        st = fault_read_int(&place, root, "seed", 0, INT64_MAX, seed);
    return st == STATUS_OK ? read_rules(meaning, context,
                                 json_member(root, "rules"), list, problem)
                           : st;
}

enum status
fault_rule_list_read(const struct fault_meaning *meaning, void *context,
    struct span document, struct fault_rule_list *out, int64_t *seed,
    struct buf *problem)
{
    struct json_doc *doc = NULL;
    int64_t read_seed = *seed;
    int line = 0;
    enum status st = json_parse_strict(document, &doc, &line);
    if (st != STATUS_OK) {
        buf_say(problem, "line %d: %s", line,
            st == STATUS_EXISTS ? "a member stands there twice"
                                : "not a JSON text");
        return st == STATUS_NO_MEMORY ? st : STATUS_INVALID;
    }
    st = read_root(meaning, context, json_root(doc), out, &read_seed, problem);
    json_doc_free(doc);
    if (st != STATUS_OK)
        fault_rule_list_reset(out);
    else
        *seed = read_seed;
    return st;
}

static bool
is_taken(const struct fault_rule_list *list, const struct fault_rule_list *more,
    struct span name)
{
    size_t at;
    return fault_rule_list_find(list, name, &at) ||
           fault_rule_list_find(more, name, &at);
}

/* "latency", "latency-2", …: one of them is free. */
static void
name_by_kind(struct fault_rule_list *list, const struct fault_rule_list *taken,
    struct fault_rule *rule)
{
    char name[FAULT_NAME_MAX + 1];
    const char *kind = rule->meaning->kind_of(rule->actions[0]);
    for (size_t n = 1; n <= 2 * FAULT_RULES_MAX + 1; n++) {
        if (n == 1)
            (void)snprintf(name, sizeof(name), "%s", kind);
        else
            (void)snprintf(name, sizeof(name), "%.50s-%zu", kind, n);
        if (!is_taken(list, taken, span_text(name)))
            break;
    }
    (void)snprintf(rule->name, sizeof(rule->name), "%s", name);
}

static enum status
write_names(const struct fault_rule_list *list, struct buf *names)
{
    struct json_writer w = json_writer_to(names);
    json_write_array_begin(&w);
    for (size_t i = 0; i < list->count; i++)
        json_write_text(&w, list->items[i]->name);
    json_write_array_end(&w);
    return json_writer_end(&w);
}

/* The name of a rule that stands in `taken`, or before it in its own list. */
static const char *
find_twice(
    const struct fault_rule_list *list, const struct fault_rule_list *taken)
{
    size_t at;
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->items[i]->name;
        if (name[0] != '\0' &&
            (fault_rule_list_find(taken, span_text(name), &at) ||
                (fault_rule_list_find(list, span_text(name), &at) && at < i)))
            return name;
    }
    return NULL;
}

enum status
fault_rule_list_name(struct fault_rule_list *list,
    const struct fault_rule_list *taken, struct buf *names, struct buf *problem)
{
    if (list->count + taken->count > FAULT_RULES_MAX) {
        buf_say(problem, "more than %d rules", FAULT_RULES_MAX);
        return STATUS_FULL;
    }
    const char *twice = find_twice(list, taken);
    if (twice != NULL) {
        buf_say(problem, "rule %s: the name is taken", twice);
        return STATUS_EXISTS;
    }
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->name[0] == '\0')
            name_by_kind(list, taken, list->items[i]);
    return names == NULL ? STATUS_OK : write_names(list, names);
}
