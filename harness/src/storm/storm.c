/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/storm.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/num.h"
#include "commands.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"
#include "storm/calm.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SECONDS_DEFAULT = 60,
    SHRINK_SECONDS_DEFAULT = 300,
    PLAN_FILE_MAX = 16 * 1024 * 1024,
};

const char storm_usage[] =
    "usage: kmslab fault storm [OPTION...]\n"
    "\n"
    "Starts kms-emulator, aws-kms-plugin, a proxy before it and the model of a\n"
    "kube-apiserver; arms and heals a mix of faults that a seed draws, while a\n"
    "client writes, reads and rewrites Secrets. Fails when a Secret is lost or\n"
    "altered, when something does not heal, ends or grows; then says the seed\n"
    "and which few of the faults are enough.\n"
    "\n"
    "  --seconds N         how long (60)\n"
    "  --seed N            which faults come when (drawn, and told)\n"
    "  --plan              print the plan as JSON, and do nothing else\n"
    "  --from FILE         run this plan instead of drawing one\n"
    "  --out FOLDER        journal, plans and reports go there\n"
    "  --shrink-seconds N  how long to look for fewer faults (300; 0: not)\n";

struct arguments {
    const char *seconds, *seed, *from, *out, *shrink;
    bool plan;
};

static bool
parse_number(
    const char *text, int64_t otherwise, int64_t min, int64_t max, int64_t *out)
{
    *out = otherwise;
    return text == NULL ||
           num_parse(span_text(text), min, max, out) == STATUS_OK;
}

static enum status
read_plan_file(const char *path, struct plan *out, struct buf *problem)
{
    struct buf text = { 0 }, why = { 0 };
    enum status st = file_read(path, PLAN_FILE_MAX, &text);
    if (st == STATUS_OK)
        st = plan_read(buf_span(&text), out, &why);
    if (st != STATUS_OK)
        buf_say(problem, "%s: %s", path,
            why.len > 0 ? buf_text(&why) : status_text(st));
    buf_reset(&text);
    buf_reset(&why);
    return st;
}

static int
print_plan(const struct plan *plan)
{
    struct buf text = { 0 }, problem = { 0 };
    enum status st = plan_write(plan, &text);
    if (st == STATUS_OK)
        st = printing_put(&text, &problem);
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab fault storm: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    buf_reset(&text);
    buf_reset(&problem);
    return st == STATUS_OK ? 0 : EXIT_FAILED;
}

static int
run(const struct arguments *arguments, const struct calm_options *options,
    int64_t seed, int64_t seconds)
{
    struct plan plan = { 0 };
    struct buf problem = { 0 };
    int code = EXIT_FAILED;
    enum status st = arguments->from != NULL
                         ? read_plan_file(arguments->from, &plan, &problem)
                         : plan_make(seed, seconds, &plan);
    if (st == STATUS_OK && arguments->plan) {
        code = print_plan(&plan);
    } else if (st == STATUS_OK) {
        bool good = false;
        st = calm(&plan, options, &good, &problem);
        code = good ? 0 : EXIT_FAILED;
    }
    if (st != STATUS_OK) {
        fprintf(stderr, "kmslab fault storm: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
        code = EXIT_FAILED;
    }
    plan_reset(&plan);
    buf_reset(&problem);
    return code;
}

int
storm_run(int argc, char **argv)
{
    struct arguments a = { NULL, NULL, NULL, NULL, NULL, false };
    const struct option_row rows[] = {
        { "seconds", &a.seconds, NULL },
        { "seed", &a.seed, NULL },
        { "from", &a.from, NULL },
        { "out", &a.out, NULL },
        { "shrink-seconds", &a.shrink, NULL },
        { "plan", NULL, &a.plan },
    };
    struct clock wall = clock_wall();
    int64_t seconds, seed, shrink_seconds;
    int rest, code;
    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), storm_usage, &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("fault", "storm takes options only");
    if (!parse_number(
            a.seconds, SECONDS_DEFAULT, 1, PLAN_SECONDS_MAX, &seconds) ||
        !parse_number(a.seed, clock_ms(&wall) % 1000000, 0, INT64_MAX, &seed) ||
        !parse_number(
            a.shrink, SHRINK_SECONDS_DEFAULT, 0, 86400, &shrink_seconds))
        return options_refuse("fault",
            "--seconds, --seed and --shrink-seconds take whole numbers");
    const struct calm_options options = { a.out, a.from,
        shrink_seconds * 1000 };
    return run(&a, &options, seed, seconds);
}
