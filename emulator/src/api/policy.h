/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key policies as documents: whether one is well formed, and whether it locks
 * its writer's account out. They are kept and shown, not enforced.
 */
#ifndef API_POLICY_H
#define API_POLICY_H

#include "base/buf.h"

enum policy_fault {
    POLICY_GOOD,
    POLICY_SYNTAX,    /* no JSON, or not the members a policy has */
    POLICY_PRINCIPAL, /* a principal that cannot be one */
    POLICY_LOCKOUT,   /* nobody of the account may call PutKeyPolicy */
};

/*
 * Checks a document. The lockout is the last check, and is left out with
 * `bypass`. Who calls inside an account is not known, so a statement for any
 * principal of the account is enough.
 */
MUST_USE enum status policy_check(struct span document, struct span account,
    bool bypass, enum policy_fault *fault);

/* Appends the policy of keys made without one. */
MUST_USE enum status policy_default(
    struct span account, struct span region, struct buf *out);

#endif
