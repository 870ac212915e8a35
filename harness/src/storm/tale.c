/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/tale.h"

#include <stdlib.h>

enum status
tale_init(struct tale *tale, const struct plan *plan)
{
    struct tale made = { .plan = plan, .recover_ms = -1 };
    made.faults = calloc(plan->count + 1, sizeof(*made.faults));
    made.events = calloc(TALE_EVENTS_MAX, sizeof(*made.events));
    made.states = calloc(TALE_STATES_MAX, sizeof(*made.states));
    if (made.faults == NULL || made.events == NULL || made.states == NULL) {
        tale_reset(&made);
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < plan->count; i++)
        made.faults[i] =
            (struct tale_fault){ &plan->faults[i], -1, -1, { 0, 0, 0 } };
    *tale = made;
    return STATUS_OK;
}

void
tale_forget(struct tale *tale)
{
    for (size_t i = 0; i < tale->event_count; i++)
        buf_reset(&tale->events[i].text);
    for (size_t i = 0; i < tale->state_count; i++)
        buf_reset(&tale->states[i].detail);
    tale->event_count = tale->state_count = 0;
}

void
tale_reset(struct tale *tale)
{
    tale_forget(tale);
    for (size_t i = 0; i < tale->invariant_count; i++)
        buf_reset(&tale->invariants[i].detail);
    free(tale->faults);
    free(tale->events);
    free(tale->states);
    *tale = (struct tale){ 0 };
}

static void say(struct buf *out, const char *format, va_list args)
    PRINTF_LIKE(2, 0);

/* Where memory is short words are lost, not the storm. */
static void
say(struct buf *out, const char *format, va_list args)
{
    if (buf_vprintf(out, format, args) != STATUS_OK)
        buf_clear(out);
}

void
tale_event(struct tale *tale, int64_t at_ms, const char *lane,
    const char *level, const char *format, ...)
{
    va_list args;
    if (tale->event_count == TALE_EVENTS_MAX)
        return;
    struct tale_event *event = &tale->events[tale->event_count++];
    *event = (struct tale_event){ at_ms, lane, level, { 0 } };
    va_start(args, format);
    say(&event->text, format, args);
    va_end(args);
}

void
tale_state(struct tale *tale, int64_t at_ms, const char *probe, bool ok,
    struct span detail)
{
    for (size_t i = tale->state_count; i > 0; i--) {
        const struct tale_state *before = &tale->states[i - 1];
        if (strcmp(before->probe, probe) == 0) {
            if (before->ok == ok)
                return;
            break;
        }
    }
    if (tale->state_count == TALE_STATES_MAX)
        return;
    struct tale_state *state = &tale->states[tale->state_count++];
    *state = (struct tale_state){ at_ms, probe, ok, { 0 } };
    if (!ok)
        buf_say(&state->detail, "%.*s", SPAN_ARG(span_first(detail, 400)));
}

void
tale_invariant(
    struct tale *tale, const char *name, bool passed, const char *format, ...)
{
    va_list args;
    if (tale->invariant_count == TALE_INVARIANTS_MAX)
        return;
    struct tale_invariant *i = &tale->invariants[tale->invariant_count++];
    *i = (struct tale_invariant){ name, passed, { 0 } };
    va_start(args, format);
    say(&i->detail, format, args);
    va_end(args);
}

const struct tale_invariant *
tale_broken(const struct tale *tale)
{
    for (size_t i = 0; i < tale->invariant_count; i++)
        if (!tale->invariants[i].passed)
            return &tale->invariants[i];
    return NULL;
}
