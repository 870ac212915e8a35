/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks all states of the automaton at once (Thompson's construction), so no
 * text makes it slow.
 */
#include "aws/pattern.h"

#include "base/utf8.h"

/* The states the automaton is in: steps of kind CLASS or END. */
struct states {
    uint16_t steps[PATTERN_STEPS_MAX];
    size_t count;
    bool seen[PATTERN_STEPS_MAX];
};

/* Jumps go forward or back over a class, so a loop of jumps ends at `seen`. */
static void
enter(const struct pattern *pattern, struct states *states, uint16_t step)
{
    if (states->seen[step])
        return;
    states->seen[step] = true;
    const struct pattern_step *s = &pattern->steps[step];
    if (s->kind == PATTERN_SPLIT || s->kind == PATTERN_JUMP) {
        enter(pattern, states, s->to);
        if (s->kind == PATTERN_SPLIT)
            enter(pattern, states, s->other);
        return;
    }
    states->steps[states->count++] = step;
}

static bool
in_class(const struct pattern *pattern, const struct pattern_step *step,
    uint32_t character)
{
    for (size_t i = step->first; i < (size_t)step->first + step->count; i++)
        if (character >= pattern->ranges[i].low &&
            character <= pattern->ranges[i].high)
            return true;
    return false;
}

static void
advance(const struct pattern *pattern, const struct states *now,
    uint32_t character, struct states *next)
{
    next->count = 0;
    memset(next->seen, 0, sizeof(next->seen[0]) * pattern->step_count);
    for (size_t i = 0; i < now->count; i++) {
        const struct pattern_step *step = &pattern->steps[now->steps[i]];
        if (step->kind == PATTERN_CLASS && in_class(pattern, step, character))
            enter(pattern, next, (uint16_t)(now->steps[i] + 1));
    }
}

bool
pattern_matches(const struct pattern *pattern, struct span text)
{
    struct states pair[2] = { { .count = 0 } };
    struct states *now = &pair[0], *next = &pair[1];
    enter(pattern, now, 0);
    while (text.len > 0) {
        uint32_t character;
        size_t len = utf8_decode(text, &character);
        if (len == 0)
            return false;
        advance(pattern, now, character, next);
        struct states *swap = now;
        now = next;
        next = swap;
        text = span_skip(text, len);
    }
    for (size_t i = 0; i < now->count; i++)
        if (pattern->steps[now->steps[i]].kind == PATTERN_END)
            return true;
    return false;
}
