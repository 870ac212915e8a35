/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before anything runs, the programs that a scenario will start are asked what
 * they would refuse of it: an emulator the rules of its faults, our plugin its
 * flags. They know, and nobody else has to. What a file says otherwise is
 * looked at when it is read. Used by one thread.
 */
#ifndef PLAY_VET_H
#define PLAY_VET_H

#include "process/workspace.h"
#include "scenario/scenario.h"

struct emulator;

struct vet {
    const struct workspace *workspace; /* borrowed */
    bool other_plugin;                 /* takes no flags of the files */
    struct emulator *emulator;         /* starts when first asked */
};

/* STATUS_INVALID with "FILE:LINE: what" in *problem; else what kept them from
 * being asked, with one line. */
MUST_USE enum status vet_scenario(
    struct vet *vet, const struct scenario *scenario, struct buf *problem);

void vet_reset(struct vet *vet);

#endif
