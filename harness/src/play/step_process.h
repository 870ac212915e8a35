/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that end, start and hold processes. As step.c's acts. */
#ifndef PLAY_STEP_PROCESS_H
#define PLAY_STEP_PROCESS_H

#include "play/step.h"

typedef enum status step_process_fn(struct engine *engine,
    const struct scenario_step *step, struct step_result *result);

step_process_fn step_process_stop, step_process_start, step_process_restart,
    step_process_pause, step_process_resume, step_process_socket;

/* Remembers what the processes use, to compare with. */
void step_process_weigh(struct engine *engine, enum stage_who who);

void step_process_heal_socket(
    struct engine *engine, struct step_result *result);

#endif
