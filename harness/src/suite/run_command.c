/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/run_command.h"

#include "base/clock.h"
#include "base/file.h"
#include "commands.h"
#include "process/interrupt.h"
#include "process/printing.h"
#include "process/workspace.h"
#include "report/report.h"
#include "suite/crew.h"
#include "suite/gather.h"
#include "suite/run.h"
#include "suite/run_words.h"
#include "testbed/kind_suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int
run_child(const struct run_words *o)
{
    static const int codes[] = { 0, EXIT_FAILED, EXIT_SKIPPED, EXIT_FAILED,
        EXIT_FAILED };
    struct buf command = { 0 }, name = { 0 }, problem = { 0 };
    struct journal journal = { 0 };

    run_words_repeatable(o->names[0], &name);
    run_words_say(o, buf_text(&name), (uint64_t)o->seed, &command);
    const struct run_options options = { .file = o->names[0],
        .kube_apiserver = o->kube_apiserver,
        .etcd = o->etcd,
        .kind = kind_suite_name(o->cluster),
        .plugin = o->plugin,
        .seed = (uint64_t)o->seed,
        .scale = o->scale,
        .command = buf_text(&command),
        .out = o->out,
        .keep = o->keep };
    enum status st = run_scenario(&options, &journal, &problem);
    int code = st == STATUS_OK ? codes[journal.verdict] : EXIT_FAILED;
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab run: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    else if (journal.cause.len > 0)
        fprintf(stderr, "kmslab run: %s\n", buf_text(&journal.cause));
    journal_reset(&journal);
    buf_reset(&command);
    buf_reset(&name);
    buf_reset(&problem);
    return code;
}

static enum status
report(const struct run_words *o, const struct crew *crew, const char *out,
    const int64_t times[2], struct buf *problem)
{
    struct buf command = { 0 }, json = { 0 }, path = { 0 };
    enum status st = STATUS_OK;

    run_words_say_all(o, &command);
    st = crew_report(crew, buf_text(&command), times[0], times[1], &json);
    if (st == STATUS_OK)
        st = buf_printf(&path, "%s/run.json", out);
    if (st == STATUS_OK)
        st = file_replace(buf_text(&path), 0644, buf_span(&json));
    if (st == STATUS_OK && o->json)
        st = buf_append_text(&json, "\n");
    if (st == STATUS_OK && o->json)
        st = printing_put(&json, problem);
    else if (st != STATUS_OK)
        buf_say(problem, "%s%s: %s", problem->len > 0 ? "; " : "",
            buf_text(&path), status_text(st));
    buf_reset(&command);
    buf_reset(&json);
    buf_reset(&path);
    return st;
}

/* `cluster` as the runs are told it. */
static enum status
run_all(const struct run_words *o, const char *cluster, struct crew *crew,
    const char *out, struct buf *problem)
{
    struct clock wall = clock_wall(), monotonic = clock_monotonic();
    int64_t times[2] = { clock_ms(&wall), clock_ms(&monotonic) };
    const char *arguments[16] = { 0 };
    size_t count = 0;
    const struct {
        const char *name, *value;
    } passed[] = { { "--cluster", cluster },
        { "--kube-apiserver", o->kube_apiserver }, { "--etcd", o->etcd },
        { "--plugin", o->plugin }, { "--scale", o->scale_text } };
    const struct crew_options options = {
        .out = out, .jobs = o->jobs, .arguments = arguments, .quiet = o->json
    };

    for (size_t i = 0; i < ARRAY_LEN(passed); i++) {
        if (passed[i].value == NULL)
            continue;
        arguments[count++] = passed[i].name;
        arguments[count++] = passed[i].value;
    }
    if (o->keep)
        arguments[count] = "--keep";
    enum status st = crew_run(crew, &options, problem);
    times[1] = clock_ms(&monotonic) - times[1];
    enum status reported = report(o, crew, out, times, problem);
    if (reported == STATUS_OK && o->out != NULL)
        reported = report_write(out, REPORT_ALL, out, problem);
    if (reported == STATUS_OK && o->out != NULL)
        reported = report_announce(out, o->json ? stderr : stdout, problem);
    return st == STATUS_OK ? reported : st;
}

/* On a kind cluster, which is there for all runs. */
static enum status
run_on_kind(const struct run_words *o, struct crew *crew, const char *out,
    struct buf *problem)
{
    const struct kind_suite_options options = { kind_suite_name(o->cluster),
        crew->apiservers, o->keep, o->json };
    struct kind_suite *suite = NULL;
    struct buf left = { 0 };
    enum status st = kind_suite_open(&options, &suite, problem);

    if (st == STATUS_OK)
        st = run_all(o, kind_suite_cluster(suite), crew, out, problem);
    enum status closed = kind_suite_close(suite, &left);
    if (closed != STATUS_OK) {
        buf_say(problem, "%s%s", problem->len > 0 ? "; " : "", buf_text(&left));
        st = st == STATUS_OK ? closed : st;
    }
    buf_reset(&left);
    return st;
}

/* What is not installed is no failure of ours: the runs are skipped. */
static enum status
check_place(const struct run_words *o, int *code, struct buf *problem)
{
    const char *name = kind_suite_name(o->cluster);
    enum status st =
        name != NULL && name[0] == '\0' ? kind_suite_check(problem) : STATUS_OK;

    *code = st == STATUS_NOT_FOUND ? EXIT_SKIPPED : EXIT_FAILED;
    return st;
}

static enum status
gather_runs(const struct run_words *o, const struct workspace *workspace,
    struct crew *crew, int *code, struct buf *problem)
{
    const struct gather_options what = { .workspace = workspace,
        .scenarios = o->scenarios,
        .all = o->all,
        .names = o->names,
        .name_count = o->name_count,
        .seed = o->seed,
        .repeat = o->repeat,
        .other_plugin = o->plugin != NULL };
    bool mistake = false;
    enum status st = gather(&what, crew, &mistake, problem);

    *code = mistake ? EXIT_USAGE : EXIT_FAILED;
    return st;
}

/* Two runs in one folder would mix their journals: *lock is held meanwhile. */
static enum status
take_out_folder(const char *out, int *lock, struct buf *problem)
{
    if (out == NULL)
        return STATUS_OK;
    int fd = -1;
    if ((mkdir(out, 0777) == 0 || errno == EEXIST) && access(out, W_OK) == 0)
        fd = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *lock = fd;
        return STATUS_OK;
    }
    enum status st =
        errno == EWOULDBLOCK ? STATUS_BUSY : status_from_errno(errno);
    if (st == STATUS_BUSY)
        buf_say(problem, "another kmslab run writes into %s", out);
    else
        buf_say(problem, "--out %s is no folder to write into: %s", out,
            strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return st == STATUS_OK ? STATUS_IO : st;
}

static int
run_crew(const struct run_words *o)
{
    struct workspace *workspace = NULL;
    struct crew crew = { 0 };
    struct buf problem = { 0 };
    enum status st = interrupt_init();
    int code = EXIT_FAILED, lock = -1;

    if (st == STATUS_OK)
        st = workspace_open(&workspace, &problem);
    if (st == STATUS_OK)
        st = gather_runs(o, workspace, &crew, &code, &problem);
    if (st == STATUS_OK)
        st = check_place(o, &code, &problem);
    if (st == STATUS_OK)
        st = take_out_folder(o->out, &lock, &problem);
    if (st == STATUS_OK) {
        const char *out = o->out == NULL ? workspace_path(workspace) : o->out;

        st = kind_suite_name(o->cluster) != NULL
                 ? run_on_kind(o, &crew, out, &problem)
                 : run_all(o, o->cluster, &crew, out, &problem);
        code = st == STATUS_OK ? crew_exit_code(&crew) : EXIT_FAILED;
    }
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab run: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    if (lock >= 0)
        (void)close(lock);
    crew_reset(&crew);
    workspace_free(workspace);
    buf_reset(&problem);
    return code;
}

int
run_command(int argc, char **argv)
{
    struct run_words words = { 0 };
    int code = 0;

    if (!run_words_parse(argc, argv, &words, &code))
        return code;
    return words.child ? run_child(&words) : run_crew(&words);
}
