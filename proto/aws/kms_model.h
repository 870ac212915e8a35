/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The AWS KMS API as data: every operation of the newest public service model,
 * the shapes of its input and output with their constraints, and the errors
 * it may answer with. The tables (kms_model_data.c, kms_operations.def) are
 * made by ci/model/generate from the model inside the botocore package;
 * ci/model/model-drift tells when AWS has moved on. All data is constant, so
 * all of it may be used by any thread.
 */
#ifndef AWS_KMS_MODEL_H
#define AWS_KMS_MODEL_H

#include "aws/kms_error.h"
#include "base/span.h"

/* KMS_OPERATION_ENCRYPT and so on, in the alphabetical order of the names. */
enum kms_operation_id {
#define KMS_OPERATION_ID(symbol, name) KMS_OPERATION_##symbol,
#include "aws/kms_operations.def"
#undef KMS_OPERATION_ID
    KMS_OPERATION_COUNT,
};

enum aws_type {
    AWS_TYPE_STRING,
    AWS_TYPE_BLOB,
    AWS_TYPE_INTEGER,
    AWS_TYPE_LONG,
    AWS_TYPE_BOOLEAN,
    AWS_TYPE_TIMESTAMP,
    AWS_TYPE_LIST,
    AWS_TYPE_MAP,
    AWS_TYPE_STRUCTURE,
};

struct aws_shape {
    const char *name;
    enum aws_type type;
    bool sensitive; /* its value never stands in a message */
    bool has_min, has_max;
    int64_t min, max;          /* of the number, or of the length */
    const char *pattern;       /* NULL: any text; see aws/pattern.h */
    const char *const *values; /* of an enum, in the order AWS tells them */
    size_t value_count;        /* 0: not an enum */
    const struct aws_member *members; /* of a structure, in model order */
    size_t member_count;
    const struct aws_shape *key;     /* of a map */
    const struct aws_shape *element; /* of a list; the value of a map */
};

struct aws_member {
    const char *name; /* as on the wire: "KeyId" */
    const struct aws_shape *shape;
    bool required;
};

struct kms_operation {
    enum kms_operation_id id;
    const char *name;               /* "Encrypt" */
    const struct aws_shape *input;  /* never NULL, perhaps without members */
    const struct aws_shape *output; /* NULL where the answer has no body */
    const enum kms_error *errors;   /* the modelled ones */
    size_t error_count;
};

/* The operation of that exact name; NULL when the model has none. */
const struct kms_operation *kms_model_find(struct span name);

const struct kms_operation *kms_model_operation(enum kms_operation_id id);

/* The member of a structure; NULL when it has none of that name. */
const struct aws_member *kms_model_member(
    const struct aws_shape *structure, struct span name);

/* Whether `value` is one of an enum's; false for shapes that are none. */
bool kms_model_has_value(const struct aws_shape *shape, struct span value);

#endif
