/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/constraint.h"

#include "aws/pattern.h"

int64_t
constraint_int(const struct json *node)
{
    double real = json_get_number(node);
    if (json_kind(node) != JSON_KIND_REAL)
        return json_get_int(node);
    if (real >= 9.2e18)
        return INT64_MAX;
    return real <= -9.2e18 ? INT64_MIN : (int64_t)real;
}

static bool
is_number(const struct aws_shape *shape)
{
    return shape->type == AWS_TYPE_INTEGER || shape->type == AWS_TYPE_LONG;
}

bool
constraint_of(const struct aws_shape *shape, enum constraint constraint)
{
    switch (constraint) {
    case CONSTRAINT_MAX:
        return shape->has_max;
    case CONSTRAINT_MIN:
        return shape->has_min;
    case CONSTRAINT_PATTERN:
        return shape->pattern != NULL;
    case CONSTRAINT_VALUES:
        return shape->value_count > 0;
    case CONSTRAINT_COUNT:
        break;
    }
    return false;
}

static int64_t
characters(struct span text)
{
    int64_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += (text.ptr[i] & 0xc0) != 0x80;
    return count;
}

/* Of base64 that is known to be whole. */
static int64_t
decoded_len(struct span base64)
{
    size_t padding = 0;
    while (padding < base64.len && base64.ptr[base64.len - 1 - padding] == '=')
        padding++;
    return (int64_t)(base64.len / 4 * 3 - padding);
}

/* What min and max speak of. */
static int64_t
measure(const struct aws_shape *shape, const struct json *value)
{
    if (is_number(shape))
        return constraint_int(value);
    if (shape->type == AWS_TYPE_LIST || shape->type == AWS_TYPE_MAP)
        return (int64_t)json_count(value);
    struct span text = json_get_string(value);
    return shape->type == AWS_TYPE_BLOB ? decoded_len(text) : characters(text);
}

static bool
satisfies_pattern(const struct aws_shape *shape, const struct json *value)
{
    struct pattern pattern;
    return pattern_compile(shape->pattern, &pattern) == STATUS_OK &&
           pattern_matches(&pattern, json_get_string(value));
}

bool
constraint_holds(const struct aws_shape *shape, const struct json *value,
    enum constraint constraint)
{
    switch (constraint) {
    case CONSTRAINT_MAX:
        return measure(shape, value) <= shape->max;
    case CONSTRAINT_MIN:
        return measure(shape, value) >= shape->min;
    case CONSTRAINT_PATTERN:
        return satisfies_pattern(shape, value);
    case CONSTRAINT_VALUES:
        return kms_model_has_value(shape, json_get_string(value));
    case CONSTRAINT_COUNT:
        break;
    }
    return true;
}

static enum status
append_bound(struct buf *out, const struct aws_shape *shape, bool max)
{
    return buf_printf(out, "Member must have %s %s than or equal to %lld",
        is_number(shape) ? "value" : "length", max ? "less" : "greater",
        (long long)(max ? shape->max : shape->min));
}

static enum status
append_values(struct buf *out, const struct aws_shape *shape)
{
    enum status status =
        buf_append_text(out, "Member must satisfy enum value set: [");
    for (size_t i = 0; status == STATUS_OK && i < shape->value_count; i++)
        status = buf_printf(out, "%s%s", i == 0 ? "" : ", ", shape->values[i]);
    return status == STATUS_OK ? buf_append_byte(out, ']') : status;
}

enum status
constraint_append(
    struct buf *out, const struct aws_shape *shape, enum constraint constraint)
{
    switch (constraint) {
    case CONSTRAINT_MAX:
    case CONSTRAINT_MIN:
        return append_bound(out, shape, constraint == CONSTRAINT_MAX);
    case CONSTRAINT_PATTERN:
        return buf_printf(out,
            "Member must satisfy regular expression pattern: %s",
            shape->pattern);
    case CONSTRAINT_VALUES:
        return append_values(out, shape);
    case CONSTRAINT_COUNT:
        break;
    }
    return STATUS_INTERNAL;
}

bool
constraint_all_hold(const struct aws_shape *shape, const struct json *value)
{
    for (int i = 0; i < CONSTRAINT_COUNT; i++)
        if (constraint_of(shape, (enum constraint)i) &&
            !constraint_holds(shape, value, (enum constraint)i))
            return false;
    return true;
}
