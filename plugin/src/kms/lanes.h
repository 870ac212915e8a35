/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where each call of the loop stands: waiting for a connection, pausing, or
 * being sent. Belongs to the loop's thread.
 */
#ifndef KMS_LANES_H
#define KMS_LANES_H

#include "kms/client.h"

/* Takes in a call that stands nowhere yet: it waits. */
void lanes_add(struct kms_client *client, struct kms_call *call);

/* Moves it to another state, as its last; due_ms as in struct kms_call. */
void lanes_move(struct kms_client *client, struct kms_call *call,
    enum call_state state, int64_t due_ms);

/* It waits again, as the first: it has had its turn before. */
void lanes_send_next(struct kms_client *client, struct kms_call *call);

/* The call that may be sent now; NULL: none waits, or no connection is free. */
struct kms_call *lanes_next(struct lane *lane);

/* Those that pause for want of credentials wait again. */
void lanes_resume(struct kms_client *client);

/* Takes the call out, tells its owner, frees it. It holds no transfer, but
 * what *result borrows still lives. */
void lanes_end(struct kms_client *client, struct kms_call *call,
    struct kms_result *result);

/* When something about it is due, at the latest. */
int64_t lanes_due_ms(const struct kms_call *call);

#endif
