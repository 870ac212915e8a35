/* SPDX-License-Identifier: Apache-2.0 */
#include "play/step_process.h"

#include "play/armed.h"

/* From STAGE_COUNT on: the apiservers. */
static enum stage_who
who_is(const struct scenario_step *step)
{
    if (span_equal_text(buf_span(&step->target), "plugin"))
        return stage_plugin(step->server);
    if (span_equal_text(buf_span(&step->target), "emulator"))
        return STAGE_EMULATOR;
    return STAGE_COUNT + (enum stage_who)step->server;
}

static const char *
name_of(enum stage_who who)
{
    return who >= STAGE_COUNT ? engine_server_names[who - STAGE_COUNT]
                              : stage_names[who];
}

static void
tell(struct engine *engine, enum stage_who who, const char *what)
{
    static const char *const lanes[STAGE_COUNT] = { "kms", "plugin", "plugin" };
    struct buf text = { 0 };
    struct journal_event event = { engine_now(engine),
        who >= STAGE_COUNT ? "apiserver" : lanes[who], "info", NULL };

    buf_say(&text, "%s %s", name_of(who), what);
    event.text = buf_text(&text);
    journal_event(&engine->journal, &event);
    buf_reset(&text);
}

static enum status
begin(struct engine *engine, enum stage_who who, const char *what)
{
    struct buf name = { 0 };

    buf_say(&name, "%s-%s", name_of(who), what);
    struct engine_fault *fault =
        engine_fault_begin(engine, "process", name_of(who), buf_text(&name));
    buf_reset(&name);
    if (fault == NULL)
        return STATUS_NO_MEMORY;
    engine_fault_done(fault);
    tell(engine, who, what);
    return STATUS_OK;
}

void
step_process_weigh(struct engine *engine, enum stage_who who)
{
    struct usage usage;

    engine->usage_of[who] = 0;
    if (stage_usage(engine->stage, who, &usage) != STATUS_OK)
        return;
    engine->usage[who] = usage;
    engine->usage_of[who] = stage_process_id(engine->stage, who);
}

static void
stop(struct engine *engine, enum stage_who who, bool kill)
{
    if (who == STAGE_EMULATOR) {
        engine_kms_keep(engine);
        armed_collect(engine);
    }
    if (who < STAGE_COUNT) {
        stage_stop(engine->stage, who, kill);
        return;
    }
    const struct cluster *cluster = &engine->clusters[who - STAGE_COUNT];
    cluster->table->stop(cluster->context, kill);
}

/* A plugin that looks for KMS elsewhere is a fault until one does not. */
static enum status
direct(struct engine *engine, const struct scenario_step *step)
{
    enum status st = stage_direct(engine->stage, buf_span(&step->endpoint));

    engine_fault_end(engine, "process", "endpoint");
    if (st != STATUS_OK || step->endpoint.len == 0)
        return st;
    struct engine_fault *fault =
        engine_fault_begin(engine, "process", "endpoint", "plugin-endpoint");
    if (fault == NULL)
        return STATUS_NO_MEMORY;
    engine_fault_done(fault);
    return STATUS_OK;
}

static enum status
start(struct engine *engine, const struct scenario_step *step,
    struct buf *problem)
{
    enum stage_who who = who_is(step);
    enum status st = STATUS_OK;

    if (who >= STAGE_COUNT) {
        const struct cluster *cluster = &engine->clusters[who - STAGE_COUNT];

        return cluster->table->start(cluster->context, problem);
    }
    if (who == STAGE_PLUGIN)
        st = direct(engine, step);
    if (st == STATUS_OK)
        st = stage_start(engine->stage, who, problem);
    if (st == STATUS_OK)
        step_process_weigh(engine, who);
    return st;
}

enum status
step_process_stop(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum stage_who who = who_is(step);

    (void)result;
    stop(engine, who, step->verb == SCENARIO_KILL);
    return begin(
        engine, who, step->verb == SCENARIO_KILL ? "killed" : "stopped");
}

/* A program that does not start is a failure of the step. */
static enum status
judge(enum status st, struct step_result *result)
{
    if (st == STATUS_NO_MEMORY || st == STATUS_CANCELLED)
        return st;
    result->failed = st != STATUS_OK;
    return STATUS_OK;
}

enum status
step_process_start(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum stage_who who = who_is(step);
    enum status st = start(engine, step, &result->got);

    if (st == STATUS_OK) {
        engine_fault_end(engine, "process", name_of(who));
        tell(engine, who, "started");
    }
    return judge(st, result);
}

enum status
step_process_restart(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum stage_who who = who_is(step);

    stop(engine, who, false);
    tell(engine, who, "restarted");
    return judge(start(engine, step, &result->got), result);
}

enum status
step_process_pause(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum stage_who who = who_is(step);

    if (who == STAGE_EMULATOR) {
        engine_kms_pause(engine);
        armed_collect(engine);
    }
    enum status st = stage_pause(engine->stage, who);
    if (st != STATUS_OK) {
        buf_say(&result->got, "%s", status_text(st));
        return judge(st, result);
    }
    return begin(engine, who, "paused");
}

enum status
step_process_resume(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum stage_who who = who_is(step);

    (void)result;
    stage_resume(engine->stage, who);
    engine_fault_end(engine, "process", name_of(who));
    tell(engine, who, "resumed");
    return STATUS_OK;
}

enum status
step_process_socket(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    static const struct {
        const char *name;
        enum socket_file_harm harm;
    } harms[] = {
        { "removed", SOCKET_FILE_REMOVED },
        { "stale", SOCKET_FILE_STALE },
        { "foreign", SOCKET_FILE_FOREIGN },
        { "plain", SOCKET_FILE_PLAIN },
        { "mode", SOCKET_FILE_MODE },
    };
    struct socket_file_options options = { .path = stage_socket(
                                               engine->stage, step->server) };

    for (size_t i = 0; i < ARRAY_LEN(harms); i++)
        if (span_equal_text(buf_span(&step->target), harms[i].name))
            options.harm = harms[i].harm;
    enum status st =
        socket_file_begin(&options, &engine->socket_file, &result->got);
    if (st != STATUS_OK)
        return judge(st, result);
    struct engine_fault *fault = engine_fault_begin(
        engine, "process", "socket", buf_text(&step->target));
    if (fault == NULL)
        return STATUS_NO_MEMORY;
    engine_fault_done(fault);
    return STATUS_OK;
}

void
step_process_heal_socket(struct engine *engine, struct step_result *result)
{
    result->failed = socket_file_heal(engine->socket_file) != STATUS_OK;
    engine->socket_file = NULL;
    engine_fault_end(engine, "process", "socket");
}
