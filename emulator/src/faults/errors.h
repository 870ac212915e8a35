/* SPDX-License-Identifier: Apache-2.0 */
/* The answers that stand in the place of an operation's own. */
#ifndef FAULTS_ERRORS_H
#define FAULTS_ERRORS_H

#include "faults/mark.h"

/* The error of an action, in AWS's words where it has none of its own. The
 * header that names it is the mark's. */
void errors_answer(struct mark *mark, const struct action *action,
    const struct service_facts *facts, struct service_answer *answer);

/* A known error with these words; empty: AWS's own. */
void errors_plain(struct mark *mark, enum kms_error error, struct span message,
    const struct service_facts *facts, struct service_answer *answer);

/* html and empty. */
void errors_page(const struct action *action, struct service_answer *answer);

#endif
