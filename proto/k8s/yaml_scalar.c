/* SPDX-License-Identifier: Apache-2.0 */
/* What a plain scalar means, as sigs.k8s.io/yaml (YAML 1.1) resolves it. */
#include "k8s/yaml_tree.h"

#include <math.h>
#include <stdlib.h>

enum { NUMBER_MAX = 64 };

static bool
in_list(struct span text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(text, list[i]))
            return true;
    return false;
}

static bool
is_null(struct span text)
{
    static const char *const words[] = { "", "~", "null", "Null", "NULL" };
    return in_list(text, words, ARRAY_LEN(words));
}

bool
yaml_tree_is_true(struct span text)
{
    static const char *const words[] = { "y", "Y", "yes", "Yes", "YES", "true",
        "True", "TRUE", "on", "On", "ON" };
    return in_list(text, words, ARRAY_LEN(words));
}

static bool
is_bool(struct span text)
{
    static const char *const words[] = { "n", "N", "no", "No", "NO", "false",
        "False", "FALSE", "off", "Off", "OFF" };
    return yaml_tree_is_true(text) || in_list(text, words, ARRAY_LEN(words));
}

/* Copies without '_' and a leading sign; false when too long. */
static bool
plain_digits(struct span text, char out[NUMBER_MAX], bool *negative)
{
    size_t len = 0;
    *negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = span_skip(text, 1);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '_')
            continue;
        if (len + 1 == NUMBER_MAX)
            return false;
        out[len++] = (char)text.ptr[i];
    }
    out[len] = '\0';
    return len > 0;
}

static bool
only(const char *text, const char *letters)
{
    return *text != '\0' && text[strspn(text, letters)] == '\0';
}

/* The base of a number without sign and '_'; 0 when it is no integer. */
static int
base_of(const char *digits, const char **start)
{
    *start = digits + 2;
    if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
        return only(*start, "0123456789abcdefABCDEF") ? 16 : 0;
    if (digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'O'))
        return only(*start, "01234567") ? 8 : 0;
    if (digits[0] == '0' && (digits[1] == 'b' || digits[1] == 'B'))
        return only(*start, "01") ? 2 : 0;
    *start = digits;
    if (digits[0] == '0' && digits[1] != '\0')
        return only(digits, "01234567") ? 8 : 0;
    return only(digits, "0123456789") ? 10 : 0;
}

/* [0-9]* with '.' and an exponent, or .inf and .nan. */
static bool
is_float(const char *digits)
{
    static const char *const words[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN",
        ".NAN" };
    if (in_list(span_text(digits), words, ARRAY_LEN(words)))
        return true;
    size_t whole = strspn(digits, "0123456789");
    const char *at = digits + whole;
    size_t fraction = 0;
    if (*at == '.') {
        fraction = strspn(at + 1, "0123456789");
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at += at[1] == '+' || at[1] == '-' ? 2 : 1;
        return only(at, "0123456789");
    }
    return *at == '\0';
}

enum yaml_kind
yaml_tree_resolve(struct span text)
{
    char digits[NUMBER_MAX];
    const char *start;
    bool negative;
    if (is_null(text))
        return YAML_KIND_NULL;
    if (is_bool(text))
        return YAML_KIND_BOOL;
    if (!plain_digits(text, digits, &negative))
        return YAML_KIND_STRING;
    if (base_of(digits, &start) != 0)
        return YAML_KIND_INT;
    return is_float(digits) ? YAML_KIND_FLOAT : YAML_KIND_STRING;
}

static enum status
float_to_int(struct span text, int64_t *out)
{
    char copy[NUMBER_MAX];
    if (text.len >= sizeof(copy))
        return STATUS_INVALID;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    char *end;
    double value = strtod(copy, &end);
    if (*end != '\0' || !(fabs(value) < 9e15) || trunc(value) < value ||
        trunc(value) > value)
        return STATUS_INVALID;
    *out = (int64_t)value;
    return STATUS_OK;
}

enum status
yaml_tree_int(const struct yaml_node *node, int64_t *out)
{
    char digits[NUMBER_MAX];
    const char *start;
    bool negative;
    if (node->kind == YAML_KIND_FLOAT)
        return float_to_int(buf_span(&node->text), out);
    if (node->kind != YAML_KIND_INT ||
        !plain_digits(buf_span(&node->text), digits, &negative))
        return STATUS_INVALID;
    int base = base_of(digits, &start);
    unsigned long long value = strtoull(start, NULL, base);
    if (value > INT64_MAX)
        return STATUS_INVALID;
    *out = negative ? -(int64_t)value : (int64_t)value;
    return STATUS_OK;
}
