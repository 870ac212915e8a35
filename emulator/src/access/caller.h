/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls: a plain value. */
#ifndef ACCESS_CALLER_H
#define ACCESS_CALLER_H

#include "access/registry.h"
#include "access/session.h"

enum { CALLER_REGION_MAX = 32 };

struct caller {
    char account[REGISTRY_ACCOUNT_LEN + 1];
    char region[CALLER_REGION_MAX + 1];
    struct session_role role; /* empty: the root of the account */
};

/* Appends the caller's own ARN. */
MUST_USE enum status caller_arn(const struct caller *caller, struct buf *out);
/* Appends the caller's unique id: the account's, or that of a session. */
MUST_USE enum status caller_user_id(
    const struct caller *caller, struct buf *out);

#endif
