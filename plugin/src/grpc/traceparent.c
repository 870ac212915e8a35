/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/traceparent.h"

enum {
    VERSION_LEN = 2,
    TRACE_AT = 3,
    SPAN_AT = 36,
    FLAGS_AT = 53,
    FLAGS_LEN = 2,
    WHOLE = 55, /* of version 00; a later one may have more after a dash */
};

static bool
is_hex(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}

static bool
is_id(struct span text)
{
    bool zero = true;
    for (size_t i = 0; i < text.len; i++)
        zero = zero && text.ptr[i] == '0';
    return !zero && is_hex(text);
}

static struct span
part(struct span text, size_t at, size_t len)
{
    return span_first(span_skip(text, at), len);
}

static bool
is_known_version(struct span text)
{
    struct span version = part(text, 0, VERSION_LEN);
    if (!is_hex(version) || span_equal_text(version, "ff"))
        return false;
    if (text.len == WHOLE)
        return true;
    return !span_equal_text(version, "00") && text.ptr[WHOLE] == '-';
}

enum status
traceparent_parse(struct span text, struct traceparent *out)
{
    if (text.len < WHOLE || !is_known_version(text))
        return STATUS_INVALID;
    struct span trace = part(text, TRACE_AT, TRACEPARENT_TRACE_LEN);
    struct span span = part(text, SPAN_AT, TRACEPARENT_SPAN_LEN);
    bool dashes = text.ptr[TRACE_AT - 1] == '-' &&
                  text.ptr[SPAN_AT - 1] == '-' && text.ptr[FLAGS_AT - 1] == '-';
    if (!dashes || !is_id(trace) || !is_id(span) ||
        !is_hex(part(text, FLAGS_AT, FLAGS_LEN)))
        return STATUS_INVALID;
    span_to_text(trace, out->trace_id);
    span_to_text(span, out->span_id);
    return STATUS_OK;
}
