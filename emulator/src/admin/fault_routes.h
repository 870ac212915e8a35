/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults by the admin listener; docs/openapi-faults.yaml has it all.
 *
 *   GET    /faults                  rules, and how often they fired
 *   POST   /faults                  adds a rule, a list, or a document
 *   PUT    /faults                  the same in the place of all
 *   DELETE /faults                  heals everything
 *   PUT    /faults/NAME             replaces one
 *   DELETE /faults/NAME             removes one
 *   POST   /faults/pause, /faults/resume
 *   GET    /faults/kinds, /faults/presets
 *   POST   /faults/presets/NAME[?scale=0.1]
 *   GET    /faults/events[?after=SEQ]
 */
#ifndef ADMIN_FAULT_ROUTES_H
#define ADMIN_FAULT_ROUTES_H

#include "api/service.h"

struct faults;

/* Whether the path is one of these. */
bool fault_routes_is_meant(const struct service_request *request);

/* `faults` may be NULL: then 404. The answer comes as 200 without a body. */
void fault_routes_answer(struct faults *faults,
    const struct service_request *request, struct service_answer *answer);

#endif
