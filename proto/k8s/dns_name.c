/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/dns_name.h"

#include "k8s/go_text.h"

#define LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define SUBDOMAIN LABEL "(\\." LABEL ")*"

static const char too_long[] = "must be no more than %d characters";
static const char no_subdomain[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
    "characters, '-' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'example.com', regex used for validation is '" SUBDOMAIN
    "')";
static const char one_segment[] =
    "should be a domain with at least two segments separated by dots";

enum { SUBDOMAIN_MAX = 253, LABEL_MAX = 63 };

static bool
alphanumeric(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_label(struct span label)
{
    if (label.len == 0 || !alphanumeric(label.ptr[0]) ||
        !alphanumeric(label.ptr[label.len - 1]))
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (!alphanumeric(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    return true;
}

/* Cuts the next label off *rest; false after the last. */
static bool
next_label(struct span *rest, bool *more, struct span *label)
{
    if (!*more)
        return false;
    *more = span_cut(*rest, '.', label, rest);
    if (!*more)
        *label = *rest;
    return true;
}

static bool
is_subdomain(struct span name)
{
    struct span rest = name, label;
    bool more = true;
    while (next_label(&rest, &more, &label))
        if (!is_label(label))
            return false;
    return true;
}

static enum status
refuse(const char *field, struct span value, const char *why,
    struct transform_error *error)
{
    struct buf quoted = { 0 };
    if (go_text_quote(value, &quoted) == STATUS_OK)
        transform_error_set(
            error, "%s: Invalid value: %s: %s", field, buf_text(&quoted), why);
    buf_reset(&quoted);
    return STATUS_INVALID;
}

static enum status
check_subdomain(
    const char *field, struct span name, struct transform_error *error)
{
    struct buf why = { 0 };
    enum status st = STATUS_OK;
    bool formed = is_subdomain(name), longer = name.len > SUBDOMAIN_MAX;
    if (longer)
        st = buf_printf(&why, too_long, SUBDOMAIN_MAX);
    if (st == STATUS_OK && !formed)
        st = buf_printf(&why, "%s%s", longer ? "," : "", no_subdomain);
    if (st == STATUS_OK && (longer || !formed))
        st = refuse(field, name, buf_text(&why), error);
    buf_reset(&why);
    return st;
}

enum status
dns_name_check_qualified(
    const char *field, struct span name, struct transform_error *error)
{
    struct span rest, label;
    size_t dot;
    bool more = true;
    if (name.len == 0) {
        transform_error_set(error, "%s: Required value", field);
        return STATUS_INVALID;
    }
    if (name.ptr[name.len - 1] == '.')
        name = span_first(name, name.len - 1);
    enum status st = check_subdomain(field, name, error);
    if (st != STATUS_OK)
        return st;
    if (!span_find(name, '.', &dot))
        return refuse(field, name, one_segment, error);
    rest = name;
    while (next_label(&rest, &more, &label)) {
        struct buf why = { 0 };
        if (label.len <= LABEL_MAX)
            continue;
        st = buf_printf(&why, too_long, LABEL_MAX);
        if (st == STATUS_OK)
            st = refuse(field, label, buf_text(&why), error);
        buf_reset(&why);
        return st;
    }
    return STATUS_OK;
}

enum status
dns_name_check_object(
    const char *field, struct span name, struct transform_error *error)
{
    struct transform_error part = { 0 };
    struct buf why = { 0 };
    bool formed = is_subdomain(name), longer = name.len > SUBDOMAIN_MAX;
    enum status st = STATUS_OK;
    if (longer)
        st = buf_printf(&why, too_long, SUBDOMAIN_MAX);
    if (st == STATUS_OK && longer) {
        st = refuse(field, name, buf_text(&why), &part);
        transform_error_add(error, &part);
    }
    if (!formed) {
        st = refuse(field, name, no_subdomain, &part);
        transform_error_add(error, &part);
    }
    transform_error_reset(&part);
    buf_reset(&why);
    return st;
}
