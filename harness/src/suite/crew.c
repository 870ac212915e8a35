/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/crew.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/printable.h"
#include "commands.h"
#include "process/interrupt.h"
#include "process/process.h"
#include "scenario/field.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JOBS_MAX = 16, ARGUMENTS_MAX = 32, LOOK_MS = 20, END_MS = 40 * 1000 };

struct seat {
    struct process *process; /* NULL: free */
    size_t run;
    int64_t started_ms;
};

struct shift {
    struct crew *crew;
    const struct crew_options *options;
    struct seat seats[JOBS_MAX];
    size_t next, ended;
    bool stopping;
    struct clock clock;
};

void
crew_reset(struct crew *crew)
{
    for (size_t i = 0; i < crew->count; i++) {
        buf_reset(&crew->runs[i].name);
        buf_reset(&crew->runs[i].file);
        buf_reset(&crew->runs[i].verdict);
        buf_reset(&crew->runs[i].cause);
    }
    free(crew->runs);
    *crew = (struct crew){ 0 };
}

enum status
crew_add(struct crew *crew, const char *name, const char *file, uint64_t seed)
{
    struct crew_run *run =
        field_grow((void **)&crew->runs, &crew->count, sizeof(*crew->runs));

    if (run == NULL)
        return STATUS_NO_MEMORY;
    run->seed = seed;
    enum status st = buf_append_text(&run->name, name);
    return st == STATUS_OK ? buf_append_text(&run->file, file) : st;
}

/* An earlier run may have left it: it is not this one's verdict. */
static enum status
forget_journal(const char *folder)
{
    struct buf path = { 0 };
    enum status st = buf_printf(&path, "%s/journal.json", folder);

    if (st == STATUS_OK && unlink(buf_text(&path)) != 0 && errno != ENOENT)
        st = status_from_errno(errno);
    buf_reset(&path);
    return st;
}

static enum status
launch(const struct crew_run *run, const struct crew_options *options,
    struct process **out)
{
    struct buf folder = { 0 }, log = { 0 };
    char seed[24];
    const char *argv[ARGUMENTS_MAX] = { "/proc/self/exe", "run", "--child",
        "--seed", seed, "--out" };
    size_t count = 6;
    struct process_options start = {
        .argv = argv, .daemon = true, .patience_ms = END_MS
    };
    enum status st =
        buf_printf(&folder, "%s/%s", options->out, buf_text(&run->name));

    (void)snprintf(seed, sizeof(seed), "%llu", (unsigned long long)run->seed);
    if (st == STATUS_OK)
        st = buf_printf(&log, "%s/kmslab.log", buf_text(&folder));
    if (st == STATUS_OK && mkdir(buf_text(&folder), 0777) != 0 &&
        errno != EEXIST)
        st = status_from_errno(errno);
    if (st == STATUS_OK)
        st = forget_journal(buf_text(&folder));
    argv[count++] = buf_text(&folder);
    for (size_t i = 0; options->arguments[i] != NULL; i++)
        if (count + 3 < ARRAY_LEN(argv))
            argv[count++] = options->arguments[i];
    argv[count++] = "--";
    argv[count] = buf_text(&run->file);
    start.log_file = buf_text(&log);
    (void)unlink(start.log_file);
    if (st == STATUS_OK)
        st = process_start(&start, out);
    buf_reset(&folder);
    buf_reset(&log);
    return st;
}

static void
say(const struct shift *shift, const struct crew_run *run)
{
    const char *verdict = buf_text(&run->verdict);
    struct buf cause = { 0 };

    if (shift->options->quiet)
        return;
    /* Of words that may be a server's. */
    if (printable_append(buf_span(&run->cause), &cause) != STATUS_OK)
        buf_clear(&cause);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    printf("%-11s %s (%lld.%lld s)%s%s\n", verdict, buf_text(&run->name),
        (long long)run->wall_ms / 1000, (long long)run->wall_ms / 100 % 10,
        cause.len > 0 ? ": " : "", buf_text(&cause));
    fflush(stdout);
    buf_reset(&cause);
}

static void
show_progress(const struct shift *shift)
{
    if (shift->options->quiet || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K%zu of %zu", shift->ended, shift->crew->count);
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (shift->seats[i].process != NULL)
            fprintf(stderr, "  %s",
                buf_text(&shift->crew->runs[shift->seats[i].run].name));
    fflush(stderr);
}

/* Exit codes say less than verdicts, and must not say another thing. */
static bool
fits(const struct crew_run *run, int code)
{
    struct span verdict = buf_span(&run->verdict);

    if (span_equal_text(verdict, "passed"))
        return code == 0;
    return span_equal_text(verdict, "skipped") ? code == EXIT_SKIPPED
                                               : code == EXIT_FAILED;
}

static void
give_up(struct crew_run *run, int code, const char *what)
{
    buf_clear(&run->verdict);
    buf_clear(&run->cause);
    buf_say(&run->verdict, "error");
    buf_say(&run->cause, "it ended with %d and %s: see %s/%s", code, what,
        buf_text(&run->name), "kmslab.log");
}

static void
end(struct shift *shift, struct seat *seat, int code)
{
    struct crew_run *run = &shift->crew->runs[seat->run];

    process_free(seat->process);
    seat->process = NULL;
    run->wall_ms = clock_ms(&shift->clock) - seat->started_ms;
    crew_read(run, shift->options->out);
    if (run->verdict.len == 0 && shift->stopping)
        return; /* too young to write one: it did not come to run */
    run->ran = true;
    if (run->verdict.len == 0)
        give_up(run, code, "left no journal");
    else if (!fits(run, code))
        give_up(run, code, "its journal says otherwise");
    shift->ended++;
    say(shift, run);
}

/* Fills free seats and takes those whose run has ended. */
static enum status
look(struct shift *shift, bool open)
{
    enum status st = STATUS_OK;

    for (int64_t i = 0; i < shift->options->jobs && st == STATUS_OK; i++) {
        struct seat *seat = &shift->seats[i];
        int code = 0;

        if (seat->process != NULL &&
            process_wait(seat->process, 0, &code) == STATUS_OK)
            end(shift, seat, code);
        if (seat->process != NULL || !open || shift->next == shift->crew->count)
            continue;
        seat->run = shift->next++;
        seat->started_ms = clock_ms(&shift->clock);
        st = launch(
            &shift->crew->runs[seat->run], shift->options, &seat->process);
        show_progress(shift);
    }
    return st;
}

static bool
busy(const struct shift *shift)
{
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (shift->seats[i].process != NULL)
            return true;
    return false;
}

/* They write their journals and end: process_stop waits for that. */
static void
end_all(struct shift *shift)
{
    shift->stopping = true;
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (shift->seats[i].process != NULL)
            process_signal(shift->seats[i].process, SIGTERM);
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (shift->seats[i].process != NULL)
            end(shift, &shift->seats[i], process_stop(shift->seats[i].process));
}

/* What was asked for is listed, whether it came to run or not. */
static void
skip_rest(struct shift *shift, const char *why)
{
    for (size_t i = 0; i < shift->crew->count; i++) {
        struct crew_run *run = &shift->crew->runs[i];

        if (run->ran)
            continue;
        buf_say(&run->verdict, "skipped");
        buf_say(&run->cause, "%s", why);
        say(shift, run);
    }
}

enum status
crew_run(
    struct crew *crew, const struct crew_options *options, struct buf *problem)
{
    struct shift shift = {
        .crew = crew, .options = options, .clock = clock_monotonic()
    };
    enum status st = options->jobs > JOBS_MAX ? STATUS_TOO_LARGE : STATUS_OK;

    if (interrupt_pending() != 0)
        st = STATUS_CANCELLED;
    while (st == STATUS_OK && shift.ended < crew->count) {
        st = look(&shift, true);
        if (st == STATUS_OK)
            st = interrupt_sleep(LOOK_MS);
    }
    if (busy(&shift))
        end_all(&shift);
    if (st != STATUS_OK)
        skip_rest(&shift, st == STATUS_CANCELLED
                              ? "interrupted before it started"
                              : "not started: the run broke off");
    if (st == STATUS_CANCELLED)
        buf_say(problem, "interrupted: %zu of %zu came to run", shift.ended,
            crew->count);
    else if (st != STATUS_OK)
        buf_say(problem, "cannot run scenarios: %s", status_text(st));
    return st;
}

int
crew_exit_code(const struct crew *crew)
{
    size_t skipped = 0;

    for (size_t i = 0; i < crew->count; i++) {
        struct span verdict = buf_span(&crew->runs[i].verdict);

        if (span_equal_text(verdict, "skipped"))
            skipped++;
        else if (!span_equal_text(verdict, "passed"))
            return EXIT_FAILED;
    }
    return skipped == crew->count ? EXIT_SKIPPED : 0;
}
