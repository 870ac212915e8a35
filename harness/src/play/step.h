/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_STEP_H
#define PLAY_STEP_H

#include "play/engine.h"

/* What came of a step, beside its status. */
struct step_result {
    bool failed;         /* it did not do what it was to do */
    struct buf expected; /* words for the journal */
    struct buf got;
};

/*
 * Does a step of engine->actor and notes it. STATUS_OK also where it failed:
 * the journal then has the cause. Other statuses are those of the harness.
 */
MUST_USE enum status step_act(
    struct engine *engine, const struct scenario_step *step);

#endif
