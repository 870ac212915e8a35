/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DRIVER_SIGNED_REQUEST_H
#define DRIVER_SIGNED_REQUEST_H

#include "http/kms.h"

/*
 * Appends a whole HTTP request for a KMS operation, signed now for this
 * account: the bytes that a load sends again and again.
 */
MUST_USE enum status signed_request_make(const struct kms_account *account,
    const char *operation, struct span body, struct buf *out);

#endif
