/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a signature holds: its age, and the MAC over the request. For
 * access/ itself. Thread-safe: derived keys are kept in a few caches, each
 * with its lock, over which threads are spread.
 */
#ifndef ACCESS_SIGNATURE_H
#define ACCESS_SIGNATURE_H

#include "aws/sigv4.h"

struct signature_checker;

MUST_USE enum status signature_checker_new(struct signature_checker **out);
void signature_checker_free(struct signature_checker *checker);

/* What stands in a request about its signature. Borrows from the request. */
struct signature {
    struct sigv4_authorization authorization;
    struct span amz_date; /* ptr NULL: none */
    struct buf decoded;   /* owner of a presigned URL's values */
};

/*
 * STATUS_OK: it holds. STATUS_AUTHENTIC: it does not, and AWS's words for that
 * are appended to *message.
 */
MUST_USE enum status signature_check(struct signature_checker *checker,
    const struct sigv4_request *request, struct span body,
    const struct signature *signature, struct span secret, int64_t now_ms,
    struct buf *message);

#endif
