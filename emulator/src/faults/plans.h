/* SPDX-License-Identifier: Apache-2.0 */
/* Raw bytes in the place of an answer. */
#ifndef FAULTS_PLANS_H
#define FAULTS_PLANS_H

#include "faults/mark.h"
#include "net/raw_plan.h"

/*
 * True where the mark's action is about the bytes of an answer: *plan, which
 * comes zeroed, is then filled in but for rule and ended. Without memory it is
 * one that closes the connection.
 */
bool plans_make(const struct mark *mark, struct span request_id,
    const struct service_answer *answer, struct net_raw_plan *plan);

#endif
