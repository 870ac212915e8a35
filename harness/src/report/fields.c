/* SPDX-License-Identifier: Apache-2.0 */
#include "report/fields.h"

#include "base/utf8.h"

#include <stdlib.h>

/* Where in the text we are, for complaints. */
struct place {
    const struct place *parent;
    const char *name; /* NULL: row `index` of the parent */
    size_t index;
};

static void
say_place(const struct place *place, struct buf *problem)
{
    if (place == NULL)
        return;
    say_place(place->parent, problem);
    if (place->name == NULL)
        buf_say(problem, "[%zu]", place->index);
    else
        buf_say(problem, "%s%s", problem->len > 0 ? "." : "", place->name);
}

static enum status
refuse(const struct place *place, enum status st, const char *what,
    struct buf *problem)
{
    buf_clear(problem);
    say_place(place, problem);
    buf_say(problem, "%s%s", problem->len > 0 ? ": " : "", what);
    return st;
}

/* The place of `member` in `base`, typed by the field's kind. */
static void *
target(void *base, const struct field *field)
{
    return (char *)base + field->offset;
}

static enum status
decode_text(const struct json *node, const struct place *place, void *out,
    struct buf *problem)
{
    struct span text = json_get_string(node);
    if (json_kind(node) != JSON_KIND_STRING)
        return refuse(place, STATUS_INVALID, "not a text", problem);
    if (text.len > FIELD_TEXT_MAX)
        return refuse(place, STATUS_TOO_LARGE, "too long a text", problem);
    memcpy(out, &text, sizeof(text));
    return STATUS_OK;
}

static enum status
decode_count(const struct json *node, const struct place *place, void *out,
    struct buf *problem)
{
    int64_t value = json_get_int(node);
    if (json_kind(node) != JSON_KIND_INT || value < 0)
        return refuse(
            place, STATUS_INVALID, "not a whole number from 0", problem);
    memcpy(out, &value, sizeof(value));
    return STATUS_OK;
}

static enum status
decode_real(const struct json *node, const struct place *place, void *out,
    struct buf *problem)
{
    enum json_kind kind = json_kind(node);
    double value = json_get_number(node);
    if ((kind != JSON_KIND_INT && kind != JSON_KIND_REAL) || !(value >= 0))
        return refuse(place, STATUS_INVALID, "not a number from 0", problem);
    memcpy(out, &value, sizeof(value));
    return STATUS_OK;
}

static enum status
decode_bool(const struct json *node, const struct place *place, void *out,
    struct buf *problem)
{
    bool value = json_get_bool(node);
    if (json_kind(node) != JSON_KIND_BOOL)
        return refuse(place, STATUS_INVALID, "not true or false", problem);
    memcpy(out, &value, sizeof(value));
    return STATUS_OK;
}

static enum status
decode_word(const struct json *node, const char *const *words,
    const struct place *place, void *out, struct buf *problem)
{
    struct span text = json_get_string(node);
    for (int i = 0; words[i] != NULL; i++) {
        if (span_equal_text(text, words[i])) {
            memcpy(out, &i, sizeof(i));
            return STATUS_OK;
        }
    }
    (void)refuse(place, STATUS_INVALID, "none of", problem);
    for (int i = 0; words[i] != NULL; i++)
        buf_say(problem, "%s%s", i == 0 ? " " : ", ", words[i]);
    return STATUS_INVALID;
}

static enum status
decode_counts(const struct json *node, const struct place *place, void *out,
    struct buf *problem)
{
    if (json_kind(node) != JSON_KIND_OBJECT)
        return refuse(place, STATUS_INVALID, "not an object", problem);
    if (json_count(node) > FIELD_MEMBERS_MAX)
        return refuse(place, STATUS_TOO_LARGE, "too many members", problem);
    for (void *it = json_first(node); it != NULL; it = json_next(node, it)) {
        const struct json *value = json_iterator_value(it);
        if (json_kind(value) != JSON_KIND_INT || json_get_int(value) < 0)
            return refuse(
                place, STATUS_INVALID, "not all whole numbers from 0", problem);
    }
    memcpy(out, &node, sizeof(node));
    return STATUS_OK;
}

static enum status
decode_texts(const struct json *node, const struct place *place, void *out,
    struct buf *problem)
{
    if (json_kind(node) != JSON_KIND_ARRAY)
        return refuse(place, STATUS_INVALID, "not a list", problem);
    if (json_count(node) > FIELD_MEMBERS_MAX)
        return refuse(place, STATUS_TOO_LARGE, "too many rows", problem);
    for (size_t i = 0; i < json_count(node); i++)
        if (json_kind(json_at(node, i)) != JSON_KIND_STRING)
            return refuse(place, STATUS_INVALID, "not all texts", problem);
    memcpy(out, &node, sizeof(node));
    return STATUS_OK;
}

static enum status decode_object(const struct json *node,
    const struct field_type *type, const struct place *place, void *out,
    struct buf *problem);

static enum status
decode_list(const struct json *node, const struct field_type *type,
    const struct place *place, void *out, struct buf *problem)
{
    struct field_list list = { NULL, json_count(node) };
    enum status st = STATUS_OK;
    if (json_kind(node) != JSON_KIND_ARRAY)
        return refuse(place, STATUS_INVALID, "not a list", problem);
    if (list.count > type->rows_max)
        return refuse(place, STATUS_TOO_LARGE, "too many rows", problem);
    if (list.count == 0)
        return STATUS_OK;
    list.rows = calloc(list.count, type->size);
    if (list.rows == NULL)
        return refuse(place, STATUS_NO_MEMORY, "out of memory", problem);
    memcpy(out, &list, sizeof(list)); /* the top frees all on failure */
    for (size_t i = 0; i < list.count && st == STATUS_OK; i++) {
        const struct place row = { place, NULL, i };
        st = decode_object(json_at(node, i), type, &row,
            (char *)list.rows + i * type->size, problem);
    }
    return st;
}

static enum status
decode_any(const struct json *node, void *out)
{
    memcpy(out, &node, sizeof(node));
    return STATUS_OK;
}

static enum status
decode_value(const struct json *node, const struct field *field,
    const struct place *place, void *out, struct buf *problem)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return decode_text(node, place, out, problem);
    case FIELD_COUNT:
        return decode_count(node, place, out, problem);
    case FIELD_REAL:
        return decode_real(node, place, out, problem);
    case FIELD_BOOL:
        return decode_bool(node, place, out, problem);
    case FIELD_WORD:
        return decode_word(node, field->words, place, out, problem);
    case FIELD_COUNTS:
        return decode_counts(node, place, out, problem);
    case FIELD_TEXTS:
        return decode_texts(node, place, out, problem);
    case FIELD_ANY:
        return decode_any(node, out);
    case FIELD_OBJECT:
        return decode_object(node, field->type, place, out, problem);
    case FIELD_LIST:
        return decode_list(node, field->type, place, out, problem);
    }
    return STATUS_INTERNAL;
}

/* What stands in the struct where the text has nothing. */
static void
set_absent(const struct field *field, void *out)
{
    const int64_t no_count = FIELD_UNKNOWN;
    const double no_real = FIELD_UNKNOWN;
    if (field->kind == FIELD_COUNT)
        memcpy(out, &no_count, sizeof(no_count));
    else if (field->kind == FIELD_REAL)
        memcpy(out, &no_real, sizeof(no_real));
    else if (field->kind == FIELD_OBJECT)
        for (const struct field *f = field->type->fields; f->name != NULL; f++)
            set_absent(f, target(out, f));
}

static enum status
decode_field(const struct json *object, const struct field *field,
    const struct place *parent, void *out, struct buf *problem)
{
    const struct json *node = json_member(object, field->name);
    const struct place place = { parent, field->name, 0 };
    enum json_kind kind = json_kind(node);
    if (kind != JSON_KIND_ABSENT && kind != JSON_KIND_NULL)
        return decode_value(node, field, &place, target(out, field), problem);
    if (field->required)
        return refuse(&place, STATUS_INVALID, "missing", problem);
    set_absent(field, target(out, field));
    return STATUS_OK;
}

static bool
knows(const struct field_type *type, struct span name)
{
    for (const struct field *f = type->fields; f->name != NULL; f++)
        if (span_equal_text(name, f->name))
            return true;
    return false;
}

static enum status
check_members(const struct json *object, const struct field_type *type,
    const struct place *place, struct buf *problem)
{
    for (void *it = json_first(object); it != NULL;
         it = json_next(object, it)) {
        struct span name = json_iterator_key(it);
        if (knows(type, name))
            continue;
        name = utf8_first(name, FIELD_PROBLEM_MAX);
        (void)refuse(place, STATUS_INVALID, "unknown member ", problem);
        for (size_t i = 0; i < name.len; i++)
            buf_say(problem, "%c", name.ptr[i] < 0x20 ? '?' : name.ptr[i]);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status
decode_object(const struct json *node, const struct field_type *type,
    const struct place *place, void *out, struct buf *problem)
{
    if (json_kind(node) != JSON_KIND_OBJECT)
        return refuse(place, STATUS_INVALID, "not an object", problem);
    enum status st = check_members(node, type, place, problem);
    for (const struct field *f = type->fields;
         f->name != NULL && st == STATUS_OK; f++)
        st = decode_field(node, f, place, out, problem);
    return st;
}

enum status
fields_decode(const struct json *object, const struct field_type *type,
    void *out, struct buf *problem)
{
    enum status st = decode_object(object, type, NULL, out, problem);
    if (st != STATUS_OK)
        fields_reset(type, out);
    return st;
}

static void
reset_list(const struct field_type *type, void *out)
{
    struct field_list list;
    memcpy(&list, out, sizeof(list));
    for (size_t i = 0; i < list.count; i++)
        fields_reset(type, (char *)list.rows + i * type->size);
    free(list.rows);
}

void
fields_reset(const struct field_type *type, void *out)
{
    for (const struct field *f = type->fields; f->name != NULL; f++) {
        if (f->kind == FIELD_LIST)
            reset_list(f->type, target(out, f));
        else if (f->kind == FIELD_OBJECT)
            fields_reset(f->type, target(out, f));
    }
    memset(out, 0, type->size);
}
