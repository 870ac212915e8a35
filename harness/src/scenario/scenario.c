/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/scenario.h"

#include <stdlib.h>

const char *const scenario_verb_names[SCENARIO_VERB_COUNT] = {
#define SCENARIO_NAME(name, text) text,
    SCENARIO_VERBS(SCENARIO_NAME)
#undef SCENARIO_NAME
};

void
expectations_reset(struct expectations *expectations)
{
    for (size_t i = 0; i < expectations->count; i++) {
        buf_reset(&expectations->items[i].subject);
        buf_reset(&expectations->items[i].want);
    }
    free(expectations->items);
    *expectations = (struct expectations){ 0 };
}

static void
step_reset(struct scenario_step *step)
{
    buf_reset(&step->target);
    buf_reset(&step->body);
    buf_reset(&step->says);
    buf_reset(&step->endpoint);
    buf_reset(&step->as);
    buf_reset(&step->from);
    expectations_reset(&step->expects);
}

static void
actor_reset(struct scenario_actor *actor)
{
    buf_reset(&actor->name);
    for (size_t i = 0; i < actor->step_count; i++)
        step_reset(&actor->steps[i]);
    free(actor->steps);
}

bool
scenario_runs_here(enum scenario_runs where, enum scenario_runs here)
{
    return where == SCENARIO_ANYWHERE || where == here ||
           (where == SCENARIO_APISERVER && here == SCENARIO_KIND);
}

void
scenario_reset(struct scenario *scenario)
{
    buf_reset(&scenario->file);
    buf_reset(&scenario->name);
    buf_reset(&scenario->sha256);
    buf_reset(&scenario->title);
    buf_reset(&scenario->catalogue);
    buf_reset(&scenario->because);
    for (size_t i = 0; i < scenario->plugin_flag_count; i++)
        buf_reset(&scenario->plugin_flags[i]);
    for (size_t i = 0; i < scenario->actor_count; i++)
        actor_reset(&scenario->actors[i]);
    free(scenario->actors);
    *scenario = (struct scenario){ 0 };
}

const char *
scenario_why_not(const struct scenario *scenario, enum scenario_runs here)
{
    return scenario_runs_here(scenario->only, here)
               ? NULL
               : buf_text(&scenario->because);
}

enum status
scenario_describe(const struct scenario_step *step, struct buf *out)
{
    enum status st = buf_append_text(out, scenario_verb_names[step->verb]);

    if (st == STATUS_OK && step->target.len > 0)
        st = buf_printf(out, " %s", buf_text(&step->target));
    if (st == STATUS_OK && step->wait_ms > 0)
        st = buf_printf(out, " %lld ms", (long long)step->wait_ms);
    if (st == STATUS_OK && step->times > 1)
        st = buf_printf(out, " %lld times", (long long)step->times);
    for (size_t i = 0; i < step->expects.count && st == STATUS_OK; i++) {
        const struct expectation *e = &step->expects.items[i];

        st = buf_printf(out, "%s %s%s%s", i > 0 ? "," : "",
            buf_text(&e->subject), e->subject.len > 0 ? " " : "",
            buf_text(&e->want));
    }
    if (st == STATUS_OK && step->server > 0)
        st = buf_printf(out, " at server %zu", step->server + 1);
    return st;
}
