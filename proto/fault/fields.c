/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/fields.h"

#include "base/num.h"

#include <inttypes.h>

#define YEAR_NS (INT64_C(366) * 24 * 3600 * 1000000000)

enum status
fault_refuse(const struct fault_place *place, const char *format, ...)
{
    struct buf words = { 0 };
    va_list args;
    va_start(args, format);
    enum status st = buf_vprintf(&words, format, args);
    va_end(args);
    for (size_t i = 0; i < words.len; i++)
        if (words.ptr[i] < ' ')
            words.ptr[i] = '?'; /* one line, whatever it quotes */
    if (st == STATUS_OK)
        buf_say(place->problem, "%s: %s", place->where, buf_text(&words));
    buf_reset(&words);
    return STATUS_INVALID;
}

static bool
is_known(struct span name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(name, names[i]))
            return true;
    return false;
}

enum status
fault_fields(const struct fault_place *place, const struct json *object,
    const char *const *names, size_t count)
{
    if (json_kind(object) != JSON_KIND_OBJECT)
        return fault_refuse(place, "not an object");
    for (void *it = json_first(object); it != NULL;
         it = json_next(object, it)) {
        struct span name = json_iterator_key(it);
        if (!is_known(name, names, count))
            return fault_refuse(place, "%.*s: no such member", SPAN_ARG(name));
    }
    return STATUS_OK;
}

enum status
fault_read_int(const struct fault_place *place, const struct json *object,
    const char *name, int64_t min, int64_t max, int64_t *out)
{
    const struct json *node = json_member(object, name);
    if (json_kind(node) == JSON_KIND_ABSENT)
        return STATUS_OK;
    int64_t value = json_get_int(node);
    if (json_kind(node) != JSON_KIND_INT || value < min || value > max)
        return fault_refuse(place,
            "%s: not a whole number from %" PRId64 " to %" PRId64, name, min,
            max);
    *out = value;
    return STATUS_OK;
}

enum status
fault_read_number(const struct fault_place *place, const struct json *object,
    const char *name, double min, double max, double *out)
{
    const struct json *node = json_member(object, name);
    enum json_kind kind = json_kind(node);
    if (kind == JSON_KIND_ABSENT)
        return STATUS_OK;
    double value = json_get_number(node);
    if ((kind != JSON_KIND_INT && kind != JSON_KIND_REAL) || value < min ||
        value > max)
        return fault_refuse(
            place, "%s: not a number from %g to %g", name, min, max);
    *out = value;
    return STATUS_OK;
}

enum status
fault_read_bool(const struct fault_place *place, const struct json *object,
    const char *name, bool *out)
{
    const struct json *node = json_member(object, name);
    if (json_kind(node) == JSON_KIND_ABSENT)
        return STATUS_OK;
    if (json_kind(node) != JSON_KIND_BOOL)
        return fault_refuse(place, "%s: neither true nor false", name);
    *out = json_get_bool(node);
    return STATUS_OK;
}

enum status
fault_read_duration(const struct fault_place *place, const struct json *object,
    const char *name, int64_t *ms)
{
    const struct json *node = json_member(object, name);
    int64_t ns = 0;
    if (json_kind(node) == JSON_KIND_ABSENT)
        return STATUS_OK;
    if (json_kind(node) != JSON_KIND_STRING ||
        num_parse_duration_ns(json_get_string(node), &ns) != STATUS_OK ||
        ns < 0 || ns > YEAR_NS)
        return fault_refuse(
            place, "%s: not a duration such as \"250ms\" or \"3m30s\"", name);
    *ms = ns / 1000000;
    return STATUS_OK;
}

bool
fault_is_duration(struct span member)
{
    static const char *const names[] = { "ttl", "from", "until", "fixed", "min",
        "max", "median", "to", "over", "for", "every", "wait", "retry_after" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_equal_text(member, names[i]))
            return true;
    return false;
}

enum status
fault_read_text(const struct fault_place *place, const struct json *object,
    const char *name, size_t max, struct span *out)
{
    const struct json *node = json_member(object, name);
    struct span text = json_get_string(node);
    if (json_kind(node) == JSON_KIND_ABSENT)
        return STATUS_OK;
    if (json_kind(node) != JSON_KIND_STRING || text.len == 0 || text.len > max)
        return fault_refuse(
            place, "%s: not a text of 1 to %zu bytes", name, max);
    *out = text;
    return STATUS_OK;
}
