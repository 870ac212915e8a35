/* SPDX-License-Identifier: Apache-2.0 */
/* What clients see of faults, in words that are counted: http-200, client-left,
 * closed, reset, healed and so on. All static. */
#ifndef FAULTS_OUTCOME_H
#define FAULTS_OUTCOME_H

#include "faults/action.h"
#include "net/faults.h"

/* An answer with this HTTP status; 0 counts as others do. */
const char *outcome_of_status(unsigned http_status);

/* Raw bytes of an answer. */
const char *outcome_of_plan(
    const struct action *action, enum net_outcome outcome, size_t sent);

/* A connection. */
const char *outcome_of_link(
    const struct action *action, enum net_outcome outcome);

#endif
