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

#endif
