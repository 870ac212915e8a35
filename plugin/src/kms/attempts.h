/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests that a call is made of, one at a time: where each goes, and
 * what follows from how it ended. Belongs to the loop's thread.
 */
#ifndef KMS_ATTEMPTS_H
#define KMS_ATTEMPTS_H

#include "kms/client.h"

/* Sends a call that waits; it ends where that fails, and pauses while there
 * are no credentials yet. */
void attempts_start(struct kms_client *client, struct kms_call *call);

/* Its request ended: the call ends, or another attempt follows. */
void attempts_finish(
    struct kms_client *client, struct kms_call *call, CURLcode code);

/* An attempt that is not the last has had its time: its request is closed. */
void attempts_give_up(struct kms_client *client, struct kms_call *call);

/* Ends a call whatever it is doing; a request under way is closed before its
 * owner is told. */
void attempts_break_off(struct kms_client *client, struct kms_call *call,
    enum kms_failure failure, struct span message);

#endif
