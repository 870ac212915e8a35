/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/transform_error.h"

#include <stdlib.h>

static void
drop_parts(struct transform_error *error)
{
    for (size_t i = 0; i < error->part_count; i++)
        buf_reset(&error->parts[i]);
    free(error->parts);
    error->parts = NULL;
    error->part_count = 0;
}

void
transform_error_reset(struct transform_error *error)
{
    drop_parts(error);
    buf_reset(&error->text);
}

/* Whatever could not be said in full is not said at all. */
static void
replace_text(struct transform_error *error, struct buf *words, enum status st)
{
    if (st != STATUS_OK)
        buf_reset(words);
    transform_error_reset(error);
    buf_take(&error->text, words);
}

void
transform_error_set(struct transform_error *error, const char *format, ...)
{
    struct buf words = { 0 };
    va_list args;
    va_start(args, format);
    enum status st = buf_vprintf(&words, format, args);
    va_end(args);
    replace_text(error, &words, st);
}

void
transform_error_set_grpc(
    struct transform_error *error, const struct grpc_error *cause)
{
    struct buf words = { 0 };
    enum status st = grpc_error_text(cause, &words);
    replace_text(error, &words, st);
}

void
transform_error_wrap(struct transform_error *error, const char *format, ...)
{
    struct buf words = { 0 };
    va_list args;
    va_start(args, format);
    enum status st = buf_vprintf(&words, format, args);
    va_end(args);
    if (st == STATUS_OK)
        st = buf_append(&words, buf_span(&error->text));
    replace_text(error, &words, st);
}

static bool
has_part(const struct transform_error *error, struct span text)
{
    for (size_t i = 0; i < error->part_count; i++)
        if (span_equal(buf_span(&error->parts[i]), text))
            return true;
    return false;
}

static enum status
append_part(struct transform_error *error, struct span text)
{
    if (has_part(error, text))
        return STATUS_OK;
    struct buf copy = { 0 };
    enum status st = buf_append(&copy, text);
    if (st != STATUS_OK)
        return st;
    struct buf *grown =
        realloc(error->parts, (error->part_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        buf_reset(&copy);
        return STATUS_NO_MEMORY;
    }
    error->parts = grown;
    grown[error->part_count++] = copy;
    return STATUS_OK;
}

static enum status
join_parts(const struct transform_error *error, struct buf *out)
{
    if (error->part_count == 1)
        return buf_append(out, buf_span(&error->parts[0]));
    enum status st = STATUS_OK;
    for (size_t i = 0; i < error->part_count && st == STATUS_OK; i++) {
        st = buf_append_text(out, i == 0 ? "[" : ", ");
        if (st == STATUS_OK)
            st = buf_append(out, buf_span(&error->parts[i]));
    }
    return st == STATUS_OK ? buf_append_byte(out, ']') : st;
}

void
transform_error_add(struct transform_error *error, struct transform_error *part)
{
    enum status st = STATUS_OK;
    if (error->part_count == 0 && error->text.len > 0)
        st = append_part(error, buf_span(&error->text));
    if (part->part_count == 0 && st == STATUS_OK)
        st = append_part(error, buf_span(&part->text));
    for (size_t i = 0; i < part->part_count && st == STATUS_OK; i++)
        st = append_part(error, buf_span(&part->parts[i]));

    struct buf words = { 0 };
    if (st == STATUS_OK)
        st = join_parts(error, &words);
    if (st == STATUS_OK)
        buf_take(&error->text, &words);
    buf_reset(&words);
    transform_error_reset(part);
}

void
transform_error_take(struct transform_error *to, struct transform_error *from)
{
    if (to == from)
        return;
    transform_error_reset(to);
    *to = *from;
    *from = (struct transform_error){ 0 };
}

void
transform_error_copy(
    struct transform_error *to, const struct transform_error *from)
{
    struct buf words = { 0 };
    enum status st = buf_append(&words, buf_span(&from->text));
    replace_text(to, &words, st);
}
