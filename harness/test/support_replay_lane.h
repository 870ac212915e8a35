/* SPDX-License-Identifier: Apache-2.0 */
/* What one client of an apiserver was answered in the course of an outage: a
 * list of changes. */
#ifndef TEST_SUPPORT_REPLAY_LANE_H
#define TEST_SUPPORT_REPLAY_LANE_H

#include "base/span.h"

enum { REPLAY_TURNS_MAX = 32 };

/* From when on a client's answers were of another class than before. */
struct replay_turn {
    int64_t at_ms;
    char what[32]; /* "200", "500 expired", "500 plugin", "500 kms" */
};

struct replay_lane {
    const char *name; /* as journals have it: "create" */
    bool health;
    struct replay_turn turns[REPLAY_TURNS_MAX];
    size_t count;
    bool untold;       /* some answers were of no class */
    int64_t others_ms; /* since when only checks that are not KMS's fail */
};

/* An answer that came at that time: kept where its class is another one. */
void replay_lane_add(struct replay_lane *lane, int64_t at_ms, struct span got);

/* The class of an answer, as journals and the model have them alike: `got` is
 * "201" or "500 expired: words". False where the model does not go: no
 * connection, or checks that are not KMS's. */
bool replay_lane_class(bool health, struct span got, char what[32]);

#endif
