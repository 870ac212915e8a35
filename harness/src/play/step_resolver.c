/* SPDX-License-Identifier: Apache-2.0 */
#include "play/step_resolver.h"

static const char place[] = "process", target[] = "resolver";

static enum resolver_mode
mode_of(const struct scenario_step *step)
{
    enum resolver_mode mode = RESOLVER_ANSWERS;

    for (int i = 0; i < RESOLVER_MODE_COUNT; i++)
        if (span_equal_text(buf_span(&step->target), resolver_mode_names[i]))
            mode = (enum resolver_mode)i;
    return mode;
}

/* The fault that lasts has met so many queries. */
static void
count(struct engine *engine, uint64_t asked)
{
    for (size_t i = 0; i < engine->fault_count; i++) {
        struct engine_fault *fault = &engine->faults[i];

        if (fault->to_ms < 0 && strcmp(fault->target, target) == 0)
            fault->matched = fault->fired = fault->observed = (int64_t)asked;
    }
}

void
step_resolver_heal(struct engine *engine)
{
    struct resolver *resolver = stage_resolver(engine->stage);

    if (resolver == NULL || resolver_does(resolver) == RESOLVER_ANSWERS)
        return;
    count(engine, resolver_set(resolver, RESOLVER_ANSWERS));
    engine_fault_end(engine, place, target);
}

enum status
step_resolver_begin(struct engine *engine, const struct scenario_step *step,
    struct step_result *result)
{
    struct buf name = { 0 };

    if (stage_resolver(engine->stage) == NULL) {
        result->failed = true;
        buf_say(&result->got, "a fault of the resolver wants resolver: true");
        return STATUS_OK;
    }
    step_resolver_heal(engine);
    (void)resolver_set(stage_resolver(engine->stage), mode_of(step));
    buf_say(&name, "resolver-%s", buf_text(&step->target));
    struct engine_fault *fault =
        engine_fault_begin(engine, place, target, buf_text(&name));
    buf_reset(&name);
    if (fault == NULL)
        return STATUS_NO_MEMORY;
    fault->requested = step->fires;
    return STATUS_OK;
}
