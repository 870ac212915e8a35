/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a shape of the model demands of one value, and how AWS puts it. The
 * value has the JSON kind of its shape (aws/kinds.h). Thread-safe.
 */
#ifndef AWS_CONSTRAINT_H
#define AWS_CONSTRAINT_H

#include "aws/kms_model.h"
#include "base/json.h"

/* In the order in which AWS tells them. */
enum constraint {
    CONSTRAINT_MAX,
    CONSTRAINT_MIN,
    CONSTRAINT_PATTERN,
    CONSTRAINT_VALUES,
    CONSTRAINT_COUNT,
};

/* Whether the shape has that constraint at all. */
bool constraint_of(const struct aws_shape *shape, enum constraint constraint);

/* Whether a value satisfies a constraint that the shape has. */
bool constraint_holds(const struct aws_shape *shape, const struct json *value,
    enum constraint constraint);

/* Whether it satisfies all that the shape has. */
bool constraint_all_hold(
    const struct aws_shape *shape, const struct json *value);

/* Appends "Member must have length less than or equal to 4096" and so on. */
MUST_USE enum status constraint_append(
    struct buf *out, const struct aws_shape *shape, enum constraint constraint);

/* The integer of a number, cut towards zero; 0 for other kinds. */
int64_t constraint_int(const struct json *node);

#endif
