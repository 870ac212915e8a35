/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/fault_command.h"

#include "base/num.h"
#include "commands.h"
#include "fault/fault_admin.h"
#include "fault/fault_input.h"
#include "fault/fault_report.h"
#include "node/known.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"
#include "storm/storm.h"

#include <stdio.h>
#include <stdlib.h>

const char fault_command_usage[] =
    "usage: kmslab fault COMMAND [OPTION...] [ARGUMENT]\n"
    "\n"
    "Arms faults in a running kms-emulator (or kmslab proxy), and heals them.\n"
    "\n"
    "  list             the rules, how often they fired, what clients saw\n"
    "  add RULES        more rules, after those that there are\n"
    "  replace RULES    these in the place of all; with --rule, of one\n"
    "  remove NAME      one rule goes\n"
    "  pause, resume    all rules rest; go on\n"
    "  heal             no faults any more; what hangs is let go\n"
    "  kinds            what there is to do, with its parameters\n"
    "  presets          outages that happened, as rules\n"
    "  preset NAME      arms one of them\n"
    "  events           what fired\n"
    "  storm            starts all itself: see kmslab fault storm --help\n"
    "\n"
    "  --cluster NAME   the emulator of that cluster (kmslab kind list)\n"
    "  --admin URL      the admin listener, as its program prints it at the\n"
    "                   start (KMSLAB_ADMIN)\n"
    "  --rule NAME      replace: this one only\n"
    "  --scale X        preset: its durations times X, such as 0.1\n"
    "  --after N        events: those after number N\n"
    "  --json           the listener's own answer\n"
    "\n"
    "RULES is a file of JSON, - for standard input, or the JSON itself, which\n"
    "begins with { or [. docs/FAULTS.md tells how a rule is written.\n";

struct settings {
    const char *admin, *cluster, *rule, *scale, *after;
    bool json;
    const char *argument; /* NULL: none */
};

typedef enum status say_fn(
    const struct settings *settings, struct buf *path, struct buf *problem);

static say_fn say_rule, say_rule_or_all, say_preset, say_events;

static const struct verb {
    const char *name, *method, *path;
    const char *argument;    /* what it needs; NULL: it takes none */
    bool has_rules;          /* the argument is RULES */
    say_fn *say;             /* completes the path; NULL: it is complete */
    fault_report_fn *report; /* NULL: nothing is printed for people */
} verbs[] = {
    { "list", "GET", "/faults", NULL, false, NULL, fault_report_rules },
    { "add", "POST", "/faults", "RULES", true, NULL, fault_report_names },
    { "replace", "PUT", "/faults", "RULES", true, say_rule_or_all,
        fault_report_names },
    { "remove", "DELETE", "/faults", "NAME", false, say_rule, NULL },
    { "pause", "POST", "/faults/pause", NULL, false, NULL, NULL },
    { "resume", "POST", "/faults/resume", NULL, false, NULL, NULL },
    { "heal", "DELETE", "/faults", NULL, false, NULL, NULL },
    { "kinds", "GET", "/faults/kinds", NULL, false, NULL, fault_report_kinds },
    { "presets", "GET", "/faults/presets", NULL, false, NULL,
        fault_report_presets },
    { "preset", "POST", "/faults/presets", "NAME", false, say_preset,
        fault_report_names },
    { "events", "GET", "/faults/events", NULL, false, say_events,
        fault_report_events },
};

static enum status
say_name(const char *name, struct buf *path, struct buf *problem)
{
    if (!fault_input_is_name(span_text(name))) {
        buf_say(
            problem, "%s: no name: letters, digits, '-', '_' and '.'", name);
        return STATUS_INVALID;
    }
    return buf_printf(path, "/%s", name);
}

static enum status
say_rule(const struct settings *settings, struct buf *path, struct buf *problem)
{
    return say_name(settings->argument, path, problem);
}

static enum status
say_rule_or_all(
    const struct settings *settings, struct buf *path, struct buf *problem)
{
    return settings->rule == NULL ? STATUS_OK
                                  : say_name(settings->rule, path, problem);
}

static enum status
say_preset(
    const struct settings *settings, struct buf *path, struct buf *problem)
{
    enum status status = say_name(settings->argument, path, problem);

    if (status != STATUS_OK || settings->scale == NULL)
        return status;
    if (!fault_input_is_decimal(span_text(settings->scale))) {
        buf_say(problem, "--scale must be a number such as 0.1");
        return STATUS_INVALID;
    }
    return buf_printf(path, "?scale=%s", settings->scale);
}

static enum status
say_events(
    const struct settings *settings, struct buf *path, struct buf *problem)
{
    int64_t after = 0;

    if (settings->after == NULL)
        return STATUS_OK;
    if (num_parse(span_text(settings->after), 0, INT64_MAX, &after) !=
        STATUS_OK) {
        buf_say(problem, "--after must be a number");
        return STATUS_INVALID;
    }
    return buf_printf(path, "?after=%lld", (long long)after);
}

static enum status
ask(const struct verb *verb, const struct settings *settings,
    struct buf *answer, struct buf *problem)
{
    struct fault_request request = { settings->admin, verb->method, NULL,
        { NULL, 0 } };
    struct buf path = { 0 }, rules = { 0 };
    enum status status = buf_append_text(&path, verb->path);

    if (status == STATUS_OK && verb->say != NULL)
        status = verb->say(settings, &path, problem);
    if (status == STATUS_OK && verb->has_rules)
        status = fault_input_read(settings->argument, &rules, problem);
    request.path = buf_text(&path);
    request.body = buf_span(&rules);
    if (status == STATUS_OK)
        status = fault_admin_send(&request, answer, problem);
    buf_reset(&path);
    buf_reset(&rules);
    return status;
}

static enum status
show(const struct verb *verb, const struct settings *settings,
    struct buf *answer, struct buf *problem)
{
    struct json_doc *doc = NULL;
    struct buf text = { 0 };
    enum status status = STATUS_OK;

    if (settings->json) {
        status = buf_append(&text, buf_span(answer));
        if (status == STATUS_OK)
            status = buf_append_byte(&text, '\n');
    } else if (verb->report != NULL) {
        status = json_parse(buf_span(answer), &doc, NULL);
        if (status != STATUS_OK)
            buf_say(problem,
                "%s: the answer is not JSON: is this an admin "
                "listener?",
                settings->admin);
        else
            status = verb->report(json_root(doc), &text);
    }
    if (status == STATUS_OK)
        status = printing_put(&text, problem);
    json_doc_free(doc);
    buf_reset(&text);
    return status;
}

static int
run(const struct verb *verb, struct settings *settings)
{
    struct buf answer = { 0 }, problem = { 0 }, admin = { 0 };
    enum status status = interrupt_init();

    if (status == STATUS_OK && settings->cluster != NULL) {
        status = kind_known_admin(settings->cluster, &admin, &problem);
        settings->admin = buf_text(&admin);
    }
    if (status == STATUS_OK)
        status = ask(verb, settings, &answer, &problem);
    if (status == STATUS_OK)
        status = show(verb, settings, &answer, &problem);
    if (status != STATUS_OK)
        fprintf(stderr, "kmslab fault: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    buf_reset(&answer);
    buf_reset(&problem);
    buf_reset(&admin);
    return status == STATUS_OK ? 0 : EXIT_FAILED;
}

static const struct verb *
find_verb(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    return NULL;
}

/* The mistake on the command line; NULL: none. */
static const char *
check(const struct verb *verb, struct settings *settings, int words)
{
    if (settings->admin != NULL && settings->cluster != NULL)
        return "--admin and --cluster exclude each other";
    if (settings->admin == NULL)
        settings->admin = getenv("KMSLAB_ADMIN");
    if (settings->cluster == NULL &&
        (settings->admin == NULL || *settings->admin == '\0'))
        return "--admin URL, --cluster NAME or KMSLAB_ADMIN must be given";
    if (verb->argument == NULL && words > 0)
        return "this command takes options only";
    if (verb->argument != NULL && words != 1)
        return verb->has_rules ? "one RULES is wanted" : "one NAME is wanted";
    if (settings->rule != NULL && verb->say != say_rule_or_all)
        return "--rule is for replace";
    if (settings->scale != NULL && verb->say != say_preset)
        return "--scale is for preset";
    if (settings->after != NULL && verb->say != say_events)
        return "--after is for events";
    return NULL;
}

/* Options may stand before the argument or after it. */
static bool
parse(int argc, char **argv, struct settings *settings, int *words, int *code)
{
    const struct option_row rows[] = {
        { "admin", &settings->admin, NULL },
        { "cluster", &settings->cluster, NULL },
        { "rule", &settings->rule, NULL },
        { "scale", &settings->scale, NULL },
        { "after", &settings->after, NULL },
        { "json", NULL, &settings->json },
    };
    static char name[] = "fault"; /* for what options_parse says */
    int rest;

    argv[0] = name;
    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), fault_command_usage,
            &rest, code))
        return false;
    if (rest < argc) {
        settings->argument = argv[rest];
        *words = 1;
        argv += rest;
        argc -= rest;
        argv[0] = name;
        if (!options_parse(argc, argv, rows, ARRAY_LEN(rows),
                fault_command_usage, &rest, code))
            return false;
        *words += argc - rest;
    }
    return true;
}

int
fault_command_run(int argc, char **argv)
{
    struct settings settings = { 0 };
    const struct verb *verb;
    const char *mistake;
    int words = 0, code;

    if (argc < 2)
        return options_refuse("fault", "a command is wanted, such as list");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(fault_command_usage, stdout);
        return 0;
    }
    if (strcmp(argv[1], "storm") == 0)
        return storm_run(argc - 1, argv + 1);
    verb = find_verb(argv[1]);
    if (verb == NULL)
        return options_refuse("fault", "there is no such command");
    if (!parse(argc - 1, argv + 1, &settings, &words, &code))
        return code;
    mistake = check(verb, &settings, words);
    return mistake != NULL ? options_refuse("fault", mistake)
                           : run(verb, &settings);
}
