/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first half of validation: does each value of a body have the JSON kind
 * that its shape asks for, and are blobs base64? AWS's deserializer answers
 * with a SerializationException about the first fault. The texts were measured
 * on AWS services of the same protocol (awsJson 1.1). Thread-safe.
 */
#ifndef AWS_KINDS_H
#define AWS_KINDS_H

#include "aws/kms_model.h"
#include "base/json.h"

/*
 * Sets *good, and appends what AWS says (perhaps nothing) to *message when it
 * is false. Values are looked at in the order of the body's text. A blob's
 * value is never told.
 */
MUST_USE enum status kinds_check(const struct aws_shape *input,
    const struct json *body, bool *good, struct buf *message);

#endif
