/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a request's parsed JSON body against the shape that an operation
 * takes, and says what is wrong in AWS's own words. First the kinds of all
 * values and the base64 of blobs (SerializationException, the first fault
 * alone), then the constraints (ValidationException, all faults in one
 * message). Members that the model does not know are ignored, and null is
 * the same as absent. Thread-safe.
 */
#ifndef AWS_VALIDATE_H
#define AWS_VALIDATE_H

#include "aws/kms_model.h"
#include "base/json.h"

/*
 * Sets *error to KMS_ERROR_NONE, KMS_ERROR_SERIALIZATION or
 * KMS_ERROR_VALIDATION and appends what AWS says (for the latter two) to
 * *message. STATUS_OK in all three cases; anything else means that the check
 * itself failed (memory) and changes neither output. `body` is the document's
 * root, or NULL for what was no JSON: AWS answers that with a bare
 * SerializationException, without a message.
 */
MUST_USE enum status validate_request(const struct aws_shape *input,
    const struct json *body, enum kms_error *error, struct buf *message);

/*
 * Appends the decoded bytes of a blob in a body that passed validate_request;
 * nothing for an absent or null node. STATUS_INVALID for what is no base64.
 */
MUST_USE enum status validate_blob(const struct json *node, struct buf *out);

/* The integer of such a body, cut towards zero as AWS does with 1.5; 0 for an
 * absent or null node. */
int64_t validate_int(const struct json *node);

#endif
