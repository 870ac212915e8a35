/* SPDX-License-Identifier: Apache-2.0 */
#include "play/play.h"

#include "play/armed.h"
#include "play/invariant.h"
#include "play/load.h"
#include "play/step.h"
#include "play/step_process.h"

static const struct scenario_step *
next_step(const struct engine *engine, size_t actor)
{
    const struct scenario_actor *who = &engine->scenario->actors[actor];
    size_t next = engine->cursors[actor].next;

    return next < who->step_count ? &who->steps[next] : NULL;
}

static int64_t
due(const struct engine *engine, size_t actor, int64_t origin_ms)
{
    const struct scenario_step *step = next_step(engine, actor);
    int64_t due_ms = engine->cursors[actor].due_ms;

    if (step == NULL)
        return INT64_MAX;
    return origin_ms + step->at_ms > due_ms && step->at_ms > 0
               ? origin_ms + step->at_ms
               : due_ms;
}

/* The actor whose turn is next; of several the first. */
static size_t
choose(const struct engine *engine, int64_t origin_ms)
{
    size_t chosen = 0;

    for (size_t i = 1; i < engine->scenario->actor_count; i++)
        if (due(engine, i, origin_ms) < due(engine, chosen, origin_ms))
            chosen = i;
    return chosen;
}

static bool
is_here(const struct engine *engine, const struct scenario_step *step)
{
    return scenario_runs_here(step->on, engine->here);
}

/* One step of whoever is next. *done once nobody has one. */
static enum status
turn(struct engine *engine, int64_t origin_ms, bool *done)
{
    size_t actor = choose(engine, origin_ms);
    const struct scenario_step *step = next_step(engine, actor);
    int64_t due_ms = due(engine, actor, origin_ms);

    *done = step == NULL;
    if (step == NULL)
        return STATUS_OK;
    enum status st =
        due_ms > engine_now(engine)
            ? engine_pass(engine, due_ms, engine->cursors[actor].paced)
            : STATUS_OK;
    engine->actor = actor;
    if (st == STATUS_OK && is_here(engine, step))
        st = step_act(engine, step);
    engine->cursors[actor].next++;
    engine->cursors[actor].paced = step->paced;
    engine->cursors[actor].due_ms =
        engine_now(engine) +
        (step->verb == SCENARIO_WAIT && is_here(engine, step) ? step->wait_ms
                                                              : 0);
    return st;
}

static enum status
play_steps(struct engine *engine)
{
    int64_t origin_ms = engine_now(engine);
    bool done = false;
    enum status st = STATUS_OK;

    engine->load_due_ms = engine->probe_due_ms = origin_ms;
    engine->calm = false;
    while (
        st == STATUS_OK && !done && engine->journal.verdict == JOURNAL_PASSED)
        st = turn(engine, origin_ms, &done);
    /* What the last wait of the last actor left over. */
    for (size_t i = 0;
         st == STATUS_OK && done && i < engine->scenario->actor_count; i++)
        if (engine->cursors[i].due_ms > engine_now(engine))
            st = engine_pass(
                engine, engine->cursors[i].due_ms, engine->cursors[i].paced);
    engine->calm = true;
    armed_collect(engine);
    return st;
}

enum status
play(struct engine *engine)
{
    enum status st = engine_phase(engine, "before");

    if (st == STATUS_OK)
        st = invariant_steady(engine, "good before");
    if (st == STATUS_OK)
        st = load_begin(engine);
    if (st == STATUS_OK)
        st = engine_mark(engine);
    for (enum stage_who i = 0; i < STAGE_COUNT; i++)
        step_process_weigh(engine, i);
    if (st == STATUS_OK && engine->journal.verdict == JOURNAL_PASSED)
        st = play_steps(engine);
    if (st != STATUS_OK)
        return st;
    invariant_fired(engine);
    invariant_disarmed(engine);
    /* After a failure nothing may work any more: no time is spent on it. */
    if (engine->journal.verdict != JOURNAL_PASSED)
        return STATUS_OK;
    st = engine_phase(engine, "after");
    if (st == STATUS_OK)
        st = invariant_steady(engine, "good after");
    if (st == STATUS_OK)
        st = invariant_kept(engine);
    if (st == STATUS_OK)
        invariant_processes(engine);
    return st;
}
