/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/field_errors.h"

#include "k8s/go_text.h"

#include <stdarg.h>

void
field_errors_reset(struct field_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        buf_reset(&errors->texts[i]);
    buf_reset(&errors->path);
    *errors = (struct field_errors){ .count = 0 };
}

void
field_errors_fail(struct field_errors *errors, enum status status)
{
    if (errors->status == STATUS_OK)
        errors->status = status;
}

size_t
field_errors_enter(struct field_errors *errors, const char *format, ...)
{
    size_t before = errors->path.len;
    va_list arguments;
    va_start(arguments, format);
    field_errors_fail(errors, buf_vprintf(&errors->path, format, arguments));
    va_end(arguments);
    return before;
}

void
field_errors_leave(struct field_errors *errors, size_t before)
{
    buf_truncate(&errors->path, before);
}

/* Takes a text, unless it is there already. */
static void
add(struct field_errors *errors, enum status status, struct buf *text)
{
    bool known = errors->count == FIELD_ERRORS_MAX;
    for (size_t i = 0; i < errors->count && !known; i++)
        known = span_equal(buf_span(&errors->texts[i]), buf_span(text));
    field_errors_fail(errors, status);
    if (errors->status == STATUS_OK && !known)
        buf_take(&errors->texts[errors->count++], text);
    buf_reset(text);
}

void
field_errors_required(struct field_errors *errors, const char *format, ...)
{
    struct buf text = { 0 };
    va_list arguments;
    enum status status =
        buf_printf(&text, "%s: Required value: ", buf_text(&errors->path));
    va_start(arguments, format);
    if (status == STATUS_OK)
        status = buf_vprintf(&text, format, arguments);
    va_end(arguments);
    add(errors, status, &text);
}

void
field_errors_invalid(
    struct field_errors *errors, struct span value, const char *format, ...)
{
    struct buf text = { 0 };
    va_list arguments;
    enum status status =
        buf_printf(&text, "%s: Invalid value: ", buf_text(&errors->path));
    if (status == STATUS_OK)
        status = buf_append(&text, value);
    if (status == STATUS_OK)
        status = buf_append_text(&text, ": ");
    va_start(arguments, format);
    if (status == STATUS_OK)
        status = buf_vprintf(&text, format, arguments);
    va_end(arguments);
    add(errors, status, &text);
}

void
field_errors_invalid_text(
    struct field_errors *errors, struct span value, const char *detail)
{
    struct buf quoted = { 0 };
    enum status status = go_text_quote(value, &quoted);
    field_errors_fail(errors, status);
    field_errors_invalid(errors, buf_span(&quoted), "%s", detail);
    buf_reset(&quoted);
}

enum status
field_errors_append(const struct field_errors *errors, struct buf *out)
{
    enum status status = errors->status;
    bool several = errors->count > 1;
    if (status == STATUS_OK && several)
        status = buf_append_byte(out, '[');
    for (size_t i = 0; status == STATUS_OK && i < errors->count; i++) {
        if (i > 0)
            status = buf_append_text(out, ", ");
        if (status == STATUS_OK)
            status = buf_append(out, buf_span(&errors->texts[i]));
    }
    if (status == STATUS_OK && several)
        status = buf_append_byte(out, ']');
    return status;
}
