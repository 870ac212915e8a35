/* SPDX-License-Identifier: Apache-2.0 */
/* Giving a key its policy, for CreateKey and PutKeyPolicy alike. */
#ifndef API_POLICIES_H
#define API_POLICIES_H

#include "api/call.h"

/* Sets the key's policy to the input's Policy; absent: no change. */
enum kms_error policies_set(struct call *call, struct key *key);

#endif
