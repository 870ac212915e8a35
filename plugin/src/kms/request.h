/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of a request to KMS. Pure. */
#ifndef KMS_REQUEST_H
#define KMS_REQUEST_H

#include "kms/kms.h"

/* The value of X-Amz-Target; static. */
const char *request_target(enum kms_operation operation);

/* Appends the body. STATUS_TOO_LARGE and STATUS_INVALID as kms_start. */
MUST_USE enum status request_body(
    const struct kms_input *input, struct buf *out);

/* The KeyId in a body of Encrypt, as JSON has it; empty in others. Borrows. */
struct span request_key(struct span body);

/* Sets *out to the body with another KeyId, which needs no escapes. */
MUST_USE enum status request_with_key(
    struct span body, struct span key, struct buf *out);

#endif
