/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters of STS operations: what they must be (the public service
 * model 2011-06-15), and reading them out of a form.
 */
#ifndef API_STS_INPUT_H
#define API_STS_INPUT_H

#include "aws/kms_model.h"
#include "base/json.h"

extern const struct aws_shape sts_input_assume_role;
extern const struct aws_shape sts_input_assume_role_with_web_identity;

/*
 * Reads the members of a shape and checks them. STATUS_INVALID, and *message
 * says what is wrong, for what AWS calls a ValidationError. The caller frees
 * the document.
 */
MUST_USE enum status sts_input_read(struct span fields,
    const struct aws_shape *shape, struct json_doc **out, struct buf *message);

#endif
