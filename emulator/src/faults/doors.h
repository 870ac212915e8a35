/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doors that are shut while a rule says so (refuse-connections). The kernel
 * refuses whoever comes, so nothing counts them: the rule fires once, when the
 * doors are shut. Any thread.
 */
#ifndef FAULTS_DOORS_H
#define FAULTS_DOORS_H

#include "faults/faults_parts.h"

enum { DOORS_MAX = 2 };

struct doors;

MUST_USE enum status doors_new(struct faults *faults, struct doors **out);
/* Takes NULL. */
void doors_free(struct doors *doors);

/* A door to look after, borrowed until doors_leave. NULL is fine. */
void doors_add(struct doors *doors, struct net_door *door);
/* Opens what is shut, and touches no door any more. */
void doors_leave(struct doors *doors);

/* Shuts and opens as the rules say now. True where there is a rule that may
 * change its mind later. */
bool doors_look(struct doors *doors);

#endif
