/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/kms_model.h"

#include "aws/kms_model_data.h"

#include <stdlib.h>

static int
compare_name(const void *key, const void *element)
{
    const struct span *name = key;
    const struct kms_operation *operation = element;
    return span_compare(*name, span_text(operation->name));
}

const struct kms_operation *
kms_model_find(struct span name)
{
    return bsearch(&name, kms_model_data_operations, KMS_OPERATION_COUNT,
        sizeof(kms_model_data_operations[0]), compare_name);
}

const struct kms_operation *
kms_model_operation(enum kms_operation_id id)
{
    return &kms_model_data_operations[id];
}

const struct aws_member *
kms_model_member(const struct aws_shape *structure, struct span name)
{
    for (size_t i = 0; i < structure->member_count; i++)
        if (span_equal_text(name, structure->members[i].name))
            return &structure->members[i];
    return NULL;
}

bool
kms_model_has_value(const struct aws_shape *shape, struct span value)
{
    for (size_t i = 0; i < shape->value_count; i++)
        if (span_equal_text(value, shape->values[i]))
            return true;
    return false;
}
