/* SPDX-License-Identifier: Apache-2.0 */
/* The generated table behind aws/kms_model.h; nobody else includes this. */
#ifndef AWS_KMS_MODEL_DATA_H
#define AWS_KMS_MODEL_DATA_H

#include "aws/kms_model.h"

/* By enum kms_operation_id, which is the order of the names too. */
extern const struct kms_operation
    kms_model_data_operations[KMS_OPERATION_COUNT];

#endif
