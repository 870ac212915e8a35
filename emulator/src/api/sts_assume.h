/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AssumeRole and AssumeRoleWithWebIdentity. There are no roles: any may be
 * assumed, by any caller, and its name is all that is looked at.
 */
#ifndef API_STS_ASSUME_H
#define API_STS_ASSUME_H

#include "api/parts.h"
#include "api/service.h"

struct sts_call {
    const struct parts *parts;
    struct span request_id;
    struct span fields;          /* of the form */
    const struct caller *caller; /* NULL: the operation is not signed */
    struct service_answer *answer;
};

void sts_assume_role(const struct sts_call *call);
void sts_assume_role_with_web_identity(const struct sts_call *call);

#endif
