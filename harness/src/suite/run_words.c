/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/run_words.h"

#include "base/num.h"
#include "commands.h"
#include "options.h"
#include "process/printing.h"
#include "suite/run_command.h"
#include "testbed/kind_suite.h"

const char run_command_usage[] =
    "usage: kmslab run NAME... [OPTION...]\n"
    "       kmslab run --all [OPTION...]\n"
    "\n"
    "Runs scenarios (docs/SCENARIOS.md): an outage, a fault, and what must hold\n"
    "before, during and after it. `kmslab list` has the names; a path of a file\n"
    "is one too.\n"
    "\n"
    "  --all                 all scenarios of the folder\n"
    "  --cluster KIND        model, apiserver, kind, or kind:NAME (model)\n"
    "                        of kmslab; kind makes one for the runs, with the\n"
    "                        node image of KIND_NODE_IMAGE, and removes it\n"
    "  --kube-apiserver PATH with --cluster apiserver: the programs\n"
    "  --etcd PATH\n"
    "  --plugin PATH         another plugin, with the flags of\n"
    "                        aws-encryption-provider\n"
    "  --seed N              of all draws (1); a repetition has the next one\n"
    "  --repeat N            runs each so often (1)\n"
    "  --jobs N              runs so many at a time (1)\n"
    "  --scale N             on the model: real waits are so much shorter (the\n"
    "                        file's, 20)\n"
    "  --out FOLDER          keeps a folder for each run with journal.json, and\n"
    "                        run.json and its reports (kmslab help report)\n"
    "  --keep                keeps the programs' logs there, too, and the kind\n"
    "                        cluster\n"
    "  --scenarios FOLDER    where they are\n"
    "  --json                prints run.json instead of lines\n"
    "\n"
    "Exit codes: 0 all passed, 1 not all, 2 wrong usage or a file that is no\n"
    "scenario, 77 all were skipped. Journals are also written on Ctrl-C.\n";

/* Names and options may stand in any order. */
static bool
parse_words(int argc, char **argv, struct run_words *o, int *code)
{
    const struct option_row rows[] = {
        { "all", NULL, &o->all }, { "cluster", &o->cluster, NULL },
        { "kube-apiserver", &o->kube_apiserver, NULL },
        { "etcd", &o->etcd, NULL }, { "plugin", &o->plugin, NULL },
        { "seed", &o->seed_text, NULL }, { "repeat", &o->repeat_text, NULL },
        { "jobs", &o->jobs_text, NULL }, { "scale", &o->scale_text, NULL },
        { "out", &o->out, NULL }, { "keep", NULL, &o->keep },
        { "scenarios", &o->scenarios, NULL }, { "json", NULL, &o->json },
        { "child", NULL, &o->child }, /* one run, in this process */
    };
    int rest = 0;

    while (argc > 1) {
        if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), run_command_usage,
                &rest, code))
            return false;
        if (rest >= argc)
            break;
        if (o->name_count == NAMES_MAX) {
            *code = options_refuse("run", "too many names");
            return false;
        }
        o->names[o->name_count++] = argv[rest];
        argv[rest] = argv[0];
        argc -= rest;
        argv += rest;
    }
    return true;
}

static bool
parse_numbers(struct run_words *o, int *code)
{
    const struct {
        const char *text;
        int64_t least, most, otherwise;
        int64_t *to;
        const char *refusal;
    } numbers[] = {
        { o->seed_text, 0, INT64_MAX, 1, &o->seed, "--seed is a number" },
        { o->repeat_text, 1, 10000, 1, &o->repeat,
            "--repeat is a number from 1 to 10000" },
        { o->jobs_text, 1, 16, 1, &o->jobs, "--jobs is a number from 1 to 16" },
        { o->scale_text, 1, 1000, 0, &o->scale,
            "--scale is a number from 1 to 1000" },
    };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        *numbers[i].to = numbers[i].otherwise;
        if (numbers[i].text != NULL &&
            num_parse(span_text(numbers[i].text), numbers[i].least,
                numbers[i].most, numbers[i].to) != STATUS_OK) {
            *code = options_refuse("run", numbers[i].refusal);
            return false;
        }
    }
    return true;
}

static const char *
wrong_with(const struct run_words *o)
{
    bool real = o->cluster != NULL && strcmp(o->cluster, "apiserver") == 0;
    bool kind = kind_suite_name(o->cluster) != NULL;

    if (o->cluster != NULL && !real && !kind &&
        strcmp(o->cluster, "model") != 0)
        return "--cluster is model, apiserver, kind or kind:NAME";
    if (kind && o->jobs > 1)
        return "runs on a kind cluster come one after another: no --jobs";
    if (real != (o->kube_apiserver != NULL && o->etcd != NULL) ||
        (o->kube_apiserver == NULL) != (o->etcd == NULL))
        return "--cluster apiserver goes with --kube-apiserver and --etcd";
    if (o->child && (o->all || o->name_count != 1))
        return "--child is for kmslab itself";
    if (o->all == (o->name_count > 0))
        return "wants names of scenarios, or --all";
    return NULL;
}

/* " --NAME VALUE"; nothing where there is no value. Memory that is lacking
 * makes the text shorter. */
static void
say_option(const char *name, const char *value, struct buf *out)
{
    if (value == NULL)
        return;
    buf_say(out, " --%s ", name);
    (void)!printing_word(value, out);
}

static void
say_rest(const struct run_words *o, uint64_t seed, struct buf *out)
{
    buf_say(out, " --seed %llu", (unsigned long long)seed);
    if (kind_suite_name(o->cluster) != NULL)
        kind_suite_say(kind_suite_name(o->cluster), out);
    if (o->kube_apiserver != NULL)
        buf_say(out, " --cluster apiserver");
    say_option("kube-apiserver", o->kube_apiserver, out);
    say_option("etcd", o->etcd, out);
    say_option("plugin", o->plugin, out);
    if (o->scale > 0)
        buf_say(out, " --scale %lld", (long long)o->scale);
}

void
run_words_say(
    const struct run_words *o, const char *name, uint64_t seed, struct buf *out)
{
    buf_say(out, "kmslab run ");
    (void)!printing_word(name, out);
    say_rest(o, seed, out);
}

/* Of a run of several. */
void
run_words_say_all(const struct run_words *o, struct buf *out)
{
    buf_say(out, "kmslab run%s", o->all ? " --all" : "");
    for (size_t i = 0; i < o->name_count; i++) {
        buf_say(out, " ");
        (void)!printing_word(o->names[i], out);
    }
    say_rest(o, (uint64_t)o->seed, out);
    if (o->repeat > 1)
        buf_say(out, " --repeat %lld", (long long)o->repeat);
    if (o->jobs > 1)
        buf_say(out, " --jobs %lld", (long long)o->jobs);
    say_option("scenarios", o->scenarios, out);
}

void
run_words_repeatable(const char *file, struct buf *out)
{
    const char *slash = strrchr(file, '/');
    struct span name = span_text(slash == NULL ? file : slash + 1);
    bool known = strstr(file, "harness/scenarios/") != NULL;

    if (known && span_ends_with(name, SPAN_LITERAL(".yaml")))
        buf_say(out, "%.*s", (int)(name.len - strlen(".yaml")), name.ptr);
    else
        buf_say(out, "%s", file);
}

bool
run_words_parse(int argc, char **argv, struct run_words *out, int *code)
{
    if (!parse_words(argc, argv, out, code) || !parse_numbers(out, code))
        return false;
    if (wrong_with(out) == NULL)
        return true;
    *code = options_refuse("run", wrong_with(out));
    return false;
}
