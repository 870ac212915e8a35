/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/validate.h"

#include "aws/constraint.h"
#include "aws/kinds.h"
#include "base/encode.h"

/* AWS stops counting here. */
enum { FAULTS_MAX = 10 };

/* Where a value stands: a member of the value above it, or an element. */
struct place {
    const struct place *above; /* NULL for a member of the request itself */
    const char *member;        /* NULL for an element */
    size_t number;             /* of an element, from 1 */
};

struct checker {
    enum status status;
    unsigned faults;
    struct buf texts; /* of the faults, with "; " between them */
};

/* ---- what AWS says of a fault ---------------------------------------- */

/* tags.1.member.tagKey */
static enum status
append_place(struct buf *out, const struct place *place)
{
    if (place->above != NULL) {
        enum status status = append_place(out, place->above);
        if (status == STATUS_OK)
            status = buf_append_byte(out, '.');
        if (status != STATUS_OK)
            return status;
    }
    if (place->member == NULL)
        return buf_printf(out, "%zu.member", place->number);
    char first = place->member[0];
    if (first >= 'A' && first <= 'Z')
        first = (char)(first - 'A' + 'a');
    return buf_printf(out, "%c%s", first, place->member + 1);
}

static enum status
append_list(struct buf *out, const struct json *list)
{
    enum status status = buf_append_byte(out, '[');
    for (size_t i = 0; status == STATUS_OK && i < json_count(list); i++) {
        if (i > 0)
            status = buf_append_text(out, ", ");
        if (status == STATUS_OK)
            status = buf_append(out, json_get_string(json_at(list, i)));
    }
    return status == STATUS_OK ? buf_append_byte(out, ']') : status;
}

/* "Value 'x'", "Value null", or "Value" where the value is not to be told. */
static enum status
append_value(
    struct buf *out, const struct aws_shape *shape, const struct json *value)
{
    enum json_kind kind = json_kind(value);
    if (kind == JSON_KIND_ABSENT || kind == JSON_KIND_NULL)
        return buf_append_text(out, "Value null");
    if (shape->sensitive || shape->type == AWS_TYPE_BLOB)
        return buf_append_text(out, "Value");
    enum status status = buf_append_text(out, "Value '");
    if (status == STATUS_OK) {
        if (kind == JSON_KIND_ARRAY)
            status = append_list(out, value);
        else if (kind == JSON_KIND_STRING)
            status = buf_append(out, json_get_string(value));
        else
            status = buf_printf(out, "%lld", (long long)constraint_int(value));
    }
    return status == STATUS_OK ? buf_append_byte(out, '\'') : status;
}

/* Opens the text of a fault; the caller appends the constraint. False when
 * enough was said already or memory ran out. */
static bool
begin_fault(struct checker *c, const struct place *place,
    const struct aws_shape *shape, const struct json *value)
{
    if (c->status != STATUS_OK || c->faults == FAULTS_MAX)
        return false;
    if (c->faults++ > 0)
        c->status = buf_append_text(&c->texts, "; ");
    if (c->status == STATUS_OK)
        c->status = append_value(&c->texts, shape, value);
    if (c->status == STATUS_OK)
        c->status = buf_append_text(&c->texts, " at '");
    if (c->status == STATUS_OK)
        c->status = append_place(&c->texts, place);
    if (c->status == STATUS_OK)
        c->status =
            buf_append_text(&c->texts, "' failed to satisfy constraint: ");
    return c->status == STATUS_OK;
}

static void
check_own(struct checker *c, const struct place *place,
    const struct aws_shape *shape, const struct json *value)
{
    for (int i = 0; i < CONSTRAINT_COUNT; i++) {
        enum constraint constraint = (enum constraint)i;
        if (!constraint_of(shape, constraint) ||
            constraint_holds(shape, value, constraint))
            continue;
        if (begin_fault(c, place, shape, value))
            c->status = constraint_append(&c->texts, shape, constraint);
    }
}

/* ---- values inside values -------------------------------------------- */

/* A list of plain values has one fault for all its elements, which tells all
 * that an element must satisfy. */
static void
append_element_constraints(struct checker *c, const struct aws_shape *element)
{
    const char *before = "Member must satisfy constraint: [";
    for (int i = 0; c->status == STATUS_OK && i < CONSTRAINT_COUNT; i++) {
        if (!constraint_of(element, (enum constraint)i))
            continue;
        c->status = buf_append_text(&c->texts, before);
        if (c->status == STATUS_OK)
            c->status =
                constraint_append(&c->texts, element, (enum constraint)i);
        before = ", ";
    }
    if (c->status == STATUS_OK)
        c->status = buf_append_byte(&c->texts, ']');
}

static void check_structure(struct checker *c, const struct place *above,
    const struct aws_shape *shape, const struct json *object);

static void
check_list(struct checker *c, const struct place *place,
    const struct aws_shape *shape, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *element = json_at(list, i);
        struct place here = { place, NULL, i + 1 };
        if (json_kind(element) == JSON_KIND_NULL)
            continue;
        if (shape->element->type == AWS_TYPE_STRUCTURE) {
            check_structure(c, &here, shape->element, element);
        } else if (!constraint_all_hold(shape->element, element)) {
            if (begin_fault(c, place, shape, list))
                append_element_constraints(c, shape->element);
            return;
        }
    }
}

static void
check_member(struct checker *c, const struct place *above,
    const struct aws_member *member, const struct json *value)
{
    const struct aws_shape *shape = member->shape;
    struct place here = { above, member->name, 0 };
    if (value == NULL || json_kind(value) == JSON_KIND_NULL) {
        if (member->required && begin_fault(c, &here, shape, value))
            c->status = buf_append_text(&c->texts, "Member must not be null");
        return;
    }
    check_own(c, &here, shape, value);
    if (shape->type == AWS_TYPE_STRUCTURE)
        check_structure(c, &here, shape, value);
    else if (shape->type == AWS_TYPE_LIST)
        check_list(c, &here, shape, value);
}

static void
check_structure(struct checker *c, const struct place *above,
    const struct aws_shape *shape, const struct json *object)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct aws_member *member = &shape->members[i];
        check_member(c, above, member, json_member(object, member->name));
    }
}

/* ---- the whole request ----------------------------------------------- */

static enum status
check_constraints(const struct aws_shape *input, const struct json *body,
    enum kms_error *error, struct buf *message)
{
    struct checker c = { STATUS_OK, 0, { 0 } };
    check_structure(&c, NULL, input, body);
    if (c.status == STATUS_OK && c.faults > 0)
        c.status =
            buf_printf(message, "%u validation error%s detected: ", c.faults,
                c.faults == 1 ? "" : "s");
    if (c.status == STATUS_OK)
        c.status = buf_append(message, buf_span(&c.texts));
    if (c.status == STATUS_OK)
        *error = c.faults > 0 ? KMS_ERROR_VALIDATION : KMS_ERROR_NONE;
    buf_reset(&c.texts);
    return c.status;
}

enum status
validate_request(const struct aws_shape *input, const struct json *body,
    enum kms_error *error, struct buf *message)
{
    bool good;
    size_t before = message->len;
    enum status status = kinds_check(input, body, &good, message);
    if (status == STATUS_OK && good)
        status = check_constraints(input, body, error, message);
    else if (status == STATUS_OK)
        *error = KMS_ERROR_SERIALIZATION;
    if (status != STATUS_OK)
        buf_truncate(message, before);
    return status;
}

enum status
validate_blob(const struct json *node, struct buf *out)
{
    return base64_decode(json_get_string(node), out);
}

int64_t
validate_int(const struct json *node)
{
    return constraint_int(node);
}
