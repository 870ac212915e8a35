/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/calm.h"

#include "base/file.h"
#include "base/json_writer.h"
#include "process/interrupt.h"
#include "report/report.h"
#include "storm/blow.h"
#include "storm/shrink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct after {
    const struct plan *plan;
    const struct calm_options *options;
    struct workspace *workspace;
    struct tale tale;
    struct load *load;
    struct buf command;
    struct buf *problem;
    struct clock clock;
    int64_t started_ms, give_up_ms;
    const char *broken; /* the invariant to break again */
    unsigned tries;
};

static enum status
write_file(const struct after *a, const char *name, const struct buf *text)
{
    struct buf path = { 0 };
    enum status st = buf_printf(&path, "%s/%s", a->options->out, name);
    if (st == STATUS_OK)
        st = file_replace(buf_text(&path), 0644, buf_span(text));
    if (st != STATUS_OK)
        buf_say(a->problem, "%s: %s", buf_text(&path), status_text(st));
    buf_reset(&path);
    return st;
}

static enum status
write_plan(const struct after *a, const char *name, const struct plan *plan)
{
    struct buf text = { 0 };
    enum status st = plan_write(plan, &text);
    if (st == STATUS_OK)
        st = write_file(a, name, &text);
    buf_reset(&text);
    return st;
}

/* `cause`: why there was no storm, or NULL. */
static enum status
write_journal(struct after *a, const char *cause)
{
    const struct tale_about about = { buf_text(&a->command), a->started_ms,
        cause };
    struct buf text = { 0 };
    enum status st = tale_write(&a->tale, a->load, &about, &text);
    if (st == STATUS_OK)
        st = write_file(a, "journal.json", &text);
    if (st == STATUS_OK)
        st = report_write(
            a->options->out, REPORT_ALL, a->options->out, a->problem);
    if (st == STATUS_OK)
        st = report_announce(a->options->out, stdout, a->problem);
    buf_reset(&text);
    return st;
}

static enum status
write_all(struct after *a, const char *cause)
{
    if (a->options->out == NULL)
        return STATUS_OK;
    if (mkdir(a->options->out, 0755) != 0 && errno != EEXIST) {
        enum status st = status_from_errno(errno);
        buf_say(a->problem, "%s: %s", a->options->out, status_text(st));
        return st;
    }
    enum status st = write_plan(a, "plan.json", a->plan);
    return st == STATUS_OK ? write_journal(a, cause) : st;
}

/* One storm more, of some of the faults. */
static enum status
try_some(void *context, const bool *keep, bool *fails)
{
    struct after *a = context;
    struct plan plan = { 0 };
    struct tale tale = { 0 };
    struct load *load = calloc(1, sizeof(*load));
    struct buf problem = { 0 };
    enum status st = load == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    if (st == STATUS_OK && clock_ms(&a->clock) >= a->give_up_ms)
        st = STATUS_TIMEOUT;
    if (st == STATUS_OK)
        st = plan_pick(a->plan, keep, &plan);
    if (st == STATUS_OK)
        st = tale_init(&tale, &plan);
    if (st == STATUS_OK) {
        load_init(load, plan.seed);
        st = blow(a->workspace, &plan, &tale, load, &problem);
    }
    if (st == STATUS_OK) {
        const struct tale_invariant *broken = tale_broken(&tale);
        *fails = broken != NULL && strcmp(broken->name, a->broken) == 0;
        printf("  %zu faults, %lld s: %s\n", plan.count,
            (long long)plan.seconds, *fails ? "fails" : "holds");
        (void)fflush(stdout);
        a->tries++;
    }
    if (st != STATUS_OK && problem.len > 0 && a->problem->len == 0)
        buf_take(a->problem, &problem);
    if (load != NULL)
        load_reset(load);
    free(load);
    tale_reset(&tale);
    plan_reset(&plan);
    buf_reset(&problem);
    return st;
}

/* What was never armed is not needed. */
static void
keep_armed(const struct after *a, bool *keep)
{
    for (size_t i = 0; i < a->plan->count; i++)
        keep[i] = a->tale.faults[i].from_ms >= 0;
}

static enum status
tell_enough(struct after *a, const bool *keep)
{
    struct plan small = { 0 };
    enum status st = plan_pick(a->plan, keep, &small);
    if (st != STATUS_OK)
        return st;
    printf("%zu of %zu faults are enough (%u storms):\n", small.count,
        a->plan->count, a->tries);
    for (size_t i = 0; i < small.count; i++)
        printf(
            "  %s %s\n", small.faults[i].name, buf_text(&small.faults[i].rule));
    if (a->options->out != NULL) {
        st = write_plan(a, "shrunk.json", &small);
        if (st == STATUS_OK)
            printf("repeat them: kmslab fault storm --from %s/shrunk.json\n",
                a->options->out);
    }
    plan_reset(&small);
    return st;
}

static enum status
look_for_fewer(struct after *a)
{
    bool *keep = calloc(a->plan->count + 1, sizeof(*keep));
    bool again = false;
    if (keep == NULL)
        return STATUS_NO_MEMORY;
    a->give_up_ms = clock_ms(&a->clock) + a->options->shrink_ms;
    keep_armed(a, keep);
    printf("looking for fewer faults that do the same\n");
    enum status st = try_some(a, keep, &again);
    if (st == STATUS_OK && !again)
        printf("it did not happen again: no fewer were looked for\n");
    else if (st == STATUS_OK)
        st = shrink(keep, a->plan->count, try_some, a);
    enum status told = again ? tell_enough(a, keep) : STATUS_OK;
    if (st == STATUS_OK || st == STATUS_TIMEOUT)
        st = told;
    free(keep);
    return st;
}

static enum status
tell_verdict(struct after *a, bool *good)
{
    const struct tale_invariant *broken = tale_broken(&a->tale);
    if (broken == NULL) {
        printf("passed: %zu faults in %lld s, seed %lld: no Secret lost, all "
               "healed\n",
            a->plan->count, (long long)a->plan->seconds,
            (long long)a->plan->seed);
        *good = true;
        return STATUS_OK;
    }
    printf("failed: %s: %s\nseed %lld; repeat: %s\n", broken->name,
        buf_text(&broken->detail), (long long)a->plan->seed,
        buf_text(&a->command));
    a->broken = broken->name;
    return a->options->shrink_ms > 0 && a->plan->count > 0 ? look_for_fewer(a)
                                                           : STATUS_OK;
}

static enum status
prepare(struct after *a)
{
    struct clock wall = clock_wall();
    a->started_ms = clock_ms(&wall);
    a->clock = clock_monotonic();
    a->load = calloc(1, sizeof(*a->load));
    if (a->load == NULL)
        return STATUS_NO_MEMORY;
    load_init(a->load, a->plan->seed);
    enum status st =
        a->options->from != NULL
            ? buf_printf(
                  &a->command, "kmslab fault storm --from %s", a->options->from)
            : buf_printf(&a->command,
                  "kmslab fault storm --seed %lld --seconds %lld",
                  (long long)a->plan->seed, (long long)a->plan->seconds);
    if (st == STATUS_OK)
        st = tale_init(&a->tale, a->plan);
    if (st == STATUS_OK)
        st = interrupt_init();
    return st == STATUS_OK ? workspace_open(&a->workspace, a->problem) : st;
}

enum status
calm(const struct plan *plan, const struct calm_options *options, bool *good,
    struct buf *problem)
{
    struct after a = { .plan = plan, .options = options, .problem = problem };
    enum status st = prepare(&a);
    if (st == STATUS_OK) {
        enum status written;
        st = blow(a.workspace, plan, &a.tale, a.load, problem);
        written = write_all(&a, st == STATUS_OK ? NULL : buf_text(problem));
        st = st == STATUS_OK ? written : st;
    }
    if (st == STATUS_OK)
        st = tell_verdict(&a, good);
    workspace_free(a.workspace);
    tale_reset(&a.tale);
    if (a.load != NULL)
        load_reset(a.load);
    free(a.load);
    buf_reset(&a.command);
    return st;
}
