/* SPDX-License-Identifier: Apache-2.0 */
#include "support_replay_lane.h"

#include "test/check.h"

#include <stdio.h>
#include <string.h>

static bool
has(struct span text, const char *words)
{
    size_t at;
    return span_search(text, span_text(words), &at);
}

bool
replay_lane_class(bool health, struct span got, char what[32])
{
    /* A list that waits for the watch cache, which the model has not: what
     * hinders that is told, a mere "(re)initializing" is not. */
    bool waits = span_starts_with(got, SPAN_LITERAL("429")) &&
                 has(got, "unable to transform");
    bool bad = waits || span_starts_with(got, SPAN_LITERAL("500"));
    if (!bad && !span_starts_with(got, SPAN_LITERAL("20")))
        return false;
    if (health && bad) {
        bool kms = has(got, "[-]kms-provider");
        (void)snprintf(what, 32, kms ? "500 kms" : "500 storage");
        return kms || has(got, "[-]poststarthook/storage-readiness");
    }
    const char *why = has(got, "expired at")        ? "expired"
                      : has(got, "nil transformer") ? "no seed"
                                                    : "plugin";
    if (bad)
        (void)snprintf(what, 32, "500 %s", why);
    else
        (void)snprintf(what, 32, "%.3s", (const char *)got.ptr);
    return true;
}

/* The class of an answer, once it is another than before. */
void
replay_lane_add(struct replay_lane *lane, int64_t at_ms, struct span got)
{
    char what[32];
    bool bad = lane->count > 0 && lane->turns[lane->count - 1].what[0] == '5';
    if (!replay_lane_class(lane->health, got, what)) {
        lane->untold = true;
        if (bad && lane->others_ms == 0)
            lane->others_ms = at_ms;
        return;
    }
    if (lane->count == 0 ||
        strcmp(lane->turns[lane->count - 1].what, what) != 0) {
        assert_true(lane->count < REPLAY_TURNS_MAX);
        struct replay_turn *turn = &lane->turns[lane->count++];
        turn->at_ms = bad && lane->others_ms > 0 ? lane->others_ms : at_ms;
        memcpy(turn->what, what, sizeof(turn->what));
    }
    lane->others_ms = 0;
}
