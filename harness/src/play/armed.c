/* SPDX-License-Identifier: Apache-2.0 */
#include "play/armed.h"

#include "base/json.h"
#include "proxy/proxy.h"

static bool
at_kms(const char *where)
{
    return strcmp(where, "kms") == 0;
}

static const char *
admin(const struct engine *engine)
{
    return stage_address(engine->stage, STAGE_EMULATOR);
}

/* The rules as GET /faults has them; empty where nobody can tell. */
static void
look(struct engine *engine, const char *where, struct buf *json)
{
    const struct span nothing = { NULL, 0 };

    if (!at_kms(where) && stage_proxy(engine->stage) != NULL)
        (void)!proxy_rules(stage_proxy(engine->stage), json);
    if (at_kms(where) && stage_running(engine->stage, STAGE_EMULATOR) &&
        !stage_paused(engine->stage, STAGE_EMULATOR) &&
        stage_ask(admin(engine), "GET", "/faults", nothing, json) != 200)
        buf_clear(json);
}

static enum status
arm(struct engine *engine, const char *where, struct span rule,
    struct buf *problem)
{
    enum { CREATED = 201 };

    if (at_kms(where))
        return stage_ask(admin(engine), "POST", "/faults", rule, problem) ==
                       CREATED
                   ? STATUS_OK
                   : STATUS_DENIED;
    if (stage_proxy(engine->stage) != NULL)
        return proxy_arm(stage_proxy(engine->stage), rule, problem);
    buf_say(problem, "a fault of the plugin wants proxy: true");
    return STATUS_DENIED;
}

/* How often a rule that says so fires at most. */
static int64_t
asked(struct span rule)
{
    struct json_doc *doc = NULL;
    int64_t times = -1;

    if (json_parse(rule, &doc, NULL) == STATUS_OK) {
        const struct json *when = json_member(json_root(doc), "when");

        if (json_member(when, "times") != NULL)
            times = json_get_int(json_member(when, "times"));
        else if (json_member(when, "first") != NULL)
            times = json_get_int(json_member(when, "first"));
    }
    json_doc_free(doc);
    return times;
}

enum status
armed_add(struct engine *engine, const char *where,
    const struct scenario_step *step, struct buf *problem)
{
    enum status st = arm(engine, where, buf_span(&step->body), problem);

    if (st != STATUS_OK)
        return st;
    buf_clear(problem);
    struct engine_fault *fault =
        engine_fault_begin(engine, at_kms(where) ? "kms" : "plugin",
            at_kms(where) ? "kms" : "plugin", buf_text(&step->target));
    if (fault == NULL)
        return STATUS_NO_MEMORY;
    fault->requested =
        step->fires >= 0 ? step->fires : asked(buf_span(&step->body));
    fault->by_rule = step->fires < 0 && fault->requested >= 0;
    return buf_append(&fault->rule, buf_span(&step->body));
}

static int64_t
observed(const struct json *counts)
{
    int64_t sum = 0;

    for (void *it = json_first(counts); it != NULL; it = json_next(counts, it))
        sum += json_get_int(json_iterator_value(it));
    return sum;
}

static void
take(struct engine *engine, const char *where, const struct json *rule)
{
    struct span name = json_get_string(json_member(rule, "name"));

    for (size_t i = 0; i < engine->fault_count; i++) {
        struct engine_fault *fault = &engine->faults[i];

        if (fault->to_ms >= 0 || strcmp(fault->where, where) != 0 ||
            !span_equal(buf_span(&fault->name), name))
            continue;
        fault->matched = json_get_int(json_member(rule, "matched"));
        fault->fired = json_get_int(json_member(rule, "fired"));
        fault->observed = observed(json_member(rule, "observed"));
        if (fault->by_rule)
            fault->requested = json_get_int(json_member(rule, "limit"));
        if (json_get_bool(json_member(rule, "expired")))
            fault->to_ms = engine_now(engine); /* its ttl healed it */
    }
}

static void
collect(struct engine *engine, const char *where)
{
    struct buf json = { 0 };
    struct json_doc *doc = NULL;

    look(engine, where, &json);
    if (json_parse(buf_span(&json), &doc, NULL) == STATUS_OK) {
        const struct json *rules = json_member(json_root(doc), "rules");

        for (size_t i = 0; i < json_count(rules); i++)
            take(engine, where, json_at(rules, i));
    }
    json_doc_free(doc);
    buf_reset(&json);
}

void
armed_collect(struct engine *engine)
{
    collect(engine, "kms");
    collect(engine, "plugin");
}

void
armed_heal(struct engine *engine, const char *where)
{
    const struct span nothing = { NULL, 0 };
    struct buf body = { 0 };

    collect(engine, where);
    if (!at_kms(where) && stage_proxy(engine->stage) != NULL)
        proxy_heal(stage_proxy(engine->stage));
    if (at_kms(where) && stage_running(engine->stage, STAGE_EMULATOR))
        (void)stage_ask(admin(engine), "DELETE", "/faults", nothing, &body);
    engine_fault_end(engine, where, where);
    buf_reset(&body);
}

static int64_t
count_in_force(const struct json *rules)
{
    int64_t count = 0;

    for (size_t i = 0; i < json_count(rules); i++)
        count += !json_get_bool(json_member(json_at(rules, i), "expired"));
    return count;
}

int64_t
armed_count(struct engine *engine, const char *where)
{
    struct buf json = { 0 };
    struct json_doc *doc = NULL;
    int64_t count = -1;

    look(engine, where, &json);
    if (json_parse(buf_span(&json), &doc, NULL) == STATUS_OK)
        count = count_in_force(json_member(json_root(doc), "rules"));
    json_doc_free(doc);
    buf_reset(&json);
    return count;
}
