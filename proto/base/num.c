/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"

static bool
digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

enum status
num_parse(struct span text, int64_t min, int64_t max, int64_t *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    struct span digits = span_skip(text, negative ? 1 : 0);
    if (digits.len == 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < digits.len; i++) {
        if (!digit(digits.ptr[i]))
            return STATUS_INVALID;
    }
    /* Gathered as a negative number, whose range is the larger one. */
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int64_t d = digits.ptr[i] - '0';
        if (value < (INT64_MIN + d) / 10)
            return STATUS_TOO_LARGE;
        value = value * 10 - d;
    }
    if (!negative && value == INT64_MIN)
        return STATUS_TOO_LARGE;
    if (!negative)
        value = -value;
    if (value < min || value > max)
        return STATUS_TOO_LARGE;
    *out = value;
    return STATUS_OK;
}

static bool
duration_unit(struct span *text, double *ns)
{
    static const struct {
        const char *name; /* longer names before their prefixes */
        double ns;
    } units[] = {
        { "ns", 1 },
        { "us", 1e3 },
        { "ms", 1e6 },
        { "s", 1e9 },
        { "m", 60e9 },
        { "h", 3600e9 },
    };
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        struct span name = span_text(units[i].name);
        if (!span_starts_with(*text, name))
            continue;
        *text = span_skip(*text, name.len);
        *ns = units[i].ns;
        return true;
    }
    return false;
}

/* Reads one "1.5" and moves text past it. */
static bool
duration_number(struct span *text, double *value)
{
    double sum = 0, scale = 1;
    bool point = false, any = false;
    while (text->len > 0) {
        uint8_t c = text->ptr[0];
        if (c == '.' && !point) {
            point = true;
        } else if (digit(c)) {
            any = true;
            if (point)
                scale /= 10;
            sum = point ? sum + scale * (c - '0') : sum * 10 + (c - '0');
        } else {
            break;
        }
        *text = span_skip(*text, 1);
    }
    *value = sum;
    return any;
}

enum status
num_parse_duration_ns(struct span text, int64_t *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = span_skip(text, 1);
    if (text.len == 0)
        return STATUS_INVALID;
    if (span_equal_text(text, "0")) {
        *out = 0;
        return STATUS_OK;
    }
    double total = 0;
    while (text.len > 0) {
        double value, unit;
        if (!duration_number(&text, &value) || !duration_unit(&text, &unit))
            return STATUS_INVALID;
        total += value * unit;
    }
    if (total > 9.2e18)
        return STATUS_TOO_LARGE;
    *out = (int64_t)(negative ? -total : total);
    return STATUS_OK;
}
