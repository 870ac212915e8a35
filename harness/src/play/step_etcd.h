/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps that change what stands in etcd, past kube-apiserver: what somebody
 * with a disk, a backup or etcd's port could do.
 */
#ifndef PLAY_STEP_ETCD_H
#define PLAY_STEP_ETCD_H

#include "play/step.h"

/* Other bytes stand there from now on, as the step says. */
MUST_USE enum status step_etcd_tamper(struct engine *engine,
    const struct scenario_step *step, struct step_result *result);

/* The Secret was written anew, or deleted: nothing of it is to come back, and
 * where it was the last one the fault is over. */
void step_etcd_overwritten(struct engine *engine, struct ledger_entry *entry);

/* What stood there comes back, all of it. */
MUST_USE enum status step_etcd_heal(
    struct engine *engine, struct step_result *result);

#endif
