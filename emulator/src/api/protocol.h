/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The awsJson 1.1 protocol on the server's side: which operation a request
 * is for and what it brings, and what AWS answers where that cannot be told.
 */
#ifndef API_PROTOCOL_H
#define API_PROTOCOL_H

#include "api/service.h"
#include "aws/kms_model.h"
#include "base/json.h"

struct protocol_request {
    const struct kms_operation *operation;
    struct json_doc *doc; /* owned by the caller */
};

/*
 * STATUS_OK: *out is filled in. STATUS_INVALID: *answer is, with what is
 * wrong. Else memory is short.
 */
MUST_USE enum status protocol_read(const struct service_request *request,
    struct protocol_request *out, struct service_answer *answer);

#endif
