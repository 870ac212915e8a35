/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of faults: at the emulator's admin listener and in the proxy. */
#ifndef PLAY_ARMED_H
#define PLAY_ARMED_H

#include "play/engine.h"

/* Arms a rule. STATUS_DENIED, and *problem says why, where it is refused. */
MUST_USE enum status armed_add(struct engine *engine, const char *where,
    const struct scenario_step *step, struct buf *problem);

/* Takes over how often the rules that last matched and fired. */
void armed_collect(struct engine *engine);

/* Collects, and removes all rules of a place ("kms", "plugin"). */
void armed_heal(struct engine *engine, const char *where);

/* How many rules stand there; negative: it cannot be told. */
int64_t armed_count(struct engine *engine, const char *where);

#endif
