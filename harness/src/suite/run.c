/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/run.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/version.h"
#include "play/invariant.h"
#include "play/load.h"
#include "play/play.h"
#include "process/interrupt.h"
#include "scenario/read.h"
#include "suite/run_journal.h"
#include "testbed/cluster_apiserver.h"
#include "testbed/cluster_kind.h"
#include "testbed/cluster_model.h"

#include <errno.h>
#include <sys/stat.h>

struct run {
    const struct run_options *options;
    struct scenario scenario;
    struct workspace *workspace;
    struct kind_site *site; /* NULL: not on kind */
    struct engine engine;
    struct run_facts facts;
};

static enum scenario_runs
here(const struct run_options *options)
{
    if (options->kind != NULL)
        return SCENARIO_KIND;
    return options->kube_apiserver == NULL ? SCENARIO_MODEL
                                           : SCENARIO_APISERVER;
}

static enum status
make_cluster(struct run *run, size_t server, struct buf *problem)
{
    const struct scenario *scenario = &run->scenario;
    struct engine *engine = &run->engine;
    struct cluster *cluster = &engine->clusters[server];
    const struct cluster_model_options model = {
        .workspace = run->workspace,
        .endpoint = stage_endpoint(engine->stage, server),
        .kms_v1 = scenario->kms_v1,
        .first = server == 0 ? NULL : &engine->clusters[0],
        .timeout_ms = scenario->timeout_ms,
        .scale = scenario->scale,
    };
    const struct cluster_apiserver_options real = {
        .workspace = run->workspace,
        .kube_apiserver = run->options->kube_apiserver,
        .etcd = run->options->etcd,
        .endpoint = model.endpoint,
        .first = model.first,
        .kms_v1 = scenario->kms_v1,
        .timeout_ms = scenario->timeout_ms,
    };
    const struct cluster_kind_options kind = {
        .site = run->site,
        .server = server,
        .socket = model.endpoint,
        .kms_v1 = scenario->kms_v1,
        .timeout_ms = scenario->timeout_ms,
    };
    enum status st = engine->here == SCENARIO_MODEL
                         ? cluster_model_new(&model, cluster, problem)
                     : engine->here == SCENARIO_KIND
                         ? cluster_kind_new(&kind, cluster, problem)
                         : cluster_apiserver_new(&real, cluster, problem);

    if (st == STATUS_OK)
        st = cluster->table->start(cluster->context, problem);
    return st;
}

/* A server, and our own look at its plugin, which goes past a proxy. */
static enum status
set_up_server(struct run *run, size_t server, struct buf *problem)
{
    struct engine *engine = &run->engine;
    struct buf endpoint = { 0 };
    enum status st =
        buf_printf(&endpoint, "unix://%s", stage_socket(engine->stage, server));

    if (st == STATUS_OK)
        st = rpc_channel_new(
            buf_span(&endpoint), RPC_FAIL_FAST, &engine->channels[server]);
    if (st == STATUS_OK)
        st = make_cluster(run, server, problem);
    buf_reset(&endpoint);
    return st;
}

static enum status
set_stage(struct run *run, struct buf *problem)
{
    const struct stage_options stage = { .workspace = run->workspace,
        .scenario = &run->scenario,
        .plugin = run->options->plugin,
        .sockets = run->site == NULL ? NULL : kind_site_sockets(run->site),
        .seed = run->options->seed };

    return stage_new(&stage, &run->engine.stage, problem);
}

static enum status
set_up(struct run *run, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < (size_t)run->scenario.apiservers && st == STATUS_OK;
         i++)
        st = set_up_server(run, i, problem);
    return st;
}

/* What a failure of the harness is called, where it is no interrupt. */
static void
conclude(struct run *run, enum status st, enum journal_verdict verdict,
    const struct buf *problem)
{
    struct journal *journal = &run->engine.journal;

    if (st == STATUS_CANCELLED)
        journal_fail(journal, JOURNAL_INTERRUPTED, "interrupted");
    else if (st != STATUS_OK)
        journal_fail(journal, verdict, "%s",
            problem->len > 0 ? buf_text(problem) : status_text(st));
}

static void
attempt(struct run *run)
{
    struct buf problem = { 0 };
    const char *why = scenario_why_not(&run->scenario, run->engine.here);
    enum status st = STATUS_OK;

    if (why != NULL) {
        journal_fail(&run->engine.journal, JOURNAL_SKIPPED, "%s", why);
        return;
    }
    st = workspace_open(&run->workspace, &problem);
    if (st == STATUS_OK && run->options->kind != NULL)
        st =
            kind_site_open(run->options->kind, (size_t)run->scenario.apiservers,
                run->workspace, &run->site, &problem);
    if (st == STATUS_OK)
        st = set_stage(run, &problem);
    enum journal_verdict verdict =
        st == STATUS_UNSUPPORTED ? JOURNAL_SKIPPED : JOURNAL_ERROR;
    if (st == STATUS_OK)
        st = logs_begin(&run->engine.logs, workspace_path(run->workspace));
    if (st == STATUS_OK)
        st = set_up(run, &problem);
    if (st == STATUS_OK)
        st = play(&run->engine);
    conclude(run, st, verdict, &problem);
    buf_reset(&problem);
}

static enum status
write_out(struct run *run, struct buf *problem)
{
    struct buf path = { 0 }, json = { 0 };
    const char *out = run->options->out;
    enum status st = STATUS_OK;

    if (out == NULL)
        return STATUS_OK;
    if (mkdir(out, 0777) != 0 && errno != EEXIST)
        st = status_from_errno(errno);
    if (st == STATUS_OK)
        st = buf_printf(&path, "%s/journal.json", out);
    if (st == STATUS_OK)
        st = run_journal_write(&run->engine, &run->facts, &json);
    if (st == STATUS_OK)
        st = file_replace(buf_text(&path), 0644, buf_span(&json));
    if (st != STATUS_OK)
        buf_say(problem, "%s/journal.json: %s", out, status_text(st));
    buf_reset(&path);
    buf_reset(&json);
    return st;
}

static void
finish(struct run *run)
{
    struct clock clock = clock_monotonic();

    run->facts.wall_ms = clock_ms(&clock) - run->facts.wall_ms;
    run->facts.site = run->site;
    load_report(&run->engine);
    invariant_list_faults(&run->engine);
    if (run->site != NULL)
        kind_site_write_log(run->site, run->workspace);
    logs_look(&run->engine.logs, engine_now(&run->engine));
    logs_write(&run->engine.logs, &run->engine.journal);
    if (run->options->keep && run->options->out != NULL)
        logs_copy(&run->engine.logs, run->options->out);
}

enum status
run_scenario(const struct run_options *options, struct journal *journal,
    struct buf *problem)
{
    struct clock wall = clock_wall(), monotonic = clock_monotonic();
    struct run run = { .options = options };
    const struct read_options read = { options->file,
        here(options) == SCENARIO_MODEL ? options->scale : 1 };
    enum status st = interrupt_init();

    if (st == STATUS_OK)
        st = read_scenario_file(&read, &run.scenario, problem);
    if (st != STATUS_OK)
        return st;
    run.facts = (struct run_facts){ .options = options,
        .started_ms = clock_ms(&wall),
        .wall_ms = clock_ms(&monotonic) };
    st = engine_init(&run.engine, &run.scenario, options->seed);
    if (st == STATUS_OK) {
        run.engine.here = here(options);
        attempt(&run);
        finish(&run);
        st = write_out(&run, problem);
    }
    *journal = run.engine.journal;
    run.engine.journal = (struct journal){ 0 };
    engine_reset(&run.engine);
    kind_site_free(run.site);
    workspace_free(run.workspace);
    scenario_reset(&run.scenario);
    return st;
}
