/* SPDX-License-Identifier: Apache-2.0 */
/* creation_bring_up: kind makes the nodes; what goes wrong there is explained
 * by what the static pods say. */
#include "kind/creation.h"

#include "base/clock.h"
#include "kind/explain.h"
#include "kind/load_image.h"
#include "kind/nodes.h"
#include "kind/tools.h"
#include "process/interrupt.h"

#include <stdio.h>

enum {
    WAIT_MS = 120 * 1000,
    HEALTH_TIMEOUT_MS = 90 * 1000,
    HEALTH_PAUSE_MS = 500,
    LOOK_MS = 5000, /* between two looks at the plugin's pod */
    ATTEMPTS = 3,
    RESTARTS_MAX = 2, /* one that still ends then will not stay */
};

struct watch {
    struct creation *c;
    int64_t next_look_ms;
    struct buf words; /* why the plugin's pod keeps ending */
};

/* The nodes run, kubelet does not yet: now an image is in time. Where it does
 * not get there, kubelet's own words about it come later. */
static void
give_image(struct creation *c)
{
    const struct kind_names *nodes = &c->record->control_planes;
    struct buf words = { 0 };

    for (size_t i = 0; i < nodes->count; i++) {
        if (kind_load_image(&c->engine, c->plan->plugin_what,
                buf_text(&nodes->names[i]), &words) != STATUS_OK)
            kind_progress_say(c->progress, "%s", buf_text(&words));
        buf_clear(&words);
    }
    buf_reset(&words);
}

static void
follow(void *context, struct span line)
{
    struct watch *w = context;
    struct span step = kind_tools_step(line);

    if (step.len == 0)
        return;
    kind_progress_say(w->c->progress, "kind: %.*s", SPAN_ARG(step));
    if (w->c->plan->plugin == KIND_PLUGIN_IMAGE &&
        span_equal_text(step, "Writing configuration"))
        give_image(w->c);
}

/* kubeadm would wait for minutes for a plugin that cannot start. */
static enum status
look_at_plugin(void *context)
{
    struct watch *w = context;
    int restarts = 0;
    struct buf words = { 0 };
    enum status status = STATUS_OK;

    if (!kind_plan_has_pod(w->c->plan) ||
        clock_monotonic_ms() < w->next_look_ms)
        return STATUS_OK;
    w->next_look_ms = clock_monotonic_ms() + LOOK_MS;
    status = kind_nodes_pod_log(&w->c->engine,
        buf_text(&w->c->record->control_planes.names[0]), "kmslab-plugin",
        &words, &restarts);
    if (status == STATUS_OK && restarts >= RESTARTS_MAX) {
        buf_take(&w->words, &words);
        status = STATUS_UNAVAILABLE;
    }
    buf_reset(&words);
    return status;
}

/* kind looks for a free port, and then has the engine take it. */
static bool
lost_port(struct span errors)
{
    size_t at;

    return span_search(
               errors, SPAN_LITERAL("port is already allocated"), &at) ||
           span_search(errors, SPAN_LITERAL("address already in use"), &at);
}

static enum status
judge(const struct watch *w, enum status status,
    const struct capture_result *result, struct buf *problem)
{
    if (status == STATUS_OK && result->exit_code == 0)
        return STATUS_OK;
    if (status == STATUS_UNAVAILABLE)
        buf_say(problem, "the plugin does not stay, it says: %s",
            w->words.len > 0 ? buf_text(&w->words) : "nothing");
    else if (status == STATUS_OK && lost_port(buf_span(&result->errors))) {
        buf_say(problem, "another program took a port that kind chose for"
                         " kube-apiserver: try again");
        return STATUS_CONFLICT;
    } else if (status == STATUS_OK)
        kind_explain(
            &w->c->engine, w->c->record, buf_span(&result->errors), problem);
    else if (status != STATUS_CANCELLED)
        buf_say(problem, "%s cannot be run: %s",
            buf_text(&w->c->record->kind_program), status_text(status));
    return status == STATUS_OK ? STATUS_DENIED : status;
}

static enum status
run_kind(struct creation *c, struct buf *problem)
{
    const struct kind_record *r = c->record;
    struct watch watch = { .c = c,
        .next_look_ms = clock_monotonic_ms() + LOOK_MS };
    struct capture_result result = { 0 };
    struct environment environment = { 0 };
    struct buf config = { 0 };
    char wait[32];
    enum status status =
        buf_printf(&config, "%s/kind.yaml", buf_text(&c->folder));
    /* Nodes are kept when it fails, to be asked why. */
    const char *const argv[] = { buf_text(&r->kind_program), "create",
        "cluster", "--name", c->plan->name, "--config", buf_text(&config),
        "--kubeconfig", buf_text(&r->kubeconfig), "--wait", wait, "--retain",
        NULL };
    struct capture_call call = { .argv = argv,
        .on_line = follow,
        .on_tick = look_at_plugin,
        .context = &watch };

    (void)snprintf(wait, sizeof(wait), "%llds",
        (long long)((c->plan->wait_ms > 0 ? c->plan->wait_ms : WAIT_MS) /
                    1000));
    if (status == STATUS_OK)
        status = kind_tools_environment(&c->engine, &environment);
    call.environment = environment.entries;
    if (status == STATUS_OK) {
        status = capture_run(&call, &result);
        status = judge(&watch, status, &result, problem);
    }
    buf_reset(&watch.words);
    buf_reset(&config);
    environment_reset(&environment);
    capture_result_reset(&result);
    return status;
}

static enum status
run_kind_again(struct creation *c, struct buf *problem)
{
    enum status status = run_kind(c, problem);

    for (int i = 1; i < ATTEMPTS && status == STATUS_CONFLICT; i++) {
        buf_clear(problem);
        kind_progress_say(c->progress, "a port was lost to another program");
        status = kind_nodes_remove(&c->engine, c->plan->name, problem);
        if (status == STATUS_OK)
            status = run_kind(c, problem);
    }
    return status;
}

/* Asks until it is healthy. */
static enum status
await_health(const struct creation *c, const char *node, struct buf *words)
{
    int64_t end_ms = clock_monotonic_ms() + HEALTH_TIMEOUT_MS;

    for (;;) {
        enum status status;

        buf_clear(words);
        status = kind_explain_health(&c->engine, node, words);
        if (status == STATUS_OK || status == STATUS_CANCELLED)
            return status;
        if (clock_monotonic_ms() >= end_ms)
            return STATUS_TIMEOUT;
        if (interrupt_sleep(HEALTH_PAUSE_MS) != STATUS_OK)
            return STATUS_CANCELLED;
    }
}

static enum status
await_plugin(const struct creation *c, const char *node, struct buf *problem)
{
    struct buf words = { 0 };
    enum status status = await_health(c, node, &words);

    if (status != STATUS_OK && status != STATUS_CANCELLED) {
        buf_say(problem, "the plugin of %s does not become healthy (%s)", node,
            buf_text(&words));
        kind_explain_pods(&c->engine, node, problem);
    }
    buf_reset(&words);
    return status;
}

enum status
creation_bring_up(struct creation *c, struct buf *problem)
{
    const struct kind_names *nodes = &c->record->control_planes;
    enum status status = run_kind_again(c, problem);

    if (status == STATUS_OK)
        status = kind_nodes_find_emulator(&c->engine, c->record, problem);
    if (status == STATUS_OK && kind_plan_has_pod(c->plan))
        kind_progress_say(c->progress, "waiting for the plugin's health");
    for (size_t i = 0;
         kind_plan_has_pod(c->plan) && i < nodes->count && status == STATUS_OK;
         i++)
        status = await_plugin(c, buf_text(&nodes->names[i]), problem);
    return status;
}
