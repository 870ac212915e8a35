/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a JSON Web Token (RFC 7519, compact form) says. Its signature is looked
 * at for its form alone: only its issuer's keys could tell whether it holds.
 */
#ifndef ACCESS_JWT_H
#define ACCESS_JWT_H

#include "base/buf.h"

enum { JWT_MAX = 20000 }; /* AssumeRoleWithWebIdentity's limit; bytes */

struct jwt {
    struct buf issuer, subject;
    struct buf audience; /* the first, where there are several */
    int64_t expires_s;
};
void jwt_reset(struct jwt *jwt);

/*
 * Reads a token into an empty *out. STATUS_INVALID, and *problem says what is
 * wrong in AWS's words, for what is no signed JWT with these four claims.
 */
MUST_USE enum status jwt_read(
    struct span token, struct jwt *out, struct buf *problem);

#endif
