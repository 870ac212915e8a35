/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/go_duration.h"

#include "k8s/go_text.h"

#include <inttypes.h>

/* Appends value / unit with as many decimals as it needs, then the name. */
static enum status
append_fraction(
    uint64_t value, uint64_t unit, const char *name, struct buf *out)
{
    enum status status = buf_printf(out, "%" PRIu64, value / unit);
    uint64_t rest = value % unit;
    if (status == STATUS_OK && rest != 0)
        status = buf_append_byte(out, '.');
    while (status == STATUS_OK && rest != 0) {
        unit /= 10;
        status = buf_append_byte(out, (uint8_t)('0' + rest / unit));
        rest %= unit;
    }
    return status == STATUS_OK ? buf_append_text(out, name) : status;
}

static enum status
append_short(uint64_t ns, struct buf *out)
{
    if (ns < 1000)
        return append_fraction(ns, 1, "ns", out);
    if (ns < 1000000)
        return append_fraction(ns, 1000, "\xc2\xb5s", out);
    return append_fraction(ns, 1000000, "ms", out);
}

enum status
go_duration_append(int64_t ns, struct buf *out)
{
    const uint64_t second = 1000000000, minute = 60 * second;
    uint64_t left = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    enum status status = STATUS_OK;
    if (ns < 0)
        status = buf_append_byte(out, '-');
    if (status != STATUS_OK || left == 0)
        return status == STATUS_OK ? buf_append_text(out, "0s") : status;
    if (left < second)
        return append_short(left, out);
    if (left >= 60 * minute)
        status = buf_printf(out, "%" PRIu64 "h", left / (60 * minute));
    if (status == STATUS_OK && left >= minute)
        status = buf_printf(out, "%" PRIu64 "m", left / minute % 60);
    if (status == STATUS_OK)
        status = append_fraction(left % minute, second, "s", out);
    return status;
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool
is_unit(struct span text)
{
    static const char *const units[] = { "ns", "us", "\xc2\xb5s", "\xce\xbcs",
        "ms", "s", "m", "h" };
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (span_equal_text(text, units[i]))
            return true;
    return false;
}

/* Cuts a number and what follows it up to the next number. */
static bool
cut_number(struct span *text, struct span *unit)
{
    size_t digits = 0, dots = 0, len = 0;
    while (digits + dots < text->len) {
        uint8_t c = text->ptr[digits + dots];
        if (c == '.' && dots == 0)
            dots++;
        else if (is_digit(c))
            digits++;
        else
            break;
    }
    *text = span_skip(*text, digits + dots);
    while (
        len < text->len && text->ptr[len] != '.' && !is_digit(text->ptr[len]))
        len++;
    *unit = span_first(*text, len);
    *text = span_skip(*text, len);
    return digits > 0;
}

enum status
go_duration_problem(struct span text, struct buf *out)
{
    struct span left = text, unit = { NULL, 0 };
    const char *what = "invalid duration ";
    bool unknown = false;
    if (left.len > 0 && (left.ptr[0] == '-' || left.ptr[0] == '+'))
        left = span_skip(left, 1);
    while (left.len > 0 && cut_number(&left, &unit)) {
        unknown = unit.len > 0 && !is_unit(unit);
        if (unknown || unit.len == 0) {
            what = unknown ? "unknown unit " : "missing unit in duration ";
            break;
        }
    }
    enum status status = buf_printf(out, "time: %s", what);
    if (status == STATUS_OK && unknown) {
        status = go_text_quote(unit, out);
        if (status == STATUS_OK)
            status = buf_append_text(out, " in duration ");
    }
    return status == STATUS_OK ? go_text_quote(text, out) : status;
}
