/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/replay_command.h"

#include "base/file.h"
#include "base/printable.h"
#include "commands.h"
#include "options.h"
#include "play/journal.h"
#include "process/interrupt.h"
#include "process/workspace.h"
#include "suite/compare.h"
#include "suite/crew.h"
#include "suite/suite.h"

#include <stdio.h>
#include <unistd.h>

const char replay_command_usage[] =
    "usage: kmslab replay [--kube-apiserver PATH --etcd PATH]\n"
    "                     [--scenarios FOLDER] JOURNAL\n"
    "       kmslab replay --with JOURNAL JOURNAL\n"
    "\n"
    "Runs the scenario of a journal.json again, with its seed, and compares\n"
    "what came of each step, expectation and invariant. On the model, unless\n"
    "the programs of a real cluster are named: a journal of either can be\n"
    "replayed on the other. With another journal nothing is run: the two are\n"
    "compared. Exit codes: 0 the same, 1 not, 77 it cannot run here.\n";

enum { JOURNAL_MAX = 64 * 1024 * 1024 };

struct replay {
    const char *path, *with, *kube_apiserver, *etcd, *scenarios;
    struct json_doc *before, *after;
    struct workspace *workspace;
    struct crew crew;
};

/* What the run of it must have written. */
static const char *
lacks(const struct json *journal)
{
    const struct json *seed = json_member(journal, "seed");
    struct span verdict = json_get_string(json_member(journal, "verdict"));

    if (!span_equal_text(json_get_string(json_member(journal, "format")),
            "kmslab-journal/1"))
        return "its format is not kmslab-journal/1";
    if (json_kind(seed) != JSON_KIND_INT || json_get_int(seed) < 0)
        return "its seed is no whole number";
    for (int i = JOURNAL_PASSED; i <= JOURNAL_ERROR; i++)
        if (span_equal_text(verdict, journal_verdict_names[i]))
            return NULL;
    return "it has no verdict";
}

static enum status
load(const char *path, struct json_doc **out, struct buf *problem)
{
    struct buf text = { 0 }, why = { 0 };
    enum status st = file_read(path, JOURNAL_MAX, &text);
    bool read = st == STATUS_OK;

    if (read)
        st = json_parse_told(buf_span(&text), out, &why);
    const char *missing = st == STATUS_OK ? lacks(json_root(*out)) : NULL;
    if (missing != NULL) {
        st = STATUS_VERSION;
        buf_say(&why, "%s", missing);
    }
    if (st != STATUS_OK)
        buf_say(problem, "%s%s: %s%s", path,
            read ? " is no journal of kmslab" : " cannot be read",
            why.len > 0 ? buf_text(&why) : status_text(st),
            read
                ? "; take the journal.json that `kmslab run NAME --out FOLDER` "
                  "leaves in FOLDER/NAME"
                : "");
    buf_reset(&text);
    buf_reset(&why);
    return st;
}

static struct span
text_of(const struct json_doc *journal, const char *member)
{
    return json_get_string(json_member(json_root(journal), member));
}

static enum status
load_other(struct replay *r, struct buf *problem)
{
    enum status st = load(r->with, &r->after, problem);

    if (st == STATUS_OK && !span_equal(compare_digest_of(json_root(r->before)),
                               compare_digest_of(json_root(r->after)))) {
        buf_say(problem,
            "%s is of another scenario, or of one that was "
            "changed since",
            r->with);
        st = STATUS_INVALID;
    }
    return st;
}

/* By its name; a scenario of another folder by its path. */
static enum status
find_file(struct replay *r, const struct json *scenario, struct buf *file,
    struct buf *problem)
{
    struct buf folder = { 0 }, name = { 0 };
    enum status st = suite_folder(r->scenarios, &folder);

    if (st == STATUS_OK)
        st = buf_append(&name, json_get_string(json_member(scenario, "name")));
    if (st == STATUS_OK)
        st = suite_file(buf_text(&folder), buf_text(&name), file);
    if (st == STATUS_OK && access(buf_text(file), R_OK) != 0)
        st = buf_set(file, json_get_string(json_member(scenario, "file")));
    if (st == STATUS_OK && access(buf_text(file), R_OK) != 0) {
        buf_say(problem, "its scenario, ");
        (void)!printable_append(buf_span(&name), problem);
        buf_say(problem, ", is neither in %s nor where it was, %s",
            buf_text(&folder), file->len > 0 ? "" : "of which it says nothing");
        (void)!printable_append(buf_span(file), problem);
        buf_say(problem, " (--scenarios FOLDER says where)");
        st = STATUS_NOT_FOUND;
    }
    buf_reset(&folder);
    buf_reset(&name);
    return st;
}

static enum status
run_again(struct replay *r, struct buf *problem)
{
    const struct json *root = json_root(r->before);
    const char *arguments[] = { "--cluster", "apiserver", "--kube-apiserver",
        r->kube_apiserver, "--etcd", r->etcd, NULL };
    const char *const none[] = { NULL };
    struct buf file = { 0 }, path = { 0 };
    enum status st =
        find_file(r, json_member(root, "scenario"), &file, problem);

    if (st == STATUS_OK)
        st = crew_add(&r->crew, "replay", buf_text(&file),
            (uint64_t)json_get_int(json_member(root, "seed")));
    if (st == STATUS_OK)
        st = workspace_open(&r->workspace, problem);
    if (st == STATUS_OK) {
        const struct crew_options options = { .out =
                                                  workspace_path(r->workspace),
            .jobs = 1,
            .arguments = r->kube_apiserver == NULL ? none : arguments,
            .quiet = true };

        st = crew_run(&r->crew, &options, problem);
    }
    if (st == STATUS_OK)
        st = buf_printf(
            &path, "%s/replay/journal.json", workspace_path(r->workspace));
    if (st == STATUS_OK)
        st = load(buf_text(&path), &r->after, problem);
    buf_reset(&file);
    buf_reset(&path);
    return st;
}

/* Journals may hold any characters. */
static void
print_lines(struct span text)
{
    struct buf line = { 0 };

    while (text.len > 0) {
        struct span first = text, rest = { NULL, 0 };

        (void)span_cut(text, '\n', &first, &rest);
        buf_clear(&line);
        if (printable_append(first, &line) == STATUS_OK)
            printf("%s\n", buf_text(&line));
        text = rest;
    }
    buf_reset(&line);
}

/* Prints what came of it. One that cannot run here says nothing about one that
 * could. */
static int
tell(const struct replay *r, size_t found, const struct buf *differences)
{
    const struct span skipped = SPAN_LITERAL("skipped");
    struct span verdict = text_of(r->after, "verdict");
    struct buf cause = { 0 };

    if (span_equal(verdict, skipped) &&
        !span_equal(text_of(r->before, "verdict"), skipped)) {
        if (printable_append(text_of(r->after, "cause"), &cause) == STATUS_OK)
            printf("skipped: %s\n", buf_text(&cause));
        buf_reset(&cause);
        return EXIT_SKIPPED;
    }
    if (found == 0)
        printf("the same: %.*s\n", SPAN_ARG(verdict));
    else
        print_lines(buf_span(differences));
    if (found > 0)
        printf("%zu differences\n", found);
    return found == 0 ? 0 : EXIT_FAILED;
}

static int
replay(struct replay *r)
{
    int code = EXIT_FAILED;
    struct buf problem = { 0 }, differences = { 0 };
    size_t found = 0;
    enum status st = interrupt_init();

    if (st == STATUS_OK)
        st = load(r->path, &r->before, &problem);
    if (st == STATUS_OK)
        st = r->with == NULL ? run_again(r, &problem) : load_other(r, &problem);
    if (st == STATUS_OK)
        found = compare_journals(
            json_root(r->before), json_root(r->after), &differences);
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab replay: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    else
        code = tell(r, found, &differences);
    buf_reset(&problem);
    buf_reset(&differences);
    return code;
}

int
replay_command(int argc, char **argv)
{
    struct replay r = { 0 };
    const struct option_row rows[] = {
        { "kube-apiserver", &r.kube_apiserver, NULL },
        { "etcd", &r.etcd, NULL },
        { "scenarios", &r.scenarios, NULL },
        { "with", &r.with, NULL },
    };
    int rest, code;

    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), replay_command_usage,
            &rest, &code))
        return code;
    if (rest + 1 != argc)
        return options_refuse("replay", "takes one journal");
    if (r.with != NULL &&
        (r.kube_apiserver != NULL || r.etcd != NULL || r.scenarios != NULL))
        return options_refuse("replay", "with --with nothing is run");
    if ((r.kube_apiserver == NULL) != (r.etcd == NULL))
        return options_refuse("replay", "--kube-apiserver goes with --etcd");
    r.path = argv[rest];
    code = replay(&r);
    json_doc_free(r.before);
    json_doc_free(r.after);
    crew_reset(&r.crew);
    workspace_free(r.workspace);
    return code;
}
