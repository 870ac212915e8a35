/* SPDX-License-Identifier: Apache-2.0 */
/* Steps on the plugins' name server: havoc/resolver.h. */
#ifndef PLAY_STEP_RESOLVER_H
#define PLAY_STEP_RESOLVER_H

#include "play/step.h"

/* It misbehaves from now on, as the step says. */
MUST_USE enum status step_resolver_begin(struct engine *engine,
    const struct scenario_step *step, struct step_result *result);

/* It answers again, where it did not. */
void step_resolver_heal(struct engine *engine);

#endif
