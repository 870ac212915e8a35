/* SPDX-License-Identifier: Apache-2.0 */
#include "play/vet.h"

#include "base/json.h"
#include "play/stage.h"
#include "process/interrupt.h"
#include "services/emulator.h"
#include "services/plugin.h"

void
vet_reset(struct vet *vet)
{
    emulator_free(vet->emulator);
    *vet = (struct vet){ 0 };
}

static enum status
refuse(const struct scenario *scenario, int line, struct span why,
    struct buf *problem)
{
    buf_clear(problem);
    buf_say(
        problem, "%s:%d: %.*s", buf_text(&scenario->file), line, SPAN_ARG(why));
    return STATUS_INVALID;
}

static enum status
check_flags(
    struct vet *vet, const struct scenario *scenario, struct buf *problem)
{
    const char *flags[SCENARIO_FLAGS_MAX + 1] = { NULL };
    struct buf why = { 0 };

    if (vet->other_plugin || scenario->plugin_flag_count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < scenario->plugin_flag_count; i++)
        flags[i] = buf_text(&scenario->plugin_flags[i]);
    enum status st = plugin_check_flags(vet->workspace, flags, &why);
    if (st == STATUS_INVALID)
        st = refuse(scenario, scenario->plugin_line, buf_span(&why), problem);
    else if (st != STATUS_OK)
        buf_take(problem, &why);
    buf_reset(&why);
    return st;
}

/* What a refusal of the admin listener says: {"error":"…"}. */
static enum status
refuse_rule(const struct scenario *scenario, const struct scenario_step *step,
    const struct buf *answer, struct buf *problem)
{
    struct json_doc *doc = NULL;
    enum status st = STATUS_CANCELLED;

    if (interrupt_pending() != 0)
        return st;
    if (json_parse(buf_span(answer), &doc, NULL) == STATUS_OK) {
        st = refuse(scenario, step->line,
            json_get_string(json_member(json_root(doc), "error")), problem);
    } else {
        buf_say(problem, "kms-emulator does not say whether it takes a rule");
        st = STATUS_UNAVAILABLE;
    }
    json_doc_free(doc);
    return st;
}

static enum status
check_fault(struct vet *vet, const struct scenario *scenario,
    const struct scenario_step *step, struct buf *problem)
{
    enum { CREATED = 201 };
    const struct emulator_options options = { .data = NULL };
    const struct span nothing = { NULL, 0 };
    struct buf answer = { 0 };
    enum status st = STATUS_OK;

    if (vet->emulator == NULL)
        st = emulator_start(vet->workspace, &options, &vet->emulator, problem);
    if (st != STATUS_OK)
        return st;
    const char *admin = emulator_admin(vet->emulator);
    if (stage_ask(admin, "POST", "/faults", buf_span(&step->body), &answer) !=
        CREATED)
        st = refuse_rule(scenario, step, &answer, problem);
    /* Names may come again: each is asked for alone. */
    (void)stage_ask(admin, "DELETE", "/faults", nothing, &answer);
    buf_reset(&answer);
    return st;
}

static enum status
check_actor(struct vet *vet, const struct scenario *scenario,
    const struct scenario_actor *actor, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < actor->step_count && st == STATUS_OK; i++)
        if (actor->steps[i].verb == SCENARIO_FAULT)
            st = check_fault(vet, scenario, &actor->steps[i], problem);
    return st;
}

enum status
vet_scenario(
    struct vet *vet, const struct scenario *scenario, struct buf *problem)
{
    enum status st = check_flags(vet, scenario, problem);

    for (size_t i = 0; i < scenario->actor_count && st == STATUS_OK; i++)
        st = check_actor(vet, scenario, &scenario->actors[i], problem);
    return st;
}
