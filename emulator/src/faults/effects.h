/* SPDX-License-Identifier: Apache-2.0 */
/* Lies in an answer that is otherwise as it was: the same for the same draw.
 * Without memory an answer becomes a bare 500. */
#ifndef FAULTS_EFFECTS_H
#define FAULTS_EFFECTS_H

#include "faults/mark.h"

/* What the mark's action does to an answer; nothing where it has no such
 * member, as an error has not. */
void effects_apply(struct mark *mark, struct service_answer *answer);

#endif
