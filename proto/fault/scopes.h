/* SPDX-License-Identifier: Apache-2.0 */
/* How many draws each scope of a rule has had. Not shared between threads. */
#ifndef FAULT_SCOPES_H
#define FAULT_SCOPES_H

#include "fault/rule.h"

/* The ordinal of this scope's next draw, from 1. Beyond FAULT_SCOPES_MAX, or
 * where memory is short, scopes share an ordinal. */
uint64_t fault_scopes_next(struct fault_rule *rule, struct span scope);

void fault_scopes_free(struct fault_rule *rule);

#endif
