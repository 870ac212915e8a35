/* SPDX-License-Identifier: Apache-2.0 */
#include "play/step.h"

#include "process/interrupt.h"

#include "play/armed.h"
#include "play/expect.h"
#include "play/step_etcd.h"
#include "play/step_process.h"
#include "play/step_resolver.h"

#include <stdio.h>

typedef enum status act_fn(struct engine *engine,
    const struct scenario_step *step, struct step_result *result);

static bool
answer_fits(
    const struct scenario_step *step, const struct cluster_answer *answer)
{
    size_t at;
    bool good = answer->code == 200 || answer->code == 201;

    return (step->code == 0 || step->code == 200 || step->code == 201
                   ? good
                   : answer->code == step->code) &&
           span_search(buf_span(&answer->words), buf_span(&step->says), &at);
}

/* Words of another day ("expired at 2026-…") are no place to compare. */
static void
say_answer(const struct cluster_answer *answer, struct buf *got)
{
    if (answer->code == 0)
        buf_say(got, "no answer");
    else
        buf_say(got, "%u", answer->code);
    if (answer->words.len > 0)
        buf_say(got, " %s", buf_text(&answer->words));
}

static void
say_expected(const struct scenario_step *step, struct buf *expected)
{
    if (step->code == 0)
        buf_say(expected, "ok");
    else
        buf_say(expected, "%u", step->code);
    if (step->says.len > 0)
        buf_say(expected, " \"%s\"", buf_text(&step->says));
}

static enum status
act_call(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum status st = STATUS_OK;

    say_expected(step, &result->expected);
    for (int64_t i = 0; i < step->times && st == STATUS_OK; i++) {
        struct cluster_answer answer = { 0 };
        struct engine_call call = { step->verb, buf_text(&step->target), false,
            step->server };

        st = engine_call(engine, &call, &answer);
        if (st == STATUS_OK) {
            buf_clear(&result->got);
            say_answer(&answer, &result->got);
            result->failed = result->failed || !answer_fits(step, &answer);
        }
        cluster_answer_reset(&answer);
        if (result->failed)
            break;
    }
    return st;
}

static enum status
act_pod(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    const struct cluster *cluster = &engine->clusters[step->server];
    struct cluster_answer answer = { 0 };
    enum status st = STATUS_OK;

    say_expected(step, &result->expected);
    if (cluster->table->pod == NULL) {
        result->failed = true;
        buf_say(&result->got, "no pod runs on this cluster");
        return STATUS_OK;
    }
    st =
        cluster->table->pod(cluster->context, buf_text(&step->target), &answer);
    if (st == STATUS_OK) {
        say_answer(&answer, &result->got);
        result->failed = !answer_fits(step, &answer);
    }
    cluster_answer_reset(&answer);
    return st;
}

/* Each KMS call that breaks a key, and what the fault is then called. */
static const struct {
    const char *operation;
    bool breaks; /* or mends */
} key_calls[] = {
    { "DisableKey", true },
    { "ScheduleKeyDeletion", true },
    { "EnableKey", false },
};

static enum status
note_key_call(struct engine *engine, const char *operation)
{
    for (size_t i = 0; i < ARRAY_LEN(key_calls); i++) {
        if (strcmp(operation, key_calls[i].operation) != 0)
            continue;
        if (!key_calls[i].breaks) {
            engine_fault_end(engine, "kms", "key");
            return STATUS_OK;
        }
        struct engine_fault *fault =
            engine_fault_begin(engine, "kms", "key", operation);
        if (fault == NULL)
            return STATUS_NO_MEMORY;
        engine_fault_done(fault);
    }
    return STATUS_OK;
}

static enum status
act_kms(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    const char *operation = buf_text(&step->target);
    struct kms_account account = stage_account(engine->stage);
    struct span members = buf_span(&step->body);
    struct buf body = { 0 }, answer = { 0 };
    enum status st = buf_printf(&body, "{\"KeyId\":\"%s\"%s%.*s",
        stage_key(engine->stage), members.len > 2 ? "," : "",
        SPAN_ARG(members.len > 2 ? span_skip(members, 1) : SPAN_LITERAL("}")));

    if (st == STATUS_OK) {
        enum status called = kms_call(
            &account, operation, buf_span(&body), &answer, &result->got);

        result->failed = called != STATUS_OK;
        if (called == STATUS_OK)
            buf_say(&result->got, "ok");
        if (called == STATUS_OK)
            st = note_key_call(engine, operation);
    }
    buf_say(&result->expected, "ok");
    buf_reset(&body);
    buf_reset(&answer);
    return st;
}

static enum status
act_rotate(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    (void)step;
    result->failed = stage_rotate(engine->stage, &result->got) != STATUS_OK;
    return STATUS_OK;
}

static enum status
act_arm(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum status st = armed_add(engine,
        step->verb == SCENARIO_FAULT ? "kms" : "plugin", step, &result->got);

    if (st == STATUS_DENIED || st == STATUS_INVALID) {
        result->failed = true;
        st = STATUS_OK;
    }
    return st;
}

static enum status
act_heal(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    const char *what = buf_text(&step->target);

    if (strcmp(what, "etcd") == 0)
        return step_etcd_heal(engine, result);
    if (strcmp(what, "socket") == 0)
        step_process_heal_socket(engine, result);
    else if (strcmp(what, "resolver") == 0)
        step_resolver_heal(engine);
    else if (strcmp(what, "kms") == 0 &&
             stage_paused(engine->stage, STAGE_EMULATOR)) {
        buf_say(&result->got, "the emulator is paused: resume it first");
        result->failed = true;
    } else
        armed_heal(engine, what);
    return STATUS_OK;
}

static enum status
act_wait(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    (void)step; /* the runner waits: other actors go on meanwhile */
    (void)result;
    (void)engine;
    return STATUS_OK;
}

/* All of them, each noted; the first that fails is the step's. */
static enum status
look_all(struct engine *engine, const struct scenario_step *step, bool note,
    struct step_result *result)
{
    enum status st = STATUS_OK;

    result->failed = false;
    for (size_t i = 0; i < step->expects.count && st == STATUS_OK; i++) {
        const struct expectation *e = &step->expects.items[i];
        struct buf got = { 0 };
        bool holds = false;

        st = expect_look(engine, e, &holds, &got);
        if (st == STATUS_OK && note)
            expect_note(engine, e, holds, &got);
        if (st == STATUS_OK && !holds && !result->failed) {
            result->failed = true;
            buf_clear(&result->got);
            buf_clear(&result->expected);
            buf_say(&result->got, "%s %s: %s", e->kind->name,
                buf_text(&e->subject), buf_text(&got));
            buf_say(&result->expected, "%s", buf_text(&e->want));
        }
        buf_reset(&got);
    }
    return st;
}

static enum status
act_check(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    return look_all(engine, step, true, result);
}

/* Looks each second, and processes get their share of time meanwhile. */
static enum status
act_until(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    enum { LOOK_MS = 1000 };
    int64_t end_ms = engine_now(engine) + step->wait_ms;
    enum status st = look_all(engine, step, false, result);

    while (st == STATUS_OK && result->failed && engine_now(engine) < end_ms) {
        st = engine_pass(engine, engine_now(engine) + LOOK_MS, true);
        if (st == STATUS_OK)
            st = look_all(engine, step, false, result);
    }
    engine->probe_due_ms = engine_now(engine);
    return st == STATUS_OK ? look_all(engine, step, true, result) : st;
}

static enum status
act_mark(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    (void)step;
    (void)result;
    return engine_mark(engine);
}

static act_fn *const acts[SCENARIO_VERB_COUNT] = {
    [SCENARIO_WRITE] = act_call,
    [SCENARIO_READ] = act_call,
    [SCENARIO_LIST] = act_call,
    [SCENARIO_REWRITE] = act_call,
    [SCENARIO_DELETE] = act_call,
    [SCENARIO_KILL] = step_process_stop,
    [SCENARIO_STOP] = step_process_stop,
    [SCENARIO_START] = step_process_start,
    [SCENARIO_RESTART] = step_process_restart,
    [SCENARIO_PAUSE] = step_process_pause,
    [SCENARIO_RESUME] = step_process_resume,
    [SCENARIO_SOCKET] = step_process_socket,
    [SCENARIO_RESOLVER] = step_resolver_begin,
    [SCENARIO_TAMPER] = step_etcd_tamper,
    [SCENARIO_POD] = act_pod,
    [SCENARIO_KMS] = act_kms,
    [SCENARIO_ROTATE] = act_rotate,
    [SCENARIO_FAULT] = act_arm,
    [SCENARIO_PLUGIN_FAULT] = act_arm,
    [SCENARIO_HEAL] = act_heal,
    [SCENARIO_WAIT] = act_wait,
    [SCENARIO_UNTIL] = act_until,
    [SCENARIO_CHECK] = act_check,
    [SCENARIO_MARK] = act_mark,
};

static void
note(struct engine *engine, const struct scenario_step *step, int64_t from_ms,
    const struct step_result *result)
{
    struct buf text = { 0 };

    if (scenario_describe(step, &text) != STATUS_OK)
        buf_clear(&text);
    struct json_writer w = journal_item(&engine->journal, JOURNAL_STEPS);
    json_write_key_int(&w, "n", ++engine->step_count);
    json_write_key_int(&w, "line", step->line);
    json_write_key_string(
        &w, "actor", buf_span(&engine->scenario->actors[engine->actor].name));
    json_write_key_int(&w, "at_ms", from_ms);
    json_write_key_int(&w, "took_ms", engine_now(engine) - from_ms);
    json_write_key_text(&w, "do", scenario_verb_names[step->verb]);
    json_write_key_string(&w, "text", buf_span(&text));
    json_write_key_text(&w, "result", result->failed ? "failed" : "ok");
    json_write_key_string(&w, "expected", buf_span(&result->expected));
    json_write_key_string(&w, "got", buf_span(&result->got));
    journal_item_end(&engine->journal, &w);
    if (result->failed)
        journal_fail(&engine->journal, JOURNAL_FAILED,
            "line %d: %s: expected %s, got %s", step->line, buf_text(&text),
            result->expected.len == 0 ? "ok" : buf_text(&result->expected),
            buf_text(&result->got));
    buf_reset(&text);
}

enum status
step_act(struct engine *engine, const struct scenario_step *step)
{
    struct step_result result = { 0 };
    int64_t from_ms = engine_now(engine);
    enum status st = acts[step->verb](engine, step, &result);

    /* What an interrupt cut short has failed for no reason of the scenario. */
    if (st == STATUS_OK && result.failed && interrupt_pending() != 0)
        st = STATUS_CANCELLED;
    if (st == STATUS_OK)
        note(engine, step, from_ms, &result);
    buf_reset(&result.expected);
    buf_reset(&result.got);
    return st;
}
