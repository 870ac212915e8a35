/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/read.h"

#include "base/encode.h"
#include "base/file.h"
#include "scenario/read_asks.h"
#include "scenario/read_step.h"
#include "scenario/yaml_json.h"

#include <ctype.h>
#include <openssl/evp.h>

static enum status
read_kms(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    struct span text = buf_span(&node->text);

    if (!span_equal_text(text, "v1") && !span_equal_text(text, "v2"))
        return field_refuse(context, node->line, "kms is v1 or v2");
    *(bool *)to = span_equal_text(text, "v1");
    return STATUS_OK;
}

/* Of our plugin, and of most others. */
static bool
serves_not(struct span flag)
{
    return span_equal_text(flag, "--help") ||
           span_equal_text(flag, "--version") ||
           span_equal_text(flag, "--check");
}

static enum status
read_flags(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    struct scenario *scenario = to;
    enum status st = STATUS_OK;

    if (node->kind != YAML_KIND_LIST || node->item_count > SCENARIO_FLAGS_MAX)
        return field_refuse(context, node->line,
            "plugin is a list of at most %d flags", SCENARIO_FLAGS_MAX);
    scenario->plugin_line = node->line;
    for (size_t i = 0; i < node->item_count && st == STATUS_OK; i++) {
        struct buf *flag =
            &scenario->plugin_flags[scenario->plugin_flag_count++];

        st = field_text(context, node->items[i], flag);
        if (st == STATUS_OK &&
            !span_starts_with(buf_span(flag), SPAN_LITERAL("--")))
            st = field_refuse(context, node->items[i]->line,
                "a flag of the plugin is --NAME or --NAME=VALUE, not '%s'",
                buf_text(flag));
        if (st == STATUS_OK && serves_not(buf_span(flag)))
            st = field_refuse(context, node->items[i]->line,
                "with %s the plugin does not serve", buf_text(flag));
    }
    return st;
}

static enum status
read_actor(const struct field_context *context, struct span name,
    const struct yaml_node *node, struct scenario *scenario)
{
    struct scenario_actor *actor = field_grow((void **)&scenario->actors,
        &scenario->actor_count, sizeof(*scenario->actors));
    enum status st = actor == NULL ? STATUS_NO_MEMORY : STATUS_OK;

    if (st == STATUS_OK)
        st = buf_append(&actor->name, name);
    if (st == STATUS_OK && (node->kind != YAML_KIND_LIST || !node->item_count))
        st = field_refuse(context, node->line, "steps are a list");
    for (size_t i = 0; st == STATUS_OK && i < node->item_count; i++) {
        struct scenario_step *step = field_grow(
            (void **)&actor->steps, &actor->step_count, sizeof(*actor->steps));

        st = step == NULL ? STATUS_NO_MEMORY
                          : read_step(context, node->items[i], step);
    }
    return st;
}

/* "main" is the first actor, whatever the order of the file. */
static enum status
read_main(const struct field_context *context, const struct yaml_node *root,
    struct scenario *scenario)
{
    const struct yaml_node *steps = yaml_tree_member(root, "steps");

    if (steps == NULL)
        return field_refuse(context, root->line, "there are no steps");
    return read_actor(context, SPAN_LITERAL("main"), steps, scenario);
}

static enum status
skip(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    (void)context;
    (void)node;
    (void)to;
    return STATUS_OK;
}

static enum status
read_actors(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    enum { ACTORS_MAX = 8 };
    enum status st = STATUS_OK;

    if (node->kind != YAML_KIND_MAP || node->member_count > ACTORS_MAX)
        return field_refuse(context, node->line,
            "actors are a map of at most %d names to steps", ACTORS_MAX);
    for (size_t i = 0; i < node->member_count && st == STATUS_OK; i++) {
        struct span name = buf_span(&node->members[i].key);

        if (span_equal_text(name, "main"))
            return field_refuse(context, node->members[i].value->line,
                "main is the actor of the steps: give this another name");
        st = read_actor(context, name, node->members[i].value, to);
    }
    return st;
}

static const struct field load_fields[] = {
    { "every", field_duration, offsetof(struct scenario, load_every_ms) },
    { "secrets", field_count, offsetof(struct scenario, load_secrets) },
};

static enum status
read_load(
    const struct field_context *context, const struct yaml_node *node, void *to)
{
    return field_read_map(
        context, node, load_fields, ARRAY_LEN(load_fields), NULL, to);
}

static const struct field fields[] = {
    { "title", field_text, offsetof(struct scenario, title) },
    { "catalogue", field_text, offsetof(struct scenario, catalogue) },
    { "only", read_step_runs, offsetof(struct scenario, only) },
    { "because", field_text, offsetof(struct scenario, because) },
    { "kms", read_kms, offsetof(struct scenario, kms_v1) },
    { "proxy", field_flag, offsetof(struct scenario, proxy) },
    { "resolver", field_flag, offsetof(struct scenario, resolver) },
    { "scale", skip, 0 },
    { "apiservers", skip, 0 },
    { "timeout", field_duration, offsetof(struct scenario, timeout_ms) },
    { "load", read_load, 0 },
    { "probe", field_duration, offsetof(struct scenario, probe_every_ms) },
    { "secrets", field_count, offsetof(struct scenario, secrets) },
    { "loses", field_flag, offsetof(struct scenario, may_lose) },
    { "plugin", read_flags, 0 },
    { "steps", skip, 0 },
    { "actors", read_actors, 0 },
};

static enum status
read_scale(struct field_context *context, const struct yaml_node *root,
    struct scenario *scenario)
{
    enum { SCALE_MAX = 1000 };
    const struct yaml_node *node = yaml_tree_member(root, "scale");
    int64_t scale = SCENARIO_SCALE;
    enum status st =
        node == NULL ? STATUS_OK : field_count(context, node, &scale);

    if (st == STATUS_OK && (scale < 1 || scale > SCALE_MAX))
        return field_refuse(
            context, node->line, "scale is a number from 1 to %d", SCALE_MAX);
    if (context->scale == 0)
        context->scale = scale;
    scenario->scale = context->scale;
    return st;
}

static enum status
read_servers(struct field_context *context, const struct yaml_node *root,
    struct scenario *scenario)
{
    const struct yaml_node *node = yaml_tree_member(root, "apiservers");
    int64_t servers = 1;
    enum status st =
        node == NULL ? STATUS_OK : field_count(context, node, &servers);

    if (st == STATUS_OK && (servers < 1 || servers > SCENARIO_SERVERS))
        return field_refuse(
            context, node->line, "apiservers is 1 or %d", SCENARIO_SERVERS);
    context->servers = scenario->apiservers = servers;
    return st;
}

static enum status
read_proxy(struct field_context *context, const struct yaml_node *root)
{
    const struct yaml_node *node = yaml_tree_member(root, "proxy");

    return node == NULL ? STATUS_OK
                        : field_flag(context, node, &context->proxy);
}

static enum status
check_whole(const struct field_context *context, const struct yaml_node *root,
    const struct scenario *scenario)
{
    if (scenario->title.len == 0)
        return field_refuse(context, root->line, "there is no title");
    if (scenario->only != SCENARIO_ANYWHERE && scenario->because.len == 0)
        return field_refuse(context, root->line,
            "what runs in one place only says why: because");
    if (scenario->timeout_ms == 0 || scenario->probe_every_ms == 0)
        return field_refuse(
            context, root->line, "timeout and probe must not be 0");
    return read_asks_needs(context, scenario);
}

/* The library says "yaml: line 3: …", or no line where it knows none. */
static void
say_syntax(const char *file, struct span words, struct buf *problem)
{
    const struct span before = SPAN_LITERAL("yaml: ");
    const struct span line = SPAN_LITERAL("line ");

    if (span_starts_with(words, before))
        words = span_skip(words, before.len);
    if (span_starts_with(words, line))
        buf_say(problem, "%s:%.*s", file, SPAN_ARG(span_skip(words, line.len)));
    else
        buf_say(problem, "%s:1: %.*s", file, SPAN_ARG(words));
}

/* Of the keys that stand twice, the first: a line each of the same form. */
static enum status
refuse_repeated(
    const struct field_context *context, const struct yaml_tree *tree)
{
    struct span first = span_trim(yaml_tree_repeated(tree)), rest;

    (void)span_cut(first, '\n', &first, &rest);
    say_syntax(context->file, first, context->problem);
    return STATUS_INVALID;
}

static enum status
read_root(struct field_context *context, const struct yaml_tree *tree,
    struct scenario *scenario)
{
    const struct yaml_node *root = yaml_tree_root(tree);

    if (root == NULL || root->kind != YAML_KIND_MAP)
        return field_refuse(context, 1, "a scenario is a map");
    if (yaml_tree_repeated(tree).len > 0)
        return refuse_repeated(context, tree);
    enum status st = read_scale(context, root, scenario);
    if (st == STATUS_OK)
        st = read_servers(context, root, scenario);
    if (st == STATUS_OK)
        st = read_proxy(context, root);
    if (st == STATUS_OK)
        st = read_main(context, root, scenario);
    if (st == STATUS_OK)
        st = field_read_map(
            context, root, fields, ARRAY_LEN(fields), NULL, scenario);
    if (st == STATUS_OK)
        st = check_whole(context, root, scenario);
    return st;
}

static struct span
name_of(const char *file)
{
    const struct span ending = SPAN_LITERAL(".yaml");
    const char *slash = strrchr(file, '/');
    struct span name = span_text(slash == NULL ? file : slash + 1);

    if (span_ends_with(name, ending))
        name.len -= ending.len;
    return name;
}

/* It names a folder of the run, beside run.json and the reports. */
static enum status
check_name(const char *file, struct buf *problem)
{
    struct span name = name_of(file);
    bool good = name.len > 0;

    for (size_t i = 0; i < name.len; i++)
        good = good && (isalnum(name.ptr[i]) || name.ptr[i] == '-' ||
                           name.ptr[i] == '_');
    if (good)
        return STATUS_OK;
    buf_say(problem,
        "%s: a scenario is called by letters, digits, '-' and '_', and its file"
        " ends in .yaml",
        file);
    return STATUS_INVALID;
}

static enum status
name_it(const char *file, struct span text, struct scenario *scenario)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    enum status st = buf_append_text(&scenario->file, file);

    if (st == STATUS_OK)
        st = buf_append(&scenario->name, name_of(file));
    if (st == STATUS_OK &&
        EVP_Digest(text.ptr == NULL ? (const uint8_t *)"" : text.ptr, text.len,
            digest, &len, EVP_sha256(), NULL) != 1)
        st = STATUS_CRYPTO;
    if (st == STATUS_OK)
        st = hex_encode(span_of(digest, len), &scenario->sha256);
    return st;
}

enum status
read_scenario(struct span text, const struct read_options *options,
    struct scenario *out, struct buf *problem)
{
    enum { EVERY_MS = 5000, LOAD_SECRETS = 4, PROBE_MS = 10000 };
    struct scenario scenario = { .timeout_ms = 3000,
        .load_every_ms = EVERY_MS,
        .load_secrets = LOAD_SECRETS,
        .probe_every_ms = PROBE_MS,
        .secrets = 3 };
    struct field_context context = {
        .file = options->file, .problem = problem, .scale = options->scale
    };
    struct yaml_tree *tree = NULL;
    struct buf words = { 0 };
    enum status st = yaml_tree_parse(text, false, &tree, &words);

    if (st == STATUS_INVALID)
        say_syntax(options->file, buf_span(&words), problem);
    if (st == STATUS_OK && yaml_tree_more_line(tree) > 0)
        st = field_refuse(&context, yaml_tree_more_line(tree),
            "a file is one scenario: nothing of this would be read");
    if (st == STATUS_OK)
        st = read_root(&context, tree, &scenario);
    if (st == STATUS_OK)
        st = name_it(options->file, text, &scenario);
    if (st == STATUS_OK)
        *out = scenario;
    else
        scenario_reset(&scenario);
    yaml_tree_free(tree);
    buf_reset(&words);
    return st;
}

enum status
read_scenario_file(const struct read_options *options, struct scenario *out,
    struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = file_read(options->file, READ_TEXT_MAX, &text);

    if (st != STATUS_OK)
        buf_say(problem, "%s: %s", options->file, status_text(st));
    else
        st = check_name(options->file, problem);
    if (st == STATUS_OK)
        st = read_scenario(buf_span(&text), options, out, problem);
    buf_reset(&text);
    return st;
}
