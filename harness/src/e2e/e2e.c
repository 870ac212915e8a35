/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/e2e.h"

#include "base/clock.h"
#include "e2e/scenario.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/program.h"

#include <stdio.h>
#include <string.h>

const char e2e_usage[] =
    "usage: kmslab e2e [--kube-apiserver PATH] [--etcd PATH]\n"
    "                  [--stranger PATH] [--aep PATH] [SCENARIO...]\n"
    "\n"
    "Runs the envelope flow on a real kube-apiserver and a real etcd, and\n"
    "compares what they store with the C model, both ways. Prints TAP. The\n"
    "programs are sought on PATH when they are not given. Run it from the\n"
    "project's folder (it reads fixtures/). `make e2e` gets the programs.\n"
    "--stranger and --aep are other KMS plugins that have the flags of\n"
    "aws-encryption-provider; scenarios with those that are not given are\n"
    "skipped.\n";

/* The programs that scenarios begin with. */
struct plugins {
    const char *path[SCENARIO_PLUGINS]; /* NULL: not given, but for ours */
};

struct tally {
    size_t number, passed, skipped;
};

static bool
chosen(const struct scenario *scenario, char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], scenario->name) == 0)
            return true;
    }
    return count == 0;
}

static size_t
count_chosen(char **names, size_t count)
{
    size_t found = 0;

    for (size_t i = 0; i < scenario_count; i++)
        found += chosen(&scenarios[i], names, count);
    return found;
}

/* Runs one on a lab of its own and prints its TAP line. */
static bool
run_scenario(
    const struct scenario *scenario, struct lab_options options, size_t number)
{
    struct clock clock = clock_monotonic();
    int64_t start_ms = clock_ms(&clock);
    struct buf problem = { 0 };
    struct lab *lab = NULL;

    options.name = scenario->name;
    enum status st = lab_new(&options, &lab, &problem);
    if (st == STATUS_OK)
        st = scenario->run(lab, &problem);
    lab_free(lab);
    if (st != STATUS_OK)
        printf("# failed: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    printf("%sok %zu - %s: %s (%lld s)\n", st == STATUS_OK ? "" : "not ",
        number, scenario->name, scenario->claim,
        (long long)((clock_ms(&clock) - start_ms) / 1000));
    (void)fflush(stdout);
    buf_reset(&problem);
    return st == STATUS_OK;
}

static bool
skip(const struct scenario *scenario, const struct plugins *plugins,
    struct tally *tally)
{
    static const char *const flags[SCENARIO_PLUGINS] = { NULL, "--stranger",
        "--aep" };

    if (scenario->plugin == SCENARIO_OURS ||
        plugins->path[scenario->plugin] != NULL)
        return false;
    tally->skipped++;
    printf("ok %zu - %s: %s # SKIP no %s=PATH was given\n", tally->number,
        scenario->name, scenario->claim, flags[scenario->plugin]);
    (void)fflush(stdout);
    return true;
}

static int
run_chosen(const struct lab_options *options, const struct plugins *plugins,
    char **names, size_t count)
{
    size_t total = count_chosen(names, count);
    struct tally tally = { 0 };

    printf("1..%zu\n", total);
    for (size_t i = 0; i < scenario_count && interrupt_pending() == 0; i++) {
        if (!chosen(&scenarios[i], names, count))
            continue;
        tally.number++;
        if (skip(&scenarios[i], plugins, &tally))
            continue;
        struct lab_options own = *options;
        own.plugin = plugins->path[scenarios[i].plugin];
        tally.passed += run_scenario(&scenarios[i], own, tally.number);
    }
    printf("e2e: %zu passed, %zu failed, %zu skipped\n", tally.passed,
        total - tally.passed - tally.skipped, tally.skipped);
    if (tally.skipped == total)
        return EXIT_SKIPPED;
    return tally.passed + tally.skipped == total ? 0 : EXIT_FAILED;
}

/* The given path, else what PATH has. */
static bool
find(const char *name, const char **path, struct buf *found)
{
    if (*path != NULL)
        return true;
    if (program_find(name, found) == STATUS_OK) {
        *path = buf_text(found);
        return true;
    }
    fprintf(stderr,
        "kmslab e2e: skipped: no %s on PATH; `make e2e` builds one\n", name);
    return false;
}

static int
run_with_programs(struct lab_options *options, const struct plugins *plugins,
    char **names, size_t count)
{
    struct workspace *workspace = NULL;
    enum status st = interrupt_init();

    if (st == STATUS_OK)
        st = workspace_new(&workspace);
    if (st != STATUS_OK) {
        fprintf(
            stderr, "kmslab e2e: no temporary folder: %s\n", status_text(st));
        return EXIT_FAILED;
    }
    options->workspace = workspace;
    int exit_code = run_chosen(options, plugins, names, count);
    workspace_free(workspace);
    return exit_code;
}

int
e2e_run(int argc, char **argv)
{
    struct lab_options options = { 0 };
    struct plugins plugins = { { NULL } };
    const struct option_row rows[] = {
        { "kube-apiserver", &options.apiserver, NULL },
        { "etcd", &options.etcd, NULL },
        { "stranger", &plugins.path[SCENARIO_STRANGER], NULL },
        { "aep", &plugins.path[SCENARIO_AEP], NULL },
    };
    struct buf apiserver = { 0 }, etcd = { 0 };
    int rest = 0, exit_code = 0;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), e2e_usage, &rest, &exit_code))
        return exit_code;
    size_t count = (size_t)(argc - rest);
    if (count > 0 && count_chosen(argv + rest, count) != count)
        return options_refuse("e2e", "no scenario of that name");
    if (!find("kube-apiserver", &options.apiserver, &apiserver) ||
        !find("etcd", &options.etcd, &etcd))
        exit_code = EXIT_SKIPPED;
    else
        exit_code = run_with_programs(&options, &plugins, argv + rest, count);
    buf_reset(&apiserver);
    buf_reset(&etcd);
    return exit_code;
}
