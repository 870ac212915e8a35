/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/read_step.h"

#include "base/num.h"
#include "scenario/bound.h"
#include "scenario/expect_kind.h"
#include "scenario/read_asks.h"
#include "scenario/yaml_json.h"

enum status
read_step_runs(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    static const struct {
        const char *name;
        enum scenario_runs runs;
    } places[] = { { "model", SCENARIO_MODEL },
        { "apiserver", SCENARIO_APISERVER }, { "kind", SCENARIO_KIND } };

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (!span_equal_text(buf_span(&node->text), places[i].name))
            continue;
        *(enum scenario_runs *)to = places[i].runs;
        return STATUS_OK;
    }
    return field_refuse(
        context, node->line, "this is model, apiserver or kind");
}

static enum status
add_expectation(const struct field_context *context,
    const struct expect_kind *kind, struct span subject,
    const struct yaml_node *node, struct expectations *to)
{
    struct span want = buf_span(&node->text);
    struct bound bound;

    if (node->kind == YAML_KIND_LIST || node->kind == YAML_KIND_MAP)
        return field_refuse(
            context, node->line, "%s wants a value", kind->name);
    if (!expect_kind_is_of(kind, subject))
        return field_refuse(context, node->line,
            "%s is of one of %s, not '%.*s'", kind->name, kind->subjects,
            SPAN_ARG(subject));
    if (kind->form == EXPECT_WORD && !expect_kind_takes(kind, want))
        return field_refuse(
            context, node->line, "%s is one of %s", kind->name, kind->words);
    if (kind->form == EXPECT_BOUND && bound_parse(want, &bound) != STATUS_OK)
        return field_refuse(context, node->line,
            "%s is a number or bound such as 3, \">= 1\", \"<= 30s\"",
            kind->name);
    if (kind->source == EXPECT_KMS_CALLS && !span_equal_text(subject, "all") &&
        read_asks_operation(context, node->line, subject) != STATUS_OK)
        return STATUS_INVALID;
    if (kind->source == EXPECT_PLUGIN_CALLS &&
        (read_asks_proxy(context, node->line, kind->name) != STATUS_OK ||
            read_asks_method(context, node->line, subject) != STATUS_OK))
        return STATUS_INVALID;
    struct expectation *e =
        field_grow((void **)&to->items, &to->count, sizeof(*to->items));
    if (e == NULL)
        return STATUS_NO_MEMORY;
    e->line = node->line;
    e->kind = kind;
    enum status st = buf_append(&e->subject, subject);
    return st == STATUS_OK ? buf_append(&e->want, want) : st;
}

static enum status
read_kind(const struct field_context *context, const struct yaml_member *member,
    void *to)
{
    const struct expect_kind *kind = expect_kind_find(buf_span(&member->key));
    const struct yaml_node *node = member->value;
    enum status st = STATUS_OK;

    if (kind == NULL)
        return field_refuse(context, node->line,
            "nothing called '%s' can be expected", buf_text(&member->key));
    if (!kind->mapped)
        return add_expectation(
            context, kind, (struct span){ NULL, 0 }, node, to);
    if (node->kind != YAML_KIND_MAP)
        return field_refuse(context, node->line, "%s wants a map", kind->name);
    for (size_t i = 0; i < node->member_count && st == STATUS_OK; i++)
        st = add_expectation(context, kind, buf_span(&node->members[i].key),
            node->members[i].value, to);
    return st;
}

/* "ok", 500, or {code: 500, says: words}. */
static enum status
read_code(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    int64_t code = 0;

    if (!span_equal_text(buf_span(&node->text), "ok") &&
        num_parse(buf_span(&node->text), 200, 599, &code) != STATUS_OK)
        return field_refuse(
            context, node->line, "an answer is ok or a code such as 500");
    *(unsigned *)to = (unsigned)code;
    return STATUS_OK;
}

static const struct field answer_fields[] = {
    { "code", read_code, offsetof(struct scenario_step, code) },
    { "says", field_text, offsetof(struct scenario_step, says) },
};

static enum status
read_answer(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    struct scenario_step *step = to;

    if (node->kind != YAML_KIND_MAP)
        return read_code(context, node, &step->code);
    return field_read_map(
        context, node, answer_fields, ARRAY_LEN(answer_fields), NULL, to);
}

static enum status
read_body(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    if (node->kind != YAML_KIND_MAP)
        return field_refuse(context, node->line, "this must be a map");
    buf_clear(to);
    return yaml_json_append(node, context->scale, to);
}

/* What KMS is asked: its texts are as they stand. */
static enum status
read_with(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    struct field_context plain = *context;

    plain.scale = 1;
    return read_body(&plain, node, to);
}

static enum status
read_server(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    int64_t server = 0;
    enum status st = field_count(context, node, &server);

    if (st == STATUS_OK && (server < 1 || server > context->servers))
        return field_refuse(context, node->line,
            "server is a number from 1 to %d: see apiservers",
            (int)context->servers);
    if (st == STATUS_OK)
        *(size_t *)to = (size_t)server - 1;
    return st;
}

/* What the value of a verb is. */
enum argument { A_NAME, A_WORD, A_RULE, A_DURATION, A_EXPECTS, A_ANYTHING };

static const struct {
    enum argument argument;
    const char *words;
} arguments[SCENARIO_VERB_COUNT] = {
    [SCENARIO_WRITE] = { A_NAME, NULL },
    [SCENARIO_READ] = { A_NAME, NULL },
    [SCENARIO_LIST] = { A_WORD, "secrets" },
    [SCENARIO_REWRITE] = { A_NAME, NULL },
    [SCENARIO_DELETE] = { A_NAME, NULL },
    [SCENARIO_KILL] = { A_WORD, "emulator|plugin|apiserver" },
    [SCENARIO_STOP] = { A_WORD, "emulator|plugin|apiserver" },
    [SCENARIO_START] = { A_WORD, "emulator|plugin|apiserver" },
    [SCENARIO_RESTART] = { A_WORD, "emulator|plugin|apiserver" },
    [SCENARIO_PAUSE] = { A_WORD, "emulator|plugin" },
    [SCENARIO_RESUME] = { A_WORD, "emulator|plugin" },
    [SCENARIO_SOCKET] = { A_WORD, "removed|stale|foreign|plain|mode" },
    [SCENARIO_RESOLVER] = { A_WORD, "silent|nxdomain|servfail|refused" },
    [SCENARIO_TAMPER] = { A_NAME, NULL },
    [SCENARIO_POD] = { A_NAME, NULL },
    [SCENARIO_KMS] = { A_NAME, NULL },
    [SCENARIO_ROTATE] = { A_WORD, "key" },
    [SCENARIO_FAULT] = { A_RULE, NULL },
    [SCENARIO_PLUGIN_FAULT] = { A_RULE, NULL },
    [SCENARIO_HEAL] = { A_WORD, "kms|plugin|socket|resolver|etcd" },
    [SCENARIO_WAIT] = { A_DURATION, NULL },
    [SCENARIO_UNTIL] = { A_EXPECTS, NULL },
    [SCENARIO_CHECK] = { A_EXPECTS, NULL },
    [SCENARIO_MARK] = { A_NAME, NULL },
};

static enum status
read_argument(const struct field_context *context, const struct yaml_node *node,
    struct scenario_step *step)
{
    const struct expect_kind words = { .words = arguments[step->verb].words };
    enum status st = STATUS_OK;

    switch (arguments[step->verb].argument) {
    case A_NAME:
    case A_ANYTHING:
        return field_text(context, node, &step->target);
    case A_WORD:
        st = field_text(context, node, &step->target);
        if (st == STATUS_OK &&
            !expect_kind_takes(&words, buf_span(&step->target)))
            st = field_refuse(context, node->line, "%s takes one of %s",
                scenario_verb_names[step->verb], words.words);
        return st;
    case A_RULE:
        st = buf_set(&step->target, yaml_tree_text(node, "name"));
        return st == STATUS_OK ? read_body(context, node, &step->body) : st;
    case A_DURATION:
        return field_duration(context, node, &step->wait_ms);
    case A_EXPECTS:
        return field_read_map(
            context, node, NULL, 0, read_kind, &step->expects);
    }
    return STATUS_INTERNAL;
}

static enum status
read_verb(const struct field_context *context, const struct yaml_member *member,
    void *to)
{
    struct scenario_step *step = to;

    for (int verb = 0; verb < SCENARIO_VERB_COUNT; verb++) {
        if (!span_equal_text(buf_span(&member->key), scenario_verb_names[verb]))
            continue;
        if (step->verb != SCENARIO_VERB_COUNT)
            return field_refuse(context, member->value->line,
                "a step does one thing: %s or %s",
                scenario_verb_names[step->verb], scenario_verb_names[verb]);
        step->verb = (enum scenario_verb)verb;
        step->line = member->value->line;
        return read_argument(context, member->value, step);
    }
    return field_refuse(context, member->value->line,
        "there is no step or attribute '%s'", buf_text(&member->key));
}

static const struct field fields[] = {
    { "at", field_duration, offsetof(struct scenario_step, at_ms) },
    { "within", field_duration, offsetof(struct scenario_step, wait_ms) },
    { "paced", field_flag, offsetof(struct scenario_step, paced) },
    { "times", field_count, offsetof(struct scenario_step, times) },
    { "fires", field_count, offsetof(struct scenario_step, fires) },
    { "server", read_server, offsetof(struct scenario_step, server) },
    { "where", read_step_runs, offsetof(struct scenario_step, on) },
    { "with", read_with, offsetof(struct scenario_step, body) },
    { "expect", read_answer, 0 },
    { "endpoint", field_text, offsetof(struct scenario_step, endpoint) },
    { "as", field_text, offsetof(struct scenario_step, as) },
    { "from", field_text, offsetof(struct scenario_step, from) },
};

static bool
starts_plugin(const struct scenario_step *step)
{
    return (step->verb == SCENARIO_START || step->verb == SCENARIO_RESTART) &&
           span_equal_text(buf_span(&step->target), "plugin");
}

static bool
is_url(struct span text)
{
    return span_starts_with(text, SPAN_LITERAL("http://")) ||
           span_starts_with(text, SPAN_LITERAL("https://"));
}

/* What is of one server; the rest is of all, or of the first only. */
static const char verbs_of_servers[] =
    "write|read|list|rewrite|delete|kill|stop|start|restart|pause|resume|"
    "socket|until|check";
static const char kinds_of_all[] =
    "etcd|kms|emulator-metrics|plugin-calls|load|detect|recover";

/* Its expectations are about the server that it names. */
static enum status
name_server(
    const struct field_context *context, const struct scenario_step *step)
{
    const struct expect_kind verbs = { .words = verbs_of_servers };
    const struct expect_kind kinds = { .words = kinds_of_all };

    if (step->server == 0)
        return STATUS_OK;
    if (!expect_kind_takes(
            &verbs, span_text(scenario_verb_names[step->verb])) ||
        (arguments[step->verb].argument == A_WORD &&
            span_equal_text(buf_span(&step->target), "emulator")))
        return field_refuse(context, step->line, "%s%s%s is of no server",
            scenario_verb_names[step->verb], step->target.len > 0 ? " " : "",
            buf_text(&step->target));
    for (size_t i = 0; i < step->expects.count; i++) {
        struct expectation *e = &step->expects.items[i];

        if (expect_kind_takes(&kinds, span_text(e->kind->name)))
            return field_refuse(
                context, e->line, "%s is of no server", e->kind->name);
        e->server = step->server;
    }
    return STATUS_OK;
}

static enum status
check_tamper(
    const struct field_context *context, const struct scenario_step *step)
{
    const struct expect_kind words = { .words = "flipped|old" };
    bool tampers = step->verb == SCENARIO_TAMPER;

    if (!tampers && (step->as.len > 0 || step->from.len > 0))
        return field_refuse(context, step->line, "as and from go with tamper");
    if (tampers && (step->as.len > 0) == (step->from.len > 0))
        return field_refuse(
            context, step->line, "tamper wants as or from, and not both");
    if (step->as.len > 0 && !expect_kind_takes(&words, buf_span(&step->as)))
        return field_refuse(
            context, step->line, "as is one of %s", words.words);
    return STATUS_OK;
}

static enum status
check_step(const struct field_context *context, const struct yaml_node *node,
    const struct scenario_step *step)
{
    if (step->verb == SCENARIO_VERB_COUNT)
        return field_refuse(context, node->line, "a step that does nothing");
    if (step->verb == SCENARIO_UNTIL && step->wait_ms == 0)
        return field_refuse(context, step->line, "until wants within");
    if ((step->verb == SCENARIO_FAULT || step->verb == SCENARIO_PLUGIN_FAULT) &&
        step->target.len == 0)
        return field_refuse(context, step->line, "a fault wants a name");
    if (step->endpoint.len > 0 && !starts_plugin(step))
        return field_refuse(context, step->line,
            "endpoint goes with start or restart of the plugin");
    if (step->endpoint.len > 0 && !is_url(buf_span(&step->endpoint)))
        return field_refuse(
            context, step->line, "endpoint is an http or https URL");
    if (arguments[step->verb].argument == A_EXPECTS && !step->expects.count)
        return field_refuse(context, node->line, "nothing is expected");
    return check_tamper(context, step);
}

enum status
read_step(const struct field_context *context, const struct yaml_node *node,
    struct scenario_step *step)
{
    step->verb = SCENARIO_VERB_COUNT;
    step->times = 1;
    step->fires = -1;
    step->line = node->line;
    enum status st = field_read_map(
        context, node, fields, ARRAY_LEN(fields), read_verb, step);
    if (st == STATUS_OK)
        st = check_step(context, node, step);
    if (st == STATUS_OK)
        st = read_asks_check(context, node, step);
    return st == STATUS_OK ? name_server(context, step) : st;
}
